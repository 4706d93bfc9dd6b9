#pragma once

namespace approxtlm::workloads {

/// The ten classes of the synthetic set; the value is the label.
enum class Shape {
    disc,
    ring,
    square,
    triangle,
    cross,
    horizontal_stripes,
    vertical_stripes,
    diagonal_stripes,
    checker,
    dots
};
inline constexpr int kShapes = 10;

/// Lengths and positions below are in 1/64 pixel.
inline constexpr int kUnit = 64;

/// One drawn figure. Textures (stripes, checker, dots) fill a round patch of radius `size`.
struct Figure {
    Shape shape{};
    int x = 0, y = 0;    ///< centre
    int size = 0;        ///< radius
    int thickness = 0;   ///< ring and cross, in sixteenths of the size
    int period = kUnit;  ///< textures: half a period
    int phase_u = 0, phase_v = 0;
    int degrees = 0;  ///< rotation, 0..359

    bool texture() const { return shape >= Shape::horizontal_stripes; }
};

/// Is the point covered by the figure? Integers only, so the answer is the same on every machine.
class FigureTest {
public:
    explicit FigureTest(const Figure& figure);
    bool covers(int x, int y) const;

private:
    Figure figure_;
    int sine_, cosine_;  // of the rotation, in 1/4096
};

/// Sine in 1/4096 by Bhaskara's rational approximation (error below 0.002), defined in integers alone.
int sine_4096(int degrees);

}  // namespace approxtlm::workloads
