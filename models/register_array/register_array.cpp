#include "models/register_array/register_array.h"

namespace approxtlm {

RegisterPe::RegisterPe(const sc_core::sc_module_name& name, const Multiplier& multiplier, Encoding encoding)
    : sc_module(name), multiplier_(multiplier), encoding_(encoding) {
    SC_METHOD(edge);
    sensitive << clk.pos();
    dont_initialize();
}

/// Reads see what the registers held before the edge: sc_signal changes one delta cycle later.
void RegisterPe::edge() {
    if (shift.read()) weight.write(weight_in.read());
    activation.write(activation_in.read());
    psum.write(psum_in.read() +
               approximate_product(multiplier_, weight_value(weight.read(), encoding_), activation.read()));
}

RegisterArray::RegisterArray(const sc_core::sc_module_name& name, std::uint32_t rows, std::uint32_t columns,
                             const Multiplier& multiplier, Encoding encoding)
    : sc_module(name),
      weight_row("weight_row", columns),
      vector("vector", rows),
      rows_(rows),
      columns_(columns) {
    for (std::uint32_t r = 0; r < rows_; ++r) {
        skew_.push_back(
            std::make_unique<DelayRegisters<std::uint8_t>>(("skew_" + std::to_string(r)).c_str(), r));
        skew_[r]->clk(clk);
        skew_[r]->in(vector[r]);
        for (std::uint32_t c = 0; c < columns_; ++c) {
            const std::string place = std::to_string(r) + '_' + std::to_string(c);
            pes_.push_back(std::make_unique<RegisterPe>(("pe_" + place).c_str(), multiplier, encoding));
            RegisterPe& here = pe(r, c);
            here.clk(clk);
            here.shift(shift);
            // From the left.
            if (c > 0) {
                here.activation_in(pe(r, c - 1).activation);
            } else if (r > 0) {
                here.activation_in(skew_[r]->stages[r - 1]);
            } else {
                here.activation_in(vector[0]);
            }
            // From above.
            if (r > 0) {
                here.weight_in(pe(r - 1, c).weight);
                here.psum_in(pe(r - 1, c).psum);
            } else {
                here.weight_in(weight_row[c]);
                here.psum_in(zero_);
            }
        }
    }
    for (std::uint32_t c = 0; c < columns_; ++c) {
        deskew_.push_back(std::make_unique<DelayRegisters<std::int32_t>>(
            ("deskew_" + std::to_string(c)).c_str(), columns_ - 1 - c));
        deskew_[c]->clk(clk);
        deskew_[c]->in(pe(rows_ - 1, c).psum);
    }
}

std::int32_t RegisterArray::psum(std::uint32_t column) const {
    const auto& stages = deskew_[column]->stages;
    return stages.size() > 0 ? stages[stages.size() - 1].read()
                             : pes_[(rows_ - 1) * columns_ + column]->psum.read();
}

}  // namespace approxtlm
