#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"
#include "models/common/tiling.h"

namespace approxtlm {

/// Bytes that all banks together deliver in a cycle.
inline std::uint32_t buffer_width(const BufferConfig& buffer) { return buffer.banks * buffer.port_bytes; }

/// One access of `bytes` that lie in a row: no bank is asked twice in a cycle.
inline std::uint64_t access_cycles(const BufferConfig& buffer, std::uint32_t bytes) {
    return ceil_div(bytes, buffer_width(buffer));
}

/// `vectors` reads of `bytes` each, one behind the other: no two share a cycle.
inline std::uint64_t vector_read_cycles(const BufferConfig& buffer, std::uint64_t vectors,
                                        std::uint32_t bytes) {
    return vectors * access_cycles(buffer, bytes);
}

/// The bank that holds word `word` (of port_bytes): words go round the banks, each time round `bank_skew`
/// banks further, so that words a power of two apart do not all share a bank (P. Budnik, D. Kuck, "The
/// organization and use of parallel memories", IEEE Trans. Computers C-20(12), 1971).
inline std::uint32_t bank_of_word(const BufferConfig& buffer, std::uint64_t word) {
    return static_cast<std::uint32_t>((word + buffer.bank_skew * (word / buffer.banks)) % buffer.banks);
}

/// An im2col window as the activation buffer sees it.
struct WindowRead {
    std::uint64_t address = 0;    ///< of the first byte of input row `first_row`
    std::uint32_t first_row = 0;  ///< input row at `address`
    std::uint32_t group = 0;
    std::uint32_t first_k = 0, count = 0;       ///< reduction elements: the fold's rows
    std::uint32_t first_pixel = 0, pixels = 0;  ///< output pixels: the vectors
    bool by_element = false;                    ///< reduction element by reduction element
    /// Elements whose words the banks deliver for it: the fold's, but output-stationary with a pixel tile's
    /// last fold those of the whole reduction, with the others none.
    std::uint32_t words_first_k = 0, words_count = 0;
};

/// What the array reads for fold `p` of `tile` (input halves as in ActivationFootprint).
WindowRead window_read(const LayerDescriptor& layer, const Tiling& tiling, std::uint32_t tile,
                       const FoldPosition& p, bool by_element);

/// Cycles to read a window: `port` if every bank delivered in every cycle, and `conflicts` more because
/// several words of a vector lie in one bank, which delivers one word a cycle.
struct WindowCycles {
    std::uint64_t port = 0, conflicts = 0;
    std::uint64_t total() const { return port + conflicts; }
};

/// A vector (one pixel's elements) takes as many cycles as the busiest bank has words of it; padding is not
/// read. By element the array's edge fetches words ahead, each once a tap for all pixels that want it
/// (docs/timing.md): what counts is whether the busiest bank has more words than there are cycles.
WindowCycles window_cycles(const BufferConfig& buffer, const LayerDescriptor& layer, const WindowRead& read);

/// window_cycles that remembers: layers read the same windows for every image.
class WindowTimer {
public:
    explicit WindowTimer(const BufferConfig& buffer) : buffer_(buffer) {}
    WindowCycles operator()(const LayerDescriptor& layer, const WindowRead& read);

private:
    using Key = std::array<std::uint32_t, 21>;
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    BufferConfig buffer_;
    std::unordered_map<Key, WindowCycles, Hash> known_;
};

}  // namespace approxtlm
