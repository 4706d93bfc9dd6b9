#pragma once

#include <verilated.h>

#include <algorithm>
#include <bitset>
#include <systemc>
#include <utility>
#include <vector>

#include "tests/rtl/twin.h"

namespace approxtlm::testing {

/// A port's C++ type hides how wide it is: bool, uint32_t, uint64_t or sc_bv.
inline void set_bits(bool& to, const std::vector<std::uint32_t>& words) { to = (words[0] & 1u) != 0; }
inline void set_bits(std::uint32_t& to, const std::vector<std::uint32_t>& words) { to = words[0]; }
inline void set_bits(std::uint64_t& to, const std::vector<std::uint32_t>& words) {
    to = words[0] | std::uint64_t{words.size() > 1 ? words[1] : 0} << 32;
}
template <int W>
void set_bits(sc_dt::sc_bv<W>& to, const std::vector<std::uint32_t>& words) {
    for (int i = 0; i < to.size(); ++i) to.set_word(i, words[static_cast<std::size_t>(i)]);
}
inline std::vector<std::uint32_t> get_bits(bool from) { return {from ? 1u : 0u}; }
inline std::vector<std::uint32_t> get_bits(std::uint32_t from) { return {from}; }
inline std::vector<std::uint32_t> get_bits(std::uint64_t from) {
    return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(from >> 32)};
}
template <int W>
std::vector<std::uint32_t> get_bits(const sc_dt::sc_bv<W>& from) {
    std::vector<std::uint32_t> words(static_cast<std::size_t>(from.size()));
    for (int i = 0; i < from.size(); ++i) words[static_cast<std::size_t>(i)] = from.get_word(i);
    return words;
}

/// Slots of `width` bits (at most 32), packed.
template <class T>
std::vector<std::uint32_t> pack(const std::vector<T>& slots, std::size_t width) {
    std::vector<std::uint32_t> words((slots.size() * width + 31) / 32 + 1, 0);
    const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const std::size_t bit = i * width;
        const std::uint64_t value = (static_cast<std::uint64_t>(slots[i]) & mask) << bit % 32;
        words[bit / 32] |= static_cast<std::uint32_t>(value);
        words[bit / 32 + 1] |= static_cast<std::uint32_t>(value >> 32);
    }
    return words;
}
inline std::uint32_t slot(const std::vector<std::uint32_t>& words, std::size_t i, std::size_t width) {
    const std::size_t bit = i * width;
    std::uint64_t value = words[bit / 32];
    if (bit / 32 + 1 < words.size()) value |= std::uint64_t{words[bit / 32 + 1]} << 32;
    return static_cast<std::uint32_t>(value >> bit % 32 & ((std::uint64_t{1} << width) - 1));
}

/// Words of a Verilated signal.
inline std::pair<const std::uint32_t*, std::size_t> words_of(const CData& d, std::uint32_t (&copy)[2]) {
    copy[0] = d;
    return {copy, 1};
}
inline std::pair<const std::uint32_t*, std::size_t> words_of(const SData& d, std::uint32_t (&copy)[2]) {
    copy[0] = d;
    return {copy, 1};
}
inline std::pair<const std::uint32_t*, std::size_t> words_of(const IData& d, std::uint32_t (&copy)[2]) {
    copy[0] = d;
    return {copy, 1};
}
inline std::pair<const std::uint32_t*, std::size_t> words_of(const QData& d, std::uint32_t (&copy)[2]) {
    copy[0] = static_cast<std::uint32_t>(d);
    copy[1] = static_cast<std::uint32_t>(d >> 32);
    return {copy, 2};
}
template <std::size_t N>
std::pair<const std::uint32_t*, std::size_t> words_of(const VlWide<N>& d, std::uint32_t (&)[2]) {
    return {d.data(), N};
}

/// Flips of a bank's bits from clock to clock.
class FlipCounter {
public:
    template <class Signal>
    std::uint64_t update(const Signal& signal) {
        std::uint32_t copy[2];
        const auto [words, count] = words_of(signal, copy);
        held_.resize(count, 0);
        std::uint64_t flips = 0;
        for (std::size_t i = 0; i < count; ++i) {
            flips += std::bitset<32>(held_[i] ^ words[i]).count();
            held_[i] = words[i];
        }
        return flips;
    }

private:
    std::vector<std::uint32_t> held_;
};

/// A signal for a port of any type.
template <class Port>
struct SignalOf;
template <class T>
struct SignalOf<sc_core::sc_in<T>&> {
    using type = sc_core::sc_signal<T>;
};
template <class T>
struct SignalOf<sc_core::sc_out<T>&> {
    using type = sc_core::sc_signal<T>;
};

/// Writes slots of `width` bits to a signal of any type.
template <class Signal, class T>
void write_slots(Signal& signal, const std::vector<T>& slots, std::size_t width) {
    auto value = signal.read();
    set_bits(value, pack(slots, width));
    signal.write(value);
}
/// Lets every change of this instant settle.
inline void settle() { sc_core::sc_start(1, sc_core::SC_PS); }

/// `Model`: the class that Verilator made.
template <class Model>
class TwinAdapter : public Twin {
public:
    explicit TwinAdapter(TwinShape shape) : shape_(std::move(shape)), model_(shape_.name.c_str()) {
        model_.clk(clk_);
        model_.reset(reset_);
        model_.load_valid(load_valid_);
        model_.load_ready(load_ready_);
        model_.load_rows(load_rows_);
        model_.load_columns(load_columns_);
        model_.weight_row(weight_row_);
        model_.vector_valid(vector_valid_);
        model_.vector_ready(vector_ready_);
        model_.vector_last(vector_last_);
        model_.activations(activations_);
        model_.sums_valid(sums_valid_);
        model_.column_valid(column_valid_);
        model_.psum(psum_);
        model_.sum_a(sum_a_);
        model_.sum_x(sum_x_);
        model_.correct(correct_);
        model_.total(total_);
        model_.total_x(total_x_);
        model_.coefficient(coefficient_);
        model_.corrected_valid(corrected_valid_);
        model_.corrected(corrected_);
    }

    const TwinShape& shape() const override { return shape_; }
    bool load_ready() override { return load_ready_.read(); }
    void drive_load(const TwinInputs& in) override {
        load_valid_.write(in.load_valid);
        write_slots(load_rows_, std::vector<std::uint32_t>{in.load_rows}, 16);
        write_slots(load_columns_, std::vector<std::uint32_t>{in.load_columns}, 16);
        write_slots(weight_row_, padded(in.weight_row, shape_.engine.columns), 8);
        settle();
    }
    bool vector_ready() override { return vector_ready_.read(); }
    void drive_vector(const TwinInputs& in) override {
        vector_valid_.write(in.vector_valid);
        vector_last_.write(in.vector_last);
        write_slots(activations_, padded(in.activations, shape_.engine.rows), 8);
    }
    TwinSums sums() override {
        TwinSums s;
        s.valid = sums_valid_.read();
        if (!s.valid) return s;
        const auto valid = get_bits(column_valid_.read()), psum = get_bits(psum_.read()),
                   sum_x = get_bits(sum_x_.read());
        for (std::uint32_t c = 0; c < shape_.engine.columns; ++c) {
            s.column_valid.push_back(slot(valid, c, 1) != 0);
            std::uint32_t sum = slot(psum, c, psum_width_);
            if (shape_.engine.encoding == Encoding::signed_codes && (sum >> (psum_width_ - 1) & 1u) != 0)
                sum |= ~std::uint32_t{0} << psum_width_;
            s.psum.push_back(static_cast<std::int32_t>(sum));
            s.sum_x.push_back(static_cast<std::int32_t>(slot(sum_x, c, sum_x_width_)));
        }
        s.sum_a = static_cast<std::int32_t>(get_bits(sum_a_.read())[0]);
        return s;
    }
    void drive_totals(const TwinTotals& t) override {
        correct_.write(t.correct);
        if (!t.correct) return;
        write_slots(total_, t.total, 32);
        write_slots(total_x_, t.total_x, 24);
        write_slots(coefficient_, t.coefficient, 20);
    }
    bool corrected_valid() override { return corrected_valid_.read(); }
    std::vector<std::int32_t> corrected() override {
        const auto words = get_bits(corrected_.read());
        std::vector<std::int32_t> values;
        for (std::uint32_t c = 0; c < shape_.engine.columns; ++c)
            values.push_back(static_cast<std::int32_t>(slot(words, c, 32)));
        return values;
    }
    void clock() override {
        settle();
        clk_.write(true);
        settle();
        count();
        clk_.write(false);
        settle();
    }
    void reset() override {
        reset_.write(true);
        clock();
        reset_.write(false);
    }
    const std::array<std::uint64_t, kBanks>& flips() const override { return flips_; }
    std::uint64_t pe_cycles() const override { return pe_cycles_; }

private:
    static std::vector<std::uint8_t> padded(std::vector<std::uint8_t> bytes, std::uint32_t size) {
        bytes.resize(size, 0);
        return bytes;
    }
    void count() {
        const auto add = [this](Bank bank, const auto& signal) {
            const auto b = static_cast<std::size_t>(bank);
            flips_[b] += counters_[b].update(signal);
        };
        const auto* root = model_.rootp;
        add(Bank::activation, root->corrected_array__DOT__array__DOT__activation_q);
        add(Bank::weight, root->corrected_array__DOT__array__DOT__weight_q);
        flips_[static_cast<std::size_t>(Bank::weight)] +=
            shadow_counter_.update(root->corrected_array__DOT__array__DOT__shadow_q);
        add(Bank::product, root->corrected_array__DOT__array__DOT__product_q);
        add(Bank::psum, root->corrected_array__DOT__array__DOT__psum_q);
        add(Bank::sum_a, root->corrected_array__DOT__array__DOT__sum_a_q);
        if (shape_.engine.sum_x_per_mac) {
            add(Bank::sum_x, root->corrected_array__DOT__array__DOT__mac_x_q);
        } else {
            add(Bank::sum_x, root->corrected_array__DOT__array__DOT__sum_x_q);
        }
        std::uint32_t copy[2];
        const auto [words, n] = words_of(root->corrected_array__DOT__array__DOT__psum_valid_q, copy);
        for (std::size_t i = 0; i < n; ++i) pe_cycles_ += std::bitset<32>(words[i]).count();
    }

#define APPROXTLM_SIGNAL(port) typename SignalOf<decltype(Model::port)>::type port##_
    APPROXTLM_SIGNAL(clk);
    APPROXTLM_SIGNAL(reset);
    APPROXTLM_SIGNAL(load_valid);
    APPROXTLM_SIGNAL(load_ready);
    APPROXTLM_SIGNAL(load_rows);
    APPROXTLM_SIGNAL(load_columns);
    APPROXTLM_SIGNAL(weight_row);
    APPROXTLM_SIGNAL(vector_valid);
    APPROXTLM_SIGNAL(vector_ready);
    APPROXTLM_SIGNAL(vector_last);
    APPROXTLM_SIGNAL(activations);
    APPROXTLM_SIGNAL(sums_valid);
    APPROXTLM_SIGNAL(column_valid);
    APPROXTLM_SIGNAL(psum);
    APPROXTLM_SIGNAL(sum_a);
    APPROXTLM_SIGNAL(sum_x);
    APPROXTLM_SIGNAL(correct);
    APPROXTLM_SIGNAL(total);
    APPROXTLM_SIGNAL(total_x);
    APPROXTLM_SIGNAL(coefficient);
    APPROXTLM_SIGNAL(corrected_valid);
    APPROXTLM_SIGNAL(corrected);
#undef APPROXTLM_SIGNAL
    static std::size_t growth(std::uint32_t rows) {
        std::size_t bits = 0;
        while (std::uint32_t{1} << bits < rows) ++bits;
        return bits;
    }
    const TwinShape shape_;
    const std::size_t psum_width_ = 16 + growth(shape_.engine.rows);
    const std::size_t sum_x_width_ =
        static_cast<std::size_t>(std::max(1, variate_bits(shape_.engine.variate, shape_.engine.multiplier))) +
        growth(shape_.engine.rows);
    Model model_;
    std::array<FlipCounter, kBanks> counters_;
    FlipCounter shadow_counter_;
    std::array<std::uint64_t, kBanks> flips_{};
    std::uint64_t pe_cycles_ = 0;
};

}  // namespace approxtlm::testing
