#pragma once

#include "power/gates/timing.h"
#include "tests/support/opensta/uniform_energy.h"

namespace approxtlm::power {

/// The internal energy that Debian's OpenSTA (0~20191111) reports for one uniform activity and a duty of 1/2,
/// from our own tables, transitions and loads. Its rule, which `sta::set_debug power 3` prints group by
/// group, is not ours:
/// - an edge costs rise_power + fall_power, not their mean;
/// - a group counts with the probability of its condition, every name in it 1/2, whatever the other groups
/// add up to;
/// - without a condition it counts 1 for the only input of a function and for a clock, with the probability
/// of the other
///   operand where the input is one operand of the outermost and/or, and else 1/2;
/// - of the rails of a group without a condition, and of any group of a register, only the first counts;
/// - an ideal clock's own edges are looked up at a transition of 0;
/// - a net's load is its larger one of both edges.
/// Later versions (from 2020) take the mean of the edges and weights that add up to 1, as uniform_energy()
/// does.
UniformEnergy opensta_2019_energy(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                                  double activity);

}  // namespace approxtlm::power
