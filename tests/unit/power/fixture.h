#pragma once

#include <string>

#include "power/technology/technology.h"

namespace approxtlm::power {

/// A technology file with round numbers: exact, truncated:7 plain and per MAC, rows 1, 4 and 64, 1 GHz, 1 V.
TechnologyFile small_file();
/// Coefficient of one feature of one component.
double& coefficient(MacroModel& model, Component component, PeFeature feature);
/// `text` with its one occurrence of `from` replaced.
std::string replaced(std::string text, const std::string& from, const std::string& to);
/// Written to a temporary file and loaded.
Technology load_text(const std::string& text);
Technology load_file(const TechnologyFile& file);
/// Message of the InputError that loading throws, from behind the file's name on.
std::string load_error(const std::string& text);
std::string write_file(const std::string& name, const std::string& text);

}  // namespace approxtlm::power
