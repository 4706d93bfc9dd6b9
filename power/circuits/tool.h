#pragma once

#include <string>
#include <vector>

namespace approxtlm::power {

/// Path of a program on PATH. Throws InputError "NAME: got no such program on PATH, expected it installed".
std::string find_program(const std::string& name);

/// Runs a program to its end, stdout and stderr into `log`, stdin empty. It dies with this process. Exit
/// status, or 128 + signal. Throws std::runtime_error when it cannot be started.
int run_program(const std::vector<std::string>& command, const std::string& log);

}  // namespace approxtlm::power
