#include "power/liberty/liberty_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/common/error.h"
#include "models/common/text_file.h"
#include "power/liberty/liberty_cell_reader.h"
#include "power/liberty/liberty_group.h"

namespace approxtlm::power {
namespace {

/// The part of the library that all its files must agree in.
struct Header {
    LibertyLibrary values;
    explicit Header(const LibertyText& text, const LibertyGroup& library, const LibertyUnits& units) {
        const auto needed = [&](const char* name) {
            const LibertyAttribute* found = library.attribute(name);
            if (found == nullptr) text.fail(library.type.data(), name, "nothing", "a number");
            return liberty_number(text, found->value, name);
        };
        const auto fraction = [&](const char* name, double absent) {
            const LibertyAttribute* found = library.attribute(name);
            return (found == nullptr ? absent : liberty_number(text, found->value, name)) / 100;
        };
        const std::string_view model = library.value("delay_model");
        if (!model.empty() && model != "table_lookup")
            text.fail(model.data(), "delay_model", printable(std::string(model)), "table_lookup");
        values.name = std::string(library.first_name());
        values.operating_conditions = std::string(library.value("default_operating_conditions"));
        values.process = library.attribute("nom_process") == nullptr ? 1 : needed("nom_process");
        values.voltage_v = needed("nom_voltage") * units.volts;
        values.temperature_c = needed("nom_temperature");
        if (!(values.voltage_v > 0))
            text.fail(library.value("nom_voltage").data(), "nom_voltage",
                      printable(std::string(library.value("nom_voltage"))), "above 0");
        // The defaults of the Liberty Reference Manual: 20 and 80 per cent.
        values.slew_lower = {fraction("slew_lower_threshold_pct_rise", 20),
                             fraction("slew_lower_threshold_pct_fall", 20)};
        values.slew_upper = {fraction("slew_upper_threshold_pct_rise", 80),
                             fraction("slew_upper_threshold_pct_fall", 80)};
        if (library.attribute("slew_derate_from_library") != nullptr)
            values.slew_derate = needed("slew_derate_from_library");
    }
};

void require_same(const LibertyText& text, const LibertyGroup& library, const char* what, double got,
                  double expected, const std::string& first_file) {
    if (std::abs(got - expected) > 1e-9 * std::max(1.0, std::abs(expected)))
        text.fail(library.type.data(), what, std::to_string(got),
                  std::to_string(expected) + " as in " + first_file);
}

void merge_header(const LibertyText& text, const LibertyGroup& group, const LibertyLibrary& next,
                  LibertyLibrary& into) {
    if (into.files.empty()) {
        into = next;
    } else {
        const std::string& first = into.files.front();
        const auto same = [&](const char* what, double got, double expected) {
            require_same(text, group, what, got, expected, first);
        };
        same("nom_process", next.process, into.process);
        same("nom_voltage", next.voltage_v, into.voltage_v);
        same("nom_temperature", next.temperature_c, into.temperature_c);
        same("slew_derate_from_library", next.slew_derate, into.slew_derate);
        for (const bool rising : {true, false}) {
            same("slew_lower_threshold_pct", next.slew_lower[rising], into.slew_lower[rising]);
            same("slew_upper_threshold_pct", next.slew_upper[rising], into.slew_upper[rising]);
        }
        into.name += " + " + next.name;
    }
    into.files.push_back(text.path());
}

void read_file(const std::string& path, LibertyLibrary& into) {
    const LibertyText text(path);
    const LibertyGroup library = parse_liberty(text);
    const LibertyUnits units = read_units(text, library);
    merge_header(text, library, Header(text, library, units).values, into);

    LibertyCellReader reader(text, library, units);
    for (const LibertyGroup& group : library.groups) {
        if (group.type != "cell") continue;
        Cell cell = reader.read(group);
        const std::string name = cell.name;
        const auto [it, is_new] = into.cells.try_emplace(name, std::move(cell));
        if (!is_new)
            text.fail(group.type.data(), "cell " + printable(name), "the cell twice",
                      "it once: it is also in " + it->second.file);
    }
}

double smallest_transition_ps(const LibertyLibrary& library) {
    double least = std::numeric_limits<double>::infinity();
    for (const auto& [ignored, cell] : library.cells)
        for (const Pin& pin : cell.pins)
            for (const TimingArc& arc : pin.arcs)
                if (!arc.transition.rise.x().empty())
                    least = std::min(least, arc.transition.rise.x().front());
    return std::isfinite(least) ? least : 0;
}

}  // namespace

LibertyLibrary read_liberty(const std::vector<std::string>& paths) {
    if (paths.empty()) throw InputError("Liberty", "no file", "at least one");
    LibertyLibrary library;
    for (const std::string& path : paths) read_file(path, library);
    if (library.cells.empty()) throw InputError(paths.front() + ": library", "no cell", "at least one");
    library.smallest_transition_ps = smallest_transition_ps(library);
    return library;
}

}  // namespace approxtlm::power
