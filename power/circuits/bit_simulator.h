#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "power/gates/netlist.h"

namespace approxtlm::power {

/// Zero-delay simulation of a mapped netlist, 64 independent runs side by side: what it computes and how
/// often its nets change, without glitches. Starts with every port and register at 0.
class BitSimulator {
public:
    static constexpr unsigned kLanes = 64;

    explicit BitSimulator(const Netlist& netlist);

    int port(const std::string& name) const;  ///< throws std::invalid_argument for an unknown port
    void set(int port, unsigned lane, std::uint64_t value);
    std::uint64_t get(int port, unsigned lane) const;
    /// One rising edge of these clock ports, all lanes; then everything settles with the ports as set.
    void clock(const std::vector<int>& clock_ports);

    /// Changes of a net at the edges so far, all lanes together.
    const std::vector<std::uint64_t>& toggles() const { return toggles_; }
    void clear_toggles() { toggles_.assign(toggles_.size(), 0); }

private:
    struct Function {
        std::vector<std::uint64_t> truth;  ///< by output
        std::vector<bool> next;            ///< of a register: what it stores, by state
        int inputs = 0, clock = -1;
    };
    std::uint64_t word(const std::vector<bool>& truth, const std::vector<std::uint64_t>& inputs) const;
    void settle();

    const Netlist& netlist_;
    std::vector<Function> functions_;                           ///< of distinct cells
    std::vector<std::vector<std::vector<bool>>> output_truth_;  ///< [function][output]
    std::vector<int> function_of_;                              ///< by instance
    std::vector<std::uint64_t> nets_, settled_, state_;
    std::vector<std::uint64_t> toggles_;
};

}  // namespace approxtlm::power
