#pragma once

#include <functional>
#include <string>

#include "power/technology/technology_file.h"

namespace approxtlm::power {

/// A PE's figures from `file` if it is there, else as `make` finds them, kept in `file`.
PeRow cached_pe_row(const std::string& file, const std::function<PeRow()>& make);

}  // namespace approxtlm::power
