#pragma once

#include <string>

#include "models/common/error.h"

namespace approxtlm::test {

/// The message of the InputError that `body` throws; "(no error)" when it throws none.
template <class Body>
std::string input_error(Body&& body) {
    try {
        body();
    } catch (const InputError& e) {
        return e.what();
    }
    return "(no error)";
}

}  // namespace approxtlm::test
