#include "workloads/datasets/shapes.h"

#include <cstdlib>

namespace approxtlm::workloads {
namespace {

int floor_div(int value, int divisor) {
    return value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);
}

bool odd_cell(int value, int period) { return (floor_div(value, period) & 1) != 0; }

bool in_dot(int u, int v, int period) {
    const int cell = 2 * period;
    const int du = u - floor_div(u, cell) * cell - period;
    const int dv = v - floor_div(v, cell) * cell - period;
    return 16 * (du * du + dv * dv) <= 10 * period * period;
}

}  // namespace

int sine_4096(int degrees) {
    int angle = degrees % 360;
    if (angle < 0) angle += 360;
    const int sign = angle < 180 ? 1 : -1;
    angle %= 180;
    const int product = angle * (180 - angle);
    return sign * (4096 * 4 * product / (40500 - product));
}

FigureTest::FigureTest(const Figure& figure)
    : figure_(figure), sine_(sine_4096(figure.degrees)), cosine_(sine_4096(figure.degrees + 90)) {}

bool FigureTest::covers(int x, int y) const {
    const int dx = x - figure_.x, dy = y - figure_.y;
    const int u = (dx * cosine_ + dy * sine_) / 4096;
    const int v = (dy * cosine_ - dx * sine_) / 4096;
    const int size = figure_.size;
    const int distance2 = dx * dx + dy * dy;
    if (figure_.texture() && distance2 > size * size) return false;
    const int tu = u + figure_.phase_u, tv = v + figure_.phase_v;
    switch (figure_.shape) {
        case Shape::disc:
            return distance2 <= size * size;
        case Shape::ring: {
            const int hole = size - size * figure_.thickness / 16;
            return distance2 <= size * size && distance2 >= hole * hole;
        }
        case Shape::square:
            return std::abs(u) * 8 <= size * 7 && std::abs(v) * 8 <= size * 7;
        case Shape::triangle:
            return 2 * v <= size && std::abs(u) * 443 <= (v + size) * 256;  // 443/256 = sqrt 3
        case Shape::cross: {
            const int arm = size * figure_.thickness / 16;
            return (std::abs(u) <= arm && std::abs(v) <= size) || (std::abs(v) <= arm && std::abs(u) <= size);
        }
        case Shape::horizontal_stripes:
        case Shape::vertical_stripes:
        case Shape::diagonal_stripes:
            return odd_cell(tv, figure_.period);  // told apart by the rotation alone
        case Shape::checker:
            return odd_cell(tu, figure_.period) != odd_cell(tv, figure_.period);
        case Shape::dots:
            return in_dot(tu, tv, figure_.period);
    }
    return false;
}

}  // namespace approxtlm::workloads
