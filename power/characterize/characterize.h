#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "power/characterize/variants.h"
#include "power/macro_model/streams.h"
#include "power/technology/technology_file.h"

namespace approxtlm::power {

enum class ClockKind { tight, relaxed, period };
struct ClockChoice {
    ClockKind kind = ClockKind::tight;
    double period_ps = 0;  ///< of kind period
};

using CharacterizeProgress =
    std::function<void(const std::string& stage, std::size_t done, std::size_t total)>;

struct CharacterizeOptions {
    std::vector<std::string> liberty;
    ClockChoice clock;
    std::string name;  ///< of the technology
    std::string work;  ///< folder, is there
    unsigned jobs = 1;
    std::vector<Variant> variants;     ///< the exact unsigned PE is added
    std::vector<double> sweep_ps;      ///< periods of the curve of savings
    std::optional<double> feature_nm;  ///< of a library that known_library() does not know
    std::vector<RecordedFold> recorded;
    std::string command;                       ///< as typed, for the file
    std::string foreign_verilog, foreign_top;  ///< a user's multiplier; empty: none
    std::string foreign_table;                 ///< where its products go (.bin)
};

/// From Liberty to a technology file's content: circuits, mapped and sized for the clock, simulated at their
/// gates, macro-models fitted. Throws InputError for wrong input, a missing tool, a missed clock.
TechnologyFile characterize(const CharacterizeOptions& options, const CharacterizeProgress& progress);

}  // namespace approxtlm::power
