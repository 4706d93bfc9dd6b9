#include "models/common/buffer_timing.h"

#include <algorithm>
#include <boost/functional/hash.hpp>
#include <vector>

namespace approxtlm {
namespace {

/// The words that a window's elements lie in.
class Words {
public:
    Words(const BufferConfig& buffer, const LayerDescriptor& d, const WindowRead& read)
        : buffer_(buffer), d_(d), read_(read), depth_(d.input_channels / d.groups), banks_(buffer.banks) {}

    /// The sum over the vectors of the cycles of each.
    std::uint64_t vector_by_vector() {
        std::uint64_t cycles = 0;
        for (std::uint32_t pixel = read_.first_pixel; pixel < read_.first_pixel + read_.pixels; ++pixel) {
            next_word_ = 0;
            for_each_run([&](const Run& run) { add(run, pixel); });
            cycles += std::max(access_cycles(buffer_, read_.count), busiest());
            std::fill(banks_.begin(), banks_.end(), 0);
        }
        return cycles;
    }
    /// All words, those that several pixels share in a tap once.
    std::uint64_t element_by_element() {
        for_each_run([&](const Run& run) {
            next_word_ = 0;
            for (std::uint32_t pixel = read_.first_pixel; pixel < read_.first_pixel + read_.pixels; ++pixel)
                add(run, pixel);
        });
        return busiest();
    }

private:
    /// Neighbouring channels of one tap.
    struct Run {
        std::uint32_t tap_y, tap_x;
        std::uint64_t channel;  ///< of the input
        std::uint32_t bytes;
    };
    template <class Visit>
    void for_each_run(const Visit& visit) const {
        for (std::uint32_t k = read_.words_first_k, end = k + read_.words_count; k < end;) {
            const std::uint32_t tap = k / depth_, channel = k % depth_;
            const Run run{tap / d_.kernel_width, tap % d_.kernel_width,
                          std::uint64_t{read_.group} * depth_ + channel, std::min(depth_ - channel, end - k)};
            visit(run);
            k += run.bytes;
        }
    }
    /// Counts the run's words for an output pixel; addresses rise, so those below next_word_ are counted.
    void add(const Run& run, std::uint32_t pixel) {
        const std::uint32_t y = pixel / d_.output_width, x = pixel % d_.output_width;
        const std::int64_t input_y = std::int64_t{y} * d_.stride_y - d_.pad_top + run.tap_y;
        const std::int64_t input_x = std::int64_t{x} * d_.stride_x - d_.pad_left + run.tap_x;
        if (input_y < 0 || input_y >= d_.input_height || input_x < 0 || input_x >= d_.input_width) return;
        const std::uint64_t position =
            static_cast<std::uint64_t>(input_y - read_.first_row) * d_.input_width +
            static_cast<std::uint64_t>(input_x);
        const std::uint64_t first = read_.address + position * d_.input_channels + run.channel;
        const std::uint64_t end_word = (first + run.bytes - 1) / buffer_.port_bytes + 1;
        for (std::uint64_t word = std::max(next_word_, first / buffer_.port_bytes); word < end_word; ++word)
            ++banks_[bank_of_word(buffer_, word)];
        next_word_ = end_word;
    }
    std::uint64_t busiest() const { return *std::max_element(banks_.begin(), banks_.end()); }

    const BufferConfig& buffer_;
    const LayerDescriptor& d_;
    const WindowRead& read_;
    const std::uint32_t depth_;
    std::vector<std::uint64_t> banks_;  ///< words by bank
    std::uint64_t next_word_ = 0;
};

}  // namespace

WindowRead window_read(const LayerDescriptor& d, const Tiling& t, std::uint32_t tile, const FoldPosition& p,
                       bool by_element) {
    const TileRows rows = tile_rows_of(d, tile);
    WindowRead read;
    read.address = input_half(activation_footprint(d), tile);
    read.first_row = rows.input_first;
    read.group = p.group;
    read.first_k = p.fold * t.array_rows;
    read.count = t.fold_rows(p.fold);
    read.first_pixel = rows.output_first * d.output_width + p.first_pixel;
    read.pixels = p.pixels;
    read.by_element = by_element;
    read.words_first_k = read.first_k;
    read.words_count = read.count;
    if (t.dataflow == Dataflow::output_stationary) {
        read.words_first_k = 0;
        read.words_count = p.fold + 1 == t.reduction_folds ? t.reduction : 0;
    }
    return read;
}

WindowCycles window_cycles(const BufferConfig& buffer, const LayerDescriptor& layer, const WindowRead& read) {
    Words words(buffer, layer, read);
    WindowCycles cycles;
    std::uint64_t needed = 0, enough = 0;
    if (read.by_element) {
        cycles.port = vector_read_cycles(buffer, read.count, read.pixels);
        enough = vector_read_cycles(buffer, read.words_count, read.pixels);
        needed = words.element_by_element();
    } else {
        enough = cycles.port = vector_read_cycles(buffer, read.pixels, read.count);
        needed = words.vector_by_vector();
    }
    cycles.conflicts = needed > enough ? needed - enough : 0;
    return cycles;
}

std::size_t WindowTimer::Hash::operator()(const Key& key) const {
    return boost::hash_range(key.begin(), key.end());
}

WindowCycles WindowTimer::operator()(const LayerDescriptor& d, const WindowRead& read) {
    const Key key{static_cast<std::uint32_t>(read.address),
                  read.first_row,
                  read.group,
                  read.first_k,
                  read.count,
                  read.first_pixel,
                  read.pixels,
                  read.by_element ? 1u : 0u,
                  read.words_first_k,
                  read.words_count,
                  d.input_channels,
                  d.input_height,
                  d.input_width,
                  d.output_width,
                  d.kernel_height,
                  d.kernel_width,
                  d.stride_y,
                  d.stride_x,
                  d.pad_top,
                  d.pad_left,
                  d.groups};
    const auto [entry, is_new] = known_.try_emplace(key);
    if (is_new) entry->second = window_cycles(buffer_, d, read);
    return entry->second;
}

}  // namespace approxtlm
