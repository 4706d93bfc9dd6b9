#include "models/kernels/nibble_tables.h"

#include <algorithm>

namespace approxtlm {
namespace {

/// What bits `first`..`first` + 3 of A, those in `nibble`, put into the tables of a weight's value.
/// Never more than 8 bits, all eight bits together: 127 + 63 + ... for values from 0, 128 + 64 + ... below;
/// an error is at most 15 + 14 + 12 + 8.
std::uint8_t nibble_entry(int value, int m, int first, int nibble) {
    const NibbleForm form = nibble_form(m);
    int sum = 0;
    for (int i = first; i < first + 4; ++i) {
        if ((nibble >> (i - first) & 1) == 0) continue;
        const int shift = m - i;
        if (form == NibbleForm::error) {
            if (shift > 0) sum += (value & ((1 << shift) - 1)) << i;
        } else if (shift < 8 && (shift > 0 || form == NibbleForm::magnitude)) {
            sum += value >> shift;
        }
    }
    return static_cast<std::uint8_t>(form == NibbleForm::magnitude && value < 0 ? -sum : sum);
}

}  // namespace

NibbleTables::NibbleTables(const Multiplier& multiplier, Encoding encoding, std::uint32_t filters,
                           std::uint32_t quads)
    : encoding_(encoding),
      m_(multiplier.m),
      offset_(factor128(multiplier, encoding) ? 128 : 0),
      quads_(quads) {
    const std::size_t tables = std::size_t{filters} * quads;
    low_.resize(tables * 64);
    if (m_ > 4) high_.resize(tables * 64);
    if (nibble_form(m_) != NibbleForm::all_parts) weights_.resize(tables);
}

void NibbleTables::set(std::uint32_t filter, std::uint32_t quad, std::uint32_t slot, std::uint8_t code) {
    constexpr std::uint32_t kFilters = NibbleJob::kFilters;
    const std::size_t table = (std::size_t{filter / kFilters} * quads_ + quad) * kFilters + filter % kFilters;
    const NibbleForm form = nibble_form(m_);
    const int value = weight_value(code, encoding_) - offset_;
    for (int nibble = 0; nibble < 16; ++nibble) {
        const std::size_t at = table * 64 + slot * 16 + static_cast<std::size_t>(nibble);
        low_[at] = nibble_entry(value, m_, 0, nibble);
        if (m_ > 4) high_[at] = nibble_entry(value, m_, 4, nibble);
    }
    if (form == NibbleForm::all_parts) return;
    const int byte = form == NibbleForm::magnitude ? (value < 0 ? -1 : 1) : value;
    weights_[table] |= std::uint32_t{static_cast<std::uint8_t>(byte)} << (8 * slot);
}

bool NibbleTables::factor128(const Multiplier& multiplier, Encoding encoding) {
    const NibbleForm form = nibble_form(multiplier.m);
    return encoding == Encoding::unsigned_codes &&
           (form == NibbleForm::error || form == NibbleForm::magnitude);
}

void NibbleTables::give(NibbleJob& job) const {
    job.low_tables = low_.data();
    job.high_tables = high_.data();
    job.weights = weights_.data();
    job.m = static_cast<std::uint32_t>(m_);
    job.signed_weights = encoding_ == Encoding::signed_codes;
}

}  // namespace approxtlm
