#include "models/kernels/product_form.h"

#include <algorithm>
#include <stdexcept>

namespace approxtlm {
namespace {

std::uint8_t byte(int x) { return static_cast<std::uint8_t>(x); }

using Slots = std::array<std::uint8_t, 8>;

std::array<std::uint32_t, 2> words(const Slots& slots) {
    std::array<std::uint32_t, 2> w{};
    for (std::size_t i = 0; i < 8; ++i) w[i / 4] |= std::uint32_t{slots[i]} << (8 * (i % 4));
    return w;
}

/// Truncation: T = 2^m [W (A >> m) + sum over i < m of a_i (W >> (m - i))]; a shift by 8 or more drops W.
Slots truncated_weight(int m, int w) {
    Slots s{};
    if (m < 8) s[0] = byte(w);
    for (int i = std::max(0, m - 7), slot = m < 8 ? 1 : 0; i < std::min(m, 8); ++i, ++slot) {
        s[static_cast<std::size_t>(slot)] = byte(w >> (m - i));
    }
    return s;
}

Slots truncated_activation(int m, int a) {
    Slots s{};
    if (m < 8) s[0] = byte(a >> m);
    for (int i = std::max(0, m - 7), slot = m < 8 ? 1 : 0; i < std::min(m, 8); ++i, ++slot) {
        s[static_cast<std::size_t>(slot)] = byte(a >> i & 1);
    }
    return s;
}

/// Exact and recursive: W (A - low A) + (W - low W) (low A). Signed activation slots have no room for bit 7:
/// two slots of 64 carry it.
Slots recursive_weight(int m, int w, Encoding encoding) {
    const int high = w & ~((1 << m) - 1);
    if (encoding == Encoding::signed_codes) return {byte(w), byte(high)};
    return {byte(w), byte(high), byte(w), byte(w)};
}

Slots recursive_activation(int m, int a, Encoding encoding) {
    const int low = a & ((1 << m) - 1);
    if (encoding == Encoding::signed_codes) return {byte(a - low), byte(low)};
    const int half = a >= 128 ? 64 : 0;
    return {byte((a - low) & 127), byte(low), byte(half), byte(half)};
}

}  // namespace

std::vector<ProductPlane> product_planes(const Multiplier& multiplier, bool split_top_bit) {
    if (multiplier.family == MultiplierFamily::table)
        throw std::logic_error("product_planes: a table is no sum of masked products");
    std::vector<ProductPlane> planes;
    for (int i = 0; i < 8; ++i) {
        const std::uint8_t kept = kept_weight_mask(multiplier, i);
        if (kept == 0) continue;
        const auto same = std::find_if(planes.begin(), planes.end(),
                                       [&](const ProductPlane& p) { return p.weight_mask == kept; });
        if (same == planes.end() || (split_top_bit && i == 7)) {
            planes.push_back({byte(1 << i), kept});
        } else {
            same->activation_mask = byte(same->activation_mask | 1 << i);
        }
    }
    return planes;
}

ProductSlots product_slots(const Multiplier& multiplier, Encoding encoding) {
    const int m = multiplier.m;
    ProductSlots slots;
    const bool shifted =
        multiplier.family == MultiplierFamily::perforated || multiplier.family == MultiplierFamily::truncated;
    slots.shift = shifted ? static_cast<std::uint32_t>(m) : 0;
    for (int code = 0; code < 256; ++code) {
        const int w = weight_value(byte(code), encoding);
        auto& weight = slots.weight[static_cast<std::size_t>(code)];
        auto& activation = slots.activation[static_cast<std::size_t>(code)];
        switch (multiplier.family) {
            case MultiplierFamily::exact:
            case MultiplierFamily::recursive:
                weight = words(recursive_weight(m, w, encoding));
                activation = words(recursive_activation(m, code, encoding));
                break;
            case MultiplierFamily::perforated:
                weight = words({byte(w)});
                activation = words({byte(code >> m)});
                break;
            case MultiplierFamily::table:
                throw std::logic_error("product_slots: a table is no sum of byte products");
            case MultiplierFamily::truncated:
                weight = words(truncated_weight(m, w));
                activation = words(truncated_activation(m, code));
                break;
        }
        if (activation[1] != 0) slots.groups = 2;
    }
    return slots;
}

SlotNibbles slot_nibbles(const std::array<std::array<std::uint32_t, 2>, 256>& slots, std::uint32_t group) {
    SlotNibbles nibbles;
    for (std::size_t i = 0; i < 16; ++i) {
        for (std::size_t s = 0; s < 4; ++s) {
            nibbles.low[s][i] = byte(static_cast<int>(slots[i][group] >> (8 * s) & 255));
            nibbles.high[s][i] = byte(static_cast<int>(slots[16 * i][group] >> (8 * s) & 255));
        }
    }
    return nibbles;
}

}  // namespace approxtlm
