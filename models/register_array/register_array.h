#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "models/arithmetic/multiplier.h"

namespace approxtlm {

/// One processing element: three registers and a clock. The weight moves down while `shift` is high and then
/// stays; the activation moves right and the partial sum moves down in every cycle.
class RegisterPe : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"}, shift{"shift"};
    sc_core::sc_in<std::uint8_t> weight_in{"weight_in"}, activation_in{"activation_in"};
    sc_core::sc_in<std::int32_t> psum_in{"psum_in"};
    sc_core::sc_signal<std::uint8_t> weight{"weight"}, activation{"activation"};
    sc_core::sc_signal<std::int32_t> psum{"psum"};

    RegisterPe(const sc_core::sc_module_name& name, const Multiplier& multiplier, Encoding encoding);

private:
    SC_HAS_PROCESS(RegisterPe);
    void edge();

    const Multiplier multiplier_;
    const Encoding encoding_;
};

/// `stages` registers in a row; none is a wire.
template <class T>
class DelayRegisters : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<T> in{"in"};
    sc_core::sc_vector<sc_core::sc_signal<T>> stages{"stages"};

    DelayRegisters(const sc_core::sc_module_name& name, std::size_t count)
        : sc_module(name), stages("stages", count) {
        SC_METHOD(edge);
        sensitive << clk.pos();
        dont_initialize();
    }

private:
    SC_HAS_PROCESS(DelayRegisters);
    void edge() {
        for (std::size_t i = stages.size(); i-- > 1;) stages[i].write(stages[i - 1].read());
        if (stages.size() > 0) stages[0].write(in.read());
    }
};

/// The weight-stationary R x C array as a text book draws it, register by register: slow, and meant to be
/// read. PeArray is the fast model of the same thing, models/rtl the hardware. It has no shadow weights,
/// clock gating or valid bits: rows and columns that a fold does not use hold weights of zero.
///
/// Per fold of k rows: `shift` is high for R cycles, `weight_row` bringing rows k - 1, ..., 0 and then zeros;
/// element j of a vector goes to `vector[R - k + j]`, the first vector in the last of these cycles. A vector
/// that goes in with clock edge p is at `psum`, all columns at once, after edge p + R + C - 1.
class RegisterArray : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"}, shift{"shift"};
    sc_core::sc_vector<sc_core::sc_in<std::uint8_t>> weight_row;  ///< [column], top edge
    sc_core::sc_vector<sc_core::sc_in<std::uint8_t>> vector;      ///< [row], left edge, before the skew

    RegisterArray(const sc_core::sc_module_name& name, std::uint32_t rows, std::uint32_t columns,
                  const Multiplier& multiplier, Encoding encoding);
    /// [column], bottom edge, behind the deskew.
    std::int32_t psum(std::uint32_t column) const;

private:
    RegisterPe& pe(std::uint32_t row, std::uint32_t column) { return *pes_[row * columns_ + column]; }

    const std::uint32_t rows_, columns_;
    std::vector<std::unique_ptr<RegisterPe>> pes_;                       ///< [row][column]
    std::vector<std::unique_ptr<DelayRegisters<std::uint8_t>>> skew_;    ///< [row], r stages
    std::vector<std::unique_ptr<DelayRegisters<std::int32_t>>> deskew_;  ///< [column], C - 1 - c stages
    sc_core::sc_signal<std::int32_t> zero_{"zero"};                      ///< above the first row
};

}  // namespace approxtlm
