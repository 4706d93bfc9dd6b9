#pragma once

#include <optional>
#include <string>

#include "power/liberty/liberty_library.h"

namespace approxtlm::power {

/// What a Liberty file does not say about a library that we know by its name.
struct LibraryProfile {
    std::string name;  ///< for readers, e.g. "ASAP7 7.5-track RVT"
    double feature_nm = 0;
    double relaxed_ps = 0;  ///< the period of `--clock relaxed`
    std::string
        not_to_use;  ///< cells that are no logic (level shifters): names that contain this; may be empty
};

/// Nothing for a library that we do not know.
std::optional<LibraryProfile> known_library(const LibertyLibrary& library);

/// "tt 0.7 V 25 C", of the Liberty's own names and nominal values.
std::string corner_text(const LibertyLibrary& library);

}  // namespace approxtlm::power
