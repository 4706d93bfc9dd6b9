#pragma once

#include <cstdint>

namespace approxtlm {

/// Inclusive limits of one configuration key; docs/accelerator.md and the reader use the same constants.
struct IntegerRange {
    std::uint32_t low = 0, high = 0;
};

namespace ranges {

inline constexpr IntegerRange kArraySide{1, 256};  ///< pe_array.rows, pe_array.columns
inline constexpr IntegerRange kMultiplierStages{0, 3};
inline constexpr IntegerRange kCoefficientFractionBits{0, 12};
inline constexpr IntegerRange kCoefficientBits{2, 24};
inline constexpr IntegerRange kBufferCapacityBytes{256, 64u * 1024u * 1024u};
inline constexpr IntegerRange kBufferBanks{1, 64};        ///< power of two
inline constexpr IntegerRange kBankSkew{0, 63};           ///< activation_buffer.bank_skew
inline constexpr IntegerRange kBufferPortBytes{1, 2048};  ///< an accumulator entry of 256 columns takes 1032
inline constexpr IntegerRange kBusBytes{4, 128};          ///< power of two
inline constexpr IntegerRange kBurstBeats{1, 256};        ///< power of two
inline constexpr IntegerRange kOutstandingRequests{1, 64};
inline constexpr IntegerRange kLanes{1, 1024};
inline constexpr IntegerRange kPipelineCycles{1, 64};
inline constexpr IntegerRange kMemoryLatencyCycles{0, 10000};
inline constexpr IntegerRange kMemoryBytesPerCycle{1, 1024};

}  // namespace ranges
}  // namespace approxtlm
