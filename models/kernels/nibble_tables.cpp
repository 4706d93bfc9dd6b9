#include "models/kernels/nibble_tables.h"

#include <algorithm>

namespace approxtlm {
namespace {

/// What bits `first`..`first` + 3 of A add below m: sum of a_i (W >> (m - i)), a shift by 8 or more drops W.
/// All eight bits together stay within 8 bits: 127 + 63 + ... for unsigned, -64 - 32 - ... for signed
/// weights.
std::uint8_t nibble_product(int w, int m, int first, int nibble) {
    int sum = 0;
    for (int i = first; i < std::min(first + 4, std::min(m, 8)); ++i) {
        if ((nibble >> (i - first) & 1) != 0 && m - i < 8) sum += w >> (m - i);
    }
    return static_cast<std::uint8_t>(sum);
}

}  // namespace

NibbleTables::NibbleTables(const Multiplier& multiplier, Encoding encoding, std::uint32_t filters,
                           std::uint32_t quads)
    : encoding_(encoding), m_(multiplier.m), quads_(quads) {
    const std::size_t tables = std::size_t{filters} * quads;
    low_.resize(tables * 64);
    if (m_ > 4) high_.resize(tables * 64);
    if (m_ < 8) weights_.resize(tables);
}

void NibbleTables::set(std::uint32_t filter, std::uint32_t quad, std::uint32_t slot, std::uint8_t code) {
    constexpr std::uint32_t kFilters = NibbleJob::kFilters;
    const std::size_t table = (std::size_t{filter / kFilters} * quads_ + quad) * kFilters + filter % kFilters;
    const int w = weight_value(code, encoding_);
    for (int nibble = 0; nibble < 16; ++nibble) {
        const std::size_t at = table * 64 + slot * 16 + static_cast<std::size_t>(nibble);
        low_[at] = nibble_product(w, m_, 0, nibble);
        if (m_ > 4) high_[at] = nibble_product(w, m_, 4, nibble);
    }
    if (m_ < 8) weights_[table] |= std::uint32_t{code} << (8 * slot);
}

void NibbleTables::give(NibbleJob& job) const {
    job.low_tables = low_.data();
    job.high_tables = high_.data();
    job.weights = weights_.data();
    job.m = static_cast<std::uint32_t>(m_);
    job.signed_weights = encoding_ == Encoding::signed_codes;
}

}  // namespace approxtlm
