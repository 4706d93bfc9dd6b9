#include "platform/cli/expected_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "models/common/error.h"
#include "platform/cli/option_values.h"

namespace approxtlm::platform {
namespace {

struct Figure {
    std::string_view name;
    double value;
};

/// A published number and how finely it is given.
struct Published {
    double value = 0;
    int decimals = 0;  ///< below 0 for numbers such as 3.1e6
};

bool parse_published(std::string_view text, Published& published) {
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, published.value);
    if (error != std::errc{} || last != end || !std::isfinite(published.value)) return false;
    const std::size_t mantissa_end = std::min(text.find_first_of("eE"), text.size());
    const std::size_t point = std::min(text.find('.'), mantissa_end);
    int exponent = 0;
    if (mantissa_end < text.size()) {
        const std::size_t digits = mantissa_end + (text.substr(mantissa_end + 1, 1) == "+" ? 2 : 1);
        std::from_chars(text.data() + digits, end, exponent);
    }
    published.decimals = static_cast<int>(point == mantissa_end ? 0 : mantissa_end - point - 1) - exponent;
    return true;
}

}  // namespace

void check_expected_figures(const std::string& option, const std::string& text, const std::string& subject,
                            const ErrorStatistics& statistics) {
    const std::array figures{Figure{"mae", statistics.mae},
                             Figure{"wce", static_cast<double>(statistics.wce)},
                             Figure{"mre", statistics.mre_percent},
                             Figure{"mse", statistics.mse},
                             Figure{"ep", statistics.error_probability_percent},
                             Figure{"bias", statistics.bias}};
    std::string_view rest = text;
    while (true) {
        const std::string_view item = rest.substr(0, rest.find(','));
        const std::size_t equals = item.find('=');
        const Figure* found = nullptr;
        for (const Figure& figure : figures)
            if (item.substr(0, equals) == figure.name) found = &figure;
        Published published;
        if (found == nullptr || equals == item.npos || !parse_published(item.substr(equals + 1), published))
            throw InputError(option, shown(std::string{item}),
                             "NAME=NUMBER with a name of mae, wce, mre, mse, ep, bias");
        const double half_step = 0.5 * std::pow(10.0, -published.decimals) * (1 + 1e-9);
        if (!(std::fabs(found->value - published.value) <= half_step))
            throw InputError(subject + ": " + std::string{found->name},
                             fmt::format("{:.{}f}", found->value, std::clamp(published.decimals + 1, 1, 9)),
                             std::string{item.substr(equals + 1)} + " (as published)");
        if (item.size() == rest.size()) return;
        rest.remove_prefix(item.size() + 1);
    }
}

}  // namespace approxtlm::platform
