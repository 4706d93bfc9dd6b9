#include "workloads/calibration/samples.h"

#include <algorithm>

#include "workloads/datasets/splitmix.h"

namespace approxtlm::workloads {
namespace {

/// `count` of `pixels`, evenly spread, each at random within its share.
std::vector<std::uint32_t> chosen_pixels(std::uint32_t pixels, std::size_t count, std::uint64_t seed) {
    std::vector<std::uint32_t> chosen;
    SplitMix random(seed);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t first = i * pixels / count, end = (i + 1) * pixels / count;
        chosen.push_back(static_cast<std::uint32_t>(first + random.next() % (end - first)));
    }
    return chosen;
}

/// Row `pixel` of an image's sums becomes sample `at`.
void copy_sample(const GroupSums& got, const GroupSums& wanted, const std::int32_t* zero_point,
                 std::size_t pixel, GroupSamples& out, std::size_t at) {
    std::copy_n(got.window.data() + pixel * out.reduction, out.reduction,
                out.window.data() + at * out.reduction);
    out.x[at] = got.sums.sum_x[pixel];
    out.a[at] = got.sums.sum_a[pixel];
    for (std::size_t f = 0; f < out.filters; ++f) {
        const std::size_t from = pixel * out.filters + f, to = f * out.n + at;
        out.got[to] = got.psum[from] - zero_point[f] * got.sums.sum_a[pixel];
        out.wanted[to] = wanted.psum[from] - zero_point[f] * wanted.sums.sum_a[pixel];
    }
}

}  // namespace

std::vector<GroupSamples> sample_layer(TwinRun& twins, std::size_t layer,
                                       const std::vector<std::int16_t>& codes, const SampleSource& source) {
    const LayerDescriptor& d = twins.descriptor(layer);
    const EncodedWeights& weights = twins.weights(layer);
    const LayerSums exact(d, weights.values, twins.exact_products());
    const LayerSums approximate(d, codes, twins.approximate_products());
    const std::uint32_t pixels = d.output_height * d.output_width;
    const std::size_t per_image =
        std::clamp<std::size_t>((source.samples + twins.images() - 1) / twins.images(), 1, pixels);

    std::vector<GroupSamples> groups(d.groups);
    for (GroupSamples& g : groups) {
        g.n = per_image * twins.images();
        g.filters = d.output_channels / d.groups;
        g.reduction = static_cast<std::uint32_t>(codes.size() / d.output_channels);
        g.window.resize(g.n * g.reduction);
        g.x.resize(g.n);
        g.a.resize(g.n);
        g.got.resize(g.n * g.filters);
        g.wanted.resize(g.n * g.filters);
    }
    twins.for_each_image([&](std::size_t index, std::size_t image, TensorArena& exact_tensors,
                             TensorArena& approximate_tensors) {
        const auto chosen = chosen_pixels(pixels, per_image, source.seed ^ (layer << 32 | index));
        GroupSums got, wanted;
        for (std::uint32_t g = 0; g < d.groups; ++g) {
            approximate.form(approximate_tensors, image, g, chosen, got);
            exact.form(exact_tensors, image, g, chosen, wanted);
            const std::int32_t* zero_point = weights.zero_point.data() + std::size_t{g} * groups[g].filters;
            for (std::size_t i = 0; i < per_image; ++i)
                copy_sample(got, wanted, zero_point, i, groups[g], index * per_image + i);
        }
    });
    return groups;
}

}  // namespace approxtlm::workloads
