#pragma once

#include <string>
#include <vector>

#include "models/arithmetic/multiplier.h"

namespace approxtlm::platform {

/// exact - approximate of every operand pair, ready to be drawn.
struct ErrorSurface {
    std::vector<int> errors;  ///< [weight, ascending][activation code], 256 x 256
    int first_weight = 0;     ///< 0, or -128 when signed
    int worst = 0;            ///< largest magnitude
};
ErrorSurface error_surface(const Multiplier& multiplier, Encoding encoding);

/// A stand-alone heat map with axes and a legend; one point an operand pair. Red: the circuit gives too
/// little, blue: too much, white: the exact product.
std::string error_surface_svg(const ErrorSurface& surface, const std::string& title);

/// The heat map alone, 256 x 256 points, weights upwards.
std::string error_surface_png(const ErrorSurface& surface);

/// Mean magnitudes as 16 lines of 32 block characters, for a terminal.
std::string error_surface_text(const ErrorSurface& surface);

}  // namespace approxtlm::platform
