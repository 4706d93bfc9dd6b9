#include "power/liberty/liberty_library.h"

#include <algorithm>

namespace approxtlm::power {

const Pin* Cell::find_pin(const std::string& pin) const {
    const auto it = std::find_if(pins.begin(), pins.end(), [&](const Pin& p) { return p.name == pin; });
    return it == pins.end() ? nullptr : &*it;
}

const Cell* LibertyLibrary::find(const std::string& cell) const {
    const auto it = cells.find(cell);
    return it == cells.end() ? nullptr : &it->second;
}

}  // namespace approxtlm::power
