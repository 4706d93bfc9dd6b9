#include "bench/systemc_array.h"

#include <memory>
#include <systemc>
#include <vector>

#include "bench/paired.h"

namespace approxtlm::bench {
namespace {

constexpr std::uint32_t kSide = 32;
constexpr int kDropped = 2;  ///< perforated(2)

SC_MODULE(Pe) {
    sc_core::sc_in<bool> clock{"clock"};
    sc_core::sc_in<std::uint8_t> activation_in{"activation_in"};
    sc_core::sc_in<std::int32_t> psum_in{"psum_in"};
    sc_core::sc_out<std::uint8_t> activation_out{"activation_out"};
    sc_core::sc_out<std::int32_t> psum_out{"psum_out"};
    std::int32_t weight = 0;
    std::uint64_t toggles = 0;

    SC_CTOR(Pe) {
        SC_METHOD(step);
        sensitive << clock.pos();
        dont_initialize();
    }
    void step() {
        const std::int32_t sum = psum_in.read() + weight * (activation_in.read() >> kDropped << kDropped);
        toggles +=
            static_cast<std::uint64_t>(__builtin_popcount(static_cast<unsigned>(sum ^ psum_out.read())));
        psum_out.write(sum);
        activation_out.write(activation_in.read());
    }
};

SC_MODULE(Array) {
    sc_core::sc_clock clock{"clock", 1, sc_core::SC_NS};
    std::vector<std::unique_ptr<sc_core::sc_signal<std::uint8_t>>> activations;
    std::vector<std::unique_ptr<sc_core::sc_signal<std::int32_t>>> psums;
    std::vector<std::unique_ptr<Pe>> pes;
    std::uint32_t noise = 1;

    SC_CTOR(Array) {
        for (std::uint32_t i = 0; i < kSide * (kSide + 1); ++i) {
            activations.push_back(std::make_unique<sc_core::sc_signal<std::uint8_t>>());
            psums.push_back(std::make_unique<sc_core::sc_signal<std::int32_t>>());
        }
        for (std::uint32_t row = 0; row < kSide; ++row) {
            for (std::uint32_t column = 0; column < kSide; ++column) {
                auto pe = std::make_unique<Pe>(sc_core::sc_gen_unique_name("pe"));
                pe->clock(clock);
                pe->activation_in(*activations[row * (kSide + 1) + column]);
                pe->activation_out(*activations[row * (kSide + 1) + column + 1]);
                pe->psum_in(*psums[row * kSide + column]);
                pe->psum_out(*psums[(row + 1) * kSide + column]);
                pe->weight = static_cast<std::int32_t>((row * 7 + column * 13) % 256) - 128;
                pes.push_back(std::move(pe));
            }
        }
        SC_METHOD(feed);
        sensitive << clock.posedge_event();
        dont_initialize();
    }
    void feed() {
        for (std::uint32_t row = 0; row < kSide; ++row) {
            noise = noise * 1664525u + 1013904223u;
            activations[row * (kSide + 1)]->write(static_cast<std::uint8_t>(noise >> 24));
        }
    }
};

}  // namespace

double systemc_array_seconds(std::uint32_t cycles) {
    static Array array("array");
    const double seconds =
        seconds_of([&] { sc_core::sc_start(static_cast<double>(cycles), sc_core::SC_NS); });
    return seconds / (static_cast<double>(cycles) * kSide * kSide);
}

}  // namespace approxtlm::bench
