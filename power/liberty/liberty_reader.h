#pragma once

#include <string>
#include <vector>

#include "power/liberty/liberty_library.h"

namespace approxtlm::power {

/// Reads one library out of one or several Liberty files, plain or gzipped. The files must agree in voltage,
/// temperature and slew thresholds (units may differ) and no cell may be in two of them. Throws InputError
/// `file:line: where: got X, expected Y`.
LibertyLibrary read_liberty(const std::vector<std::string>& paths);

}  // namespace approxtlm::power
