#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace approxtlm {

/// What the PEs of a weight-stationary fold hold when zeros pass them by: the activation before.
class HeldActivations {
public:
    /// `activations` [vectors][rows].
    void hold(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t vectors) {
        held_.assign(activations, activations + std::size_t{rows} * vectors);
        silent_ = std::make_unique<bool[]>(rows);
        for (std::uint32_t r = 0; r < rows; ++r) {
            std::uint32_t first = 0;  // zeros before it: the PE keeps what it had, and goes to it later
            while (first < vectors && at(rows, first, r) == 0) ++first;
            silent_[r] = first == vectors;
            if (silent_[r]) continue;
            for (std::uint32_t t = 0; t < first; ++t) at(rows, t, r) = at(rows, first, r);
            for (std::uint32_t t = first + 1; t < vectors; ++t)
                if (at(rows, t, r) == 0) at(rows, t, r) = at(rows, t - 1, r);
        }
    }
    const std::uint8_t* data() const { return held_.data(); }  ///< [vectors][rows]
    const bool* silent() const { return silent_.get(); }       ///< [row], only zeros passed

private:
    std::uint8_t& at(std::uint32_t rows, std::uint32_t t, std::uint32_t r) {
        return held_[std::size_t{t} * rows + r];
    }

    std::vector<std::uint8_t> held_;
    std::unique_ptr<bool[]> silent_;
};

}  // namespace approxtlm
