#include <algorithm>
#include <array>
#include <string>

#include "workloads/datasets/dataset.h"
#include "workloads/datasets/shapes.h"
#include "workloads/datasets/splitmix.h"

namespace approxtlm::workloads {
namespace {

constexpr int kSide = 32;
constexpr int kArea = kSide * kSide;
constexpr int kSamples = 4;  // 2 x 2 per pixel: soft edges

using Colour = std::array<int, 3>;
using Canvas = std::array<std::array<int, kArea>, 3>;

Figure random_figure(SplitMix& random, Shape shape) {
    Figure f;
    f.shape = shape;
    f.size = f.texture() ? random.between(7 * kUnit, 14 * kUnit) : random.between(4 * kUnit, 12 * kUnit);
    const int margin = std::min(f.size, 13 * kUnit);
    f.x = random.between(margin, kSide * kUnit - margin);
    f.y = random.between(margin, kSide * kUnit - margin);
    f.thickness = random.between(4, 6);
    f.period = random.between(7 * kUnit / 4, 7 * kUnit / 2);
    f.phase_u = random.between(0, 2 * f.period);
    f.phase_v = random.between(0, 2 * f.period);
    const int tilt = random.between(-14, 14);
    const bool flip = random.between(0, 1) != 0;
    switch (shape) {
        case Shape::horizontal_stripes:
            f.degrees = 360 + tilt;
            break;
        case Shape::vertical_stripes:
            f.degrees = 90 + tilt;
            break;
        case Shape::diagonal_stripes:
            f.degrees = (flip ? 45 : 135) + tilt;
            break;
        default:
            f.degrees = random.between(0, 359);
            break;
    }
    return f;
}

Colour random_colour(SplitMix& random, int low, int high) {
    Colour colour{};
    for (int& c : colour) c = random.between(low, high);
    return colour;
}

/// A colour about `contrast` away from `base`, with a random direction in colour space.
Colour contrasting(SplitMix& random, const Colour& base, int contrast) {
    const int sign = random.between(0, 1) != 0 ? 1 : -1;
    Colour colour{};
    for (std::size_t c = 0; c < 3; ++c) {
        const int share =
            random.between(0, 16);  // sixteenths: the channels agree in sign, so luminance differs
        colour[c] = base[c] + sign * contrast * share / 16;
    }
    return colour;
}

void paint_gradient(SplitMix& random, Canvas& canvas, const Colour& base) {
    const int degrees = random.between(0, 359);
    const int sine = sine_4096(degrees), cosine = sine_4096(degrees + 90);
    const Colour slope = random_colour(random, -28, 28);  // change over half the image
    for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x) {
            const int along =
                ((x - kSide / 2) * cosine + (y - kSide / 2) * sine) / kSide * 2;  // 4096 at the border
            for (std::size_t c = 0; c < 3; ++c)
                canvas[c][static_cast<std::size_t>(y * kSide + x)] = base[c] + slope[c] * along / 4096;
        }
}

void paint_figure(Canvas& canvas, const Figure& figure, const Colour& colour) {
    const FigureTest test(figure);
    constexpr int kQuarter = kUnit / 4;
    for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x) {
            int covered = 0;
            for (int s = 0; s < kSamples; ++s)
                covered += test.covers(x * kUnit + kQuarter + (s & 1) * kUnit / 2,
                                       y * kUnit + kQuarter + (s >> 1) * kUnit / 2);
            for (std::size_t c = 0; c < 3; ++c) {
                int& pixel = canvas[c][static_cast<std::size_t>(y * kSide + x)];
                pixel = (pixel * (kSamples - covered) + colour[c] * covered) / kSamples;
            }
        }
}

/// Small figures of no class's size, drawn before or after the labelled one.
void paint_clutter(SplitMix& random, Canvas& canvas, const Colour& base) {
    const int pieces = random.between(0, 3);
    for (int i = 0; i < pieces; ++i) {
        Figure f = random_figure(random, static_cast<Shape>(random.between(0, 4)));
        f.size = random.between(kUnit, 3 * kUnit);
        f.x = random.between(0, kSide * kUnit);
        f.y = random.between(0, kSide * kUnit);
        paint_figure(canvas, f, contrasting(random, base, random.between(20, 90)));
    }
}

/// Sum of eight bytes: near enough to a normal distribution, spread 209; scaled to `spread` grey levels.
int noise(SplitMix& random, int spread) {
    std::uint64_t bits = random.next();
    int sum = 0;
    for (int i = 0; i < 8; ++i, bits >>= 8) sum += static_cast<int>(bits & 255);
    return (sum - 1020) * spread / 209;
}

void draw(Split split, std::size_t index, std::uint8_t* pixels, std::uint8_t& label) {
    SplitMix random((split == Split::test ? 0x7465'7374ull << 32 : 0x7472'6169ull << 32) + index);
    random.next();  // parts neighbouring indices before the first use
    label = static_cast<std::uint8_t>(random.between(0, kShapes - 1));
    const Colour base = random_colour(random, 40, 215);
    const int contrast = random.between(32, 130);
    const int spread = random.between(4, 20);
    Canvas canvas{};
    paint_gradient(random, canvas, base);
    paint_clutter(random, canvas, base);
    const Figure figure = random_figure(random, static_cast<Shape>(label));
    paint_figure(canvas, figure, contrasting(random, base, contrast));
    if (random.between(0, 3) == 0)
        paint_clutter(random, canvas, base);  // sometimes hides a part of the figure
    for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t p = 0; p < kArea; ++p)
            pixels[c * kArea + p] =
                static_cast<std::uint8_t>(std::clamp(canvas[c][p] + noise(random, spread), 0, 255));
}

}  // namespace

Dataset synthetic_dataset(Split split, std::size_t first, std::size_t images) {
    Dataset dataset;
    dataset.name = "synthetic";
    dataset.pixels.resize(images * dataset.image_bytes());
    dataset.labels.resize(images);
    for (std::size_t i = 0; i < images; ++i)
        draw(split, first + i, dataset.pixels.data() + i * dataset.image_bytes(), dataset.labels[i]);
    return dataset;
}

}  // namespace approxtlm::workloads
