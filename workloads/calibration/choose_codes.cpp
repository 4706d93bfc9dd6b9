#include "workloads/calibration/choose_codes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "models/common/parallel_for.h"
#include "workloads/calibration/adapt_kernels.h"

namespace approxtlm::workloads {
namespace {

constexpr std::size_t kCodes = 256;
constexpr std::size_t kRowsOfTask = 64;

}  // namespace

CodeChooser::CodeChooser(const GroupSamples& samples, const ProductForms& forms, unsigned threads)
    : samples_(samples), forms_(forms), threads_(threads), rows_(activation_bits(samples, forms.bit)) {
    const std::size_t n = rows_.rows, bits = forms.bit.size();
    const auto count = static_cast<double>(samples.n);
    std::vector<std::int32_t> one_and_x(2 * samples.n, 1);
    std::copy(samples.x.begin(), samples.x.end(), one_and_x.begin() + static_cast<std::ptrdiff_t>(samples.n));
    const std::vector<double> sums = bit_sums(rows_, one_and_x, samples.n, threads);
    double x = 0, xx = 0;
    for (const std::int32_t value : samples.x) {
        x += value;
        xx += static_cast<double>(value) * value;
    }
    const double spread = std::sqrt(xx - x * x / count);
    mean_.resize(n);
    with_x_.resize(n);
    for (std::size_t r = 0; r < n; ++r) {
        mean_[r] = sums[r] / count;
        with_x_[r] = spread > 0 ? (sums[n + r] - mean_[r] * x) / spread : 0.0;
    }

    gram_.resize(n * n);
    parallel_for((n + kRowsOfTask - 1) / kRowsOfTask, threads, [&](std::size_t task) {
        const std::size_t first = task * kRowsOfTask, rows = std::min(kRowsOfTask, n - first);
        std::vector<std::uint32_t> counts(rows * n);
        adapt_kernels().and_counts(rows_.row(first), rows, rows_.bits.data(), first + rows, rows_.words,
                                   counts.data(), n);
        for (std::size_t r = 0; r < rows; ++r) {
            const std::size_t i = first + r;
            for (std::size_t j = 0; j <= i; ++j) {
                const auto value = static_cast<float>(counts[r * n + j] - count * mean_[i] * mean_[j] -
                                                      with_x_[i] * with_x_[j]);
                gram_[i * n + j] = value;
                gram_[j * n + i] = value;
            }
        }
    });

    quadratic_.resize(samples.reduction * kCodes);
    for (std::size_t k = 0; k < samples.reduction; ++k) {
        for (std::size_t b = 0; b < bits; ++b) {
            for (std::size_t c = 0; c < bits; ++c) {
                const float g = gram_[(k * bits + b) * n + k * bits + c];
                for (std::size_t code = 0; code < kCodes; ++code)
                    quadratic_[k * kCodes + code] +=
                        g * forms.forms[b * kCodes + code] * forms.forms[c * kCodes + code];
            }
        }
    }
}

void CodeChooser::sweep(const std::vector<std::int32_t>& missing, std::int16_t* codes) const {
    const std::size_t n = rows_.rows, count = samples_.n;
    const std::vector<double> sums = bit_sums(rows_, missing, count, threads_);
    const double x_mean =
        std::accumulate(samples_.x.begin(), samples_.x.end(), 0.0) / static_cast<double>(count);
    double spread = 0;
    for (const std::int32_t x : samples_.x) spread += (x - x_mean) * (x - x_mean);
    spread = std::sqrt(spread);
    parallel_for(samples_.filters, threads_, [&](std::size_t f) {
        const std::int32_t* e = missing.data() + f * count;
        double total = 0, with_x = 0;
        for (std::size_t s = 0; s < count; ++s) {
            total += e[s];
            with_x += e[s] * (samples_.x[s] - x_mean);
        }
        if (spread > 0) with_x /= spread;
        std::vector<float> pull(n);
        for (std::size_t r = 0; r < n; ++r)
            pull[r] = static_cast<float>(sums[f * n + r] - mean_[r] * total - with_x_[r] * with_x);
        sweep_filter(pull.data(), codes + f * samples_.reduction);
    });
}

void CodeChooser::sweep_filter(float* pull, std::int16_t* codes) const {
    const AdaptKernels& kernels = adapt_kernels();
    const std::size_t n = rows_.rows, bits = forms_.bit.size();
    std::array<float, kCodes> scores{};
    std::array<float, 8> wanted{}, delta{};
    for (std::size_t k = 0; k < samples_.reduction; ++k) {
        const auto now = static_cast<std::size_t>(codes[k] - forms_.lowest);
        for (std::size_t b = 0; b < bits; ++b) {
            wanted[b] = pull[k * bits + b];
            for (std::size_t c = 0; c < bits; ++c)
                wanted[b] += gram_[(k * bits + b) * n + k * bits + c] * forms_.forms[c * kCodes + now];
        }
        kernels.scores(quadratic_.data() + k * kCodes, forms_.forms.data(), wanted.data(), bits,
                       scores.data());
        const auto best =
            static_cast<std::size_t>(std::min_element(scores.begin(), scores.end()) - scores.begin());
        if (!(scores[best] < scores[now])) continue;
        for (std::size_t b = 0; b < bits; ++b)
            delta[b] = forms_.forms[b * kCodes + best] - forms_.forms[b * kCodes + now];
        kernels.subtract_rows(pull, n, gram_.data() + k * bits * n, n, delta.data(), bits);
        codes[k] = static_cast<std::int16_t>(static_cast<int>(best) + forms_.lowest);
    }
}

}  // namespace approxtlm::workloads
