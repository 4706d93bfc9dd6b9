#include "power/characterize/library_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace approxtlm::power {
namespace {

struct Known {
    const char* cell;  ///< only this library has a cell of this name
    const char* name;
    double feature_nm, relaxed_ps;
    const char* not_to_use;
};
constexpr std::array kKnown{
    Known{"FAx1_ASAP7_75t_R", "ASAP7 7.5-track RVT", 7, 1500, ""},
    Known{"DFFRNQ_X1", "NanGate 15 nm Open Cell Library", 15, 1000, ""},
    Known{"SDFFRS_X2", "NanGate 45 nm Open Cell Library", 45, 2500, ""},
    Known{"sky130_fd_sc_hd__dfxtp_1", "SkyWater SKY130 high density", 130, 10000, "lpflow"}};

}  // namespace

std::optional<LibraryProfile> known_library(const LibertyLibrary& library) {
    for (const Known& known : kKnown)
        if (library.find(known.cell) != nullptr)
            return LibraryProfile{known.name, known.feature_nm, known.relaxed_ps, known.not_to_use};
    return std::nullopt;
}

std::string corner_text(const LibertyLibrary& library) {
    return fmt::format("{}{:g} V {:g} C",
                       library.operating_conditions.empty() ? "" : library.operating_conditions + " ",
                       library.voltage_v, library.temperature_c);
}

}  // namespace approxtlm::power
