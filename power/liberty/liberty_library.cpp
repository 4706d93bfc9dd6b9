#include "power/liberty/liberty_library.h"

#include <algorithm>
#include <limits>

namespace approxtlm::power {

const Pin* Cell::find_pin(const std::string& pin) const {
    const auto it = std::find_if(pins.begin(), pins.end(), [&](const Pin& p) { return p.name == pin; });
    return it == pins.end() ? nullptr : &*it;
}

const Cell* LibertyLibrary::find(const std::string& cell) const {
    const auto it = cells.find(cell);
    return it == cells.end() ? nullptr : &it->second;
}

double LibertyLibrary::smallest_transition_ps() const {
    double least = std::numeric_limits<double>::infinity();
    for (const auto& [ignored, cell] : cells)
        for (const Pin& pin : cell.pins)
            for (const TimingArc& arc : pin.arcs)
                if (!arc.transition.rise.x().empty())
                    least = std::min(least, arc.transition.rise.x().front());
    return least == std::numeric_limits<double>::infinity() ? 0 : least;
}

}  // namespace approxtlm::power
