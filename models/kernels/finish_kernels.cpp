// Compiled once per instruction set, see array_kernels.cpp.
#include "models/arithmetic/requantize.h"
#include "models/kernels/direct_kernels.h"

namespace approxtlm::APPROXTLM_KERNELS_ISA {
void finish_row(const FinishJob& job, const std::int32_t* __restrict psum, std::int32_t sum_a,
                std::int32_t sum_x, std::uint8_t* __restrict out) {
    const std::int32_t* __restrict constant = job.constant;
    const std::int32_t* __restrict zero_point = job.zero_point;
    const std::int32_t* __restrict coefficient = job.coefficient;
    const float* __restrict scale = job.scale;
    // Sums wrap at 32 bits as the accumulators do: unsigned arithmetic.
    const auto total = [&](std::uint32_t c) {
        return static_cast<std::uint32_t>(psum[c]) + static_cast<std::uint32_t>(constant[c]) -
               static_cast<std::uint32_t>(zero_point[c]) * static_cast<std::uint32_t>(sum_a);
    };
    const auto finish = [&](std::uint32_t sum, std::uint32_t c) {
        return requantize(static_cast<std::int32_t>(sum), scale[c], job.output_zero_point, job.low, job.high);
    };
    if (coefficient == nullptr) {
        for (std::uint32_t c = 0; c < job.columns; ++c) out[c] = finish(total(c), c);
        return;
    }
    if (job.narrow) {
        const auto half = static_cast<std::int32_t>(job.coefficient_half);
        const auto fraction = static_cast<int>(job.coefficient_shift);
        for (std::uint32_t c = 0; c < job.columns; ++c) {
            const std::int32_t correction = (coefficient[c] * sum_x + half) >> fraction;
            out[c] = finish(total(c) + static_cast<std::uint32_t>(correction), c);
        }
        return;
    }
    const std::int64_t half = job.coefficient_half, fraction = job.coefficient_shift;
    for (std::uint32_t c = 0; c < job.columns; ++c) {
        const std::int64_t correction = (std::int64_t{coefficient[c]} * sum_x + half) >> fraction;
        out[c] = finish(total(c) + static_cast<std::uint32_t>(correction), c);
    }
}

void add_codes(const AddJob& job) {
    const std::uint8_t* a = job.a;
    const std::uint8_t* b = job.b;
    std::uint8_t* out = job.out;
    const float a_scale = job.a_scale, b_scale = job.b_scale, offset = job.offset, low = job.low,
                high = job.high;
    // Through a buffer: the codes written might otherwise be the codes read next.
    constexpr std::size_t kBuffer = 256;
    std::uint8_t codes[kBuffer];
    for (std::size_t first = 0; first < job.count; first += kBuffer) {
        const std::size_t n = job.count - first < kBuffer ? job.count - first : kBuffer;
        for (std::size_t i = 0; i < n; ++i) {
            const float sum =
                multiply_add(a[first + i], a_scale, multiply_add(b[first + i], b_scale, offset));
            codes[i] = static_cast<std::uint8_t>(round_to_code(sum, low, high));
        }
        __builtin_memcpy(out + first, codes, n);
    }
}

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
