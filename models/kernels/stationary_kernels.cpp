// Compiled once per instruction set, as array_kernels.cpp.
#include "models/kernels/stationary_kernels.h"

#include "models/kernels/simd.h"

namespace approxtlm::APPROXTLM_KERNELS_ISA {
namespace {

using Vector = Simd::Vector;
constexpr std::uint32_t kLanes = Simd::kLanes;

Vector changed(const Vector& a, const Vector& b, const Vector& mask) {
    return Simd::bits_and(Simd::sum_bits(a, b, Simd::zero()), mask);
}

template <bool UnsignedWeights>
Vector dot(const Vector& sum, const Vector& activation, const Vector& weight) {
    return UnsignedWeights ? Simd::dot4(sum, weight, activation) : Simd::dot4(sum, activation, weight);
}

/// Pixels pixels at once: their sums stay in registers while the reduction passes.
template <std::uint32_t Pixels, std::uint32_t Groups, bool UnsignedWeights, bool Products>
void sum_pixels(OutputStationaryJob& job, std::uint32_t pixel) {
    Vector held[Pixels], sum[Pixels], product[Pixels];
    for (std::uint32_t p = 0; p < Pixels; ++p) {
        const std::size_t at = std::size_t{pixel + p} * kLanes;
        held[p] = Simd::load(job.accumulators + at);
        product[p] = Products ? Simd::load(job.products + at) : Simd::zero();
        sum[p] = Simd::zero();
    }
    const Vector sum_mask = Simd::all(job.sum_mask), product_mask = Simd::all(job.product_mask);
    auto sum_flips = Simd::no_count(), product_flips = Simd::no_count(), product_ones = Simd::no_count();
    const std::uint32_t* weights = job.weights;
    for (std::uint32_t k = 0; k < job.steps; ++k, weights += Groups * kLanes) {
        Vector w[Groups];
        for (std::uint32_t g = 0; g < Groups; ++g) w[g] = Simd::load(weights + g * kLanes);
        for (std::uint32_t p = 0; p < Pixels; ++p) {
            const std::uint32_t* a = job.activations + (std::size_t{pixel + p} * job.steps + k) * Groups;
            Vector next = Products ? Simd::zero() : sum[p];
            for (std::uint32_t g = 0; g < Groups; ++g)
                next = dot<UnsignedWeights>(next, Simd::all(a[g]), w[g]);
            if constexpr (Products) {
                product_flips = Simd::count(product_flips, changed(next, product[p], product_mask));
                product_ones = Simd::count(product_ones, Simd::bits_and(next, product_mask));
                product[p] = next;
                next = Simd::add(sum[p], next);
            }
            sum[p] = next;
            if (k + 1 < job.steps) {
                sum_flips = Simd::count(sum_flips, changed(next, held[p], sum_mask));
                held[p] = next;
            }
        }
    }
    for (std::uint32_t p = 0; p < Pixels; ++p) {
        const std::size_t at = std::size_t{pixel + p} * kLanes;
        sum_flips = Simd::count(sum_flips, changed(sum[p], Simd::load(job.outputs + at), sum_mask));
        Simd::store(job.outputs + at, Simd::bits_and(sum[p], sum_mask));
        Simd::store(job.accumulators + at, Simd::bits_and(held[p], sum_mask));
        if (Products) Simd::store(job.products + at, Simd::bits_and(product[p], product_mask));
    }
    job.sum_flips += Simd::total(sum_flips);
    job.product_flips += Simd::total(product_flips);
    job.product_ones += Simd::total(product_ones);
}

template <std::uint32_t Groups, bool UnsignedWeights, bool Products>
void sum_all(OutputStationaryJob& job) {
    constexpr std::uint32_t kPixels = kLanes == 16 ? 4 : 2;
    std::uint32_t pixel = 0;
    for (; pixel + kPixels <= job.pixels; pixel += kPixels)
        sum_pixels<kPixels, Groups, UnsignedWeights, Products>(job, pixel);
    for (; pixel < job.pixels; ++pixel) sum_pixels<1, Groups, UnsignedWeights, Products>(job, pixel);
}

template <std::uint32_t Groups, bool UnsignedWeights>
void sum_with_groups(OutputStationaryJob& job) {
    job.products != nullptr ? sum_all<Groups, UnsignedWeights, true>(job)
                            : sum_all<Groups, UnsignedWeights, false>(job);
}

/// A vector like the one before leaves the row's products as they are.
template <std::uint32_t Groups>
bool repeats(const std::uint32_t* streamed, std::size_t stride) {
    for (std::uint32_t g = 0; g < Groups; ++g)
        if (streamed[g] != *(streamed + g - stride)) return false;
    return true;
}

template <std::uint32_t Groups, bool UnsignedHeld>
void product_rows(ProductJob& job) {
    auto flips = Simd::no_count(), ones = Simd::no_count();
    const Vector mask = Simd::all(job.mask);
    const std::size_t stride = std::size_t{job.stride} * Groups;
    for (std::uint32_t r = 0; r < job.rows; ++r) {
        Vector held[Groups];
        for (std::uint32_t g = 0; g < Groups; ++g)
            held[g] = Simd::load(job.held + (std::size_t{r} * Groups + g) * kLanes);
        Vector before = Simd::load(job.registers + std::size_t{r} * kLanes);
        const std::uint32_t* streamed = job.streamed + std::size_t{r} * Groups;
        for (std::uint32_t t = 0; t < job.vectors; ++t, streamed += stride) {
            if (t > 0 && repeats<Groups>(streamed, stride)) continue;
            Vector product = Simd::zero();
            for (std::uint32_t g = 0; g < Groups; ++g)
                product = dot<UnsignedHeld>(product, Simd::all(streamed[g]), held[g]);
            flips = Simd::count(flips, changed(product, before, mask));
            ones = Simd::count(ones, Simd::bits_and(product, mask));
            before = product;
        }
        Simd::store(job.registers + std::size_t{r} * kLanes, Simd::bits_and(before, mask));
    }
    job.flips = Simd::total(flips);
    job.ones = Simd::total(ones);
}

}  // namespace

void output_stationary(OutputStationaryJob& job) {
    job.sum_flips = job.product_flips = job.product_ones = 0;
    if (job.groups == 1)
        job.unsigned_weights ? sum_with_groups<1, true>(job) : sum_with_groups<1, false>(job);
    else
        job.unsigned_weights ? sum_with_groups<2, true>(job) : sum_with_groups<2, false>(job);
}

void product_toggles(ProductJob& job) {
    if (job.groups == 1)
        job.unsigned_held ? product_rows<1, true>(job) : product_rows<1, false>(job);
    else
        job.unsigned_held ? product_rows<2, true>(job) : product_rows<2, false>(job);
}

void partial_product_flips(PartialProductJob& job) {
    std::uint64_t flips[kLanes] = {}, ones[kLanes] = {};
    for (std::uint32_t p = 0; p < job.pixels; ++p) {
        std::uint64_t* held = job.registers + std::size_t{p} * kLanes;
        std::uint64_t before[kLanes];
        __builtin_memcpy(before, held, sizeof before);
        const std::uint64_t* a = job.activations + std::size_t{p} * job.steps;
        for (std::uint32_t k = 0; k < job.steps; ++k) {
            const std::uint64_t* w = job.weights + std::size_t{k} * kLanes;
            for (std::uint32_t c = 0; c < kLanes; ++c) {
                const std::uint64_t now = a[k] & w[c];
                flips[c] += static_cast<std::uint64_t>(__builtin_popcountll(now ^ before[c]));
                ones[c] += static_cast<std::uint64_t>(__builtin_popcountll(now));
                before[c] = now;
            }
        }
        __builtin_memcpy(held, before, sizeof before);
    }
    job.flips = job.ones = 0;
    for (const std::uint64_t n : flips) job.flips += n;
    for (const std::uint64_t n : ones) job.ones += n;
}

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
