#pragma once

#include <stdexcept>
#include <string>

namespace approxtlm {

/// The user's input is wrong (file, option, configuration, network, data set). Ends the program with exit
/// code 2. The message is one line: `[file:line: ]where: got X, expected Y`.
class InputError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    InputError(const std::string& where, const std::string& got, const std::string& expected)
        : std::runtime_error(where + ": got " + got + ", expected " + expected) {}
};

}  // namespace approxtlm
