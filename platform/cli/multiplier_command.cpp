#include "platform/cli/multiplier_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/arithmetic/error_statistics.h"
#include "models/common/error.h"
#include "platform/cli/expected_figures.h"
#include "platform/cli/option_values.h"
#include "platform/cli/output_directory.h"
#include "platform/report/error_surface.h"

namespace approxtlm::platform {
namespace {

/// All that is printed.
struct Findings {
    Multiplier multiplier;
    Encoding encoding = Encoding::unsigned_codes;
    ErrorStatistics statistics;
    double error_variance = 0;
    std::vector<VariateFit> fits;  ///< least residual first
};

bool is_table(const Findings& f) { return f.multiplier.family == MultiplierFamily::table; }

Findings find(const std::string& spec, const std::string& encoding, const std::string& variate) {
    Findings f;
    f.multiplier = parse_multiplier(spec);
    if (is_table(f)) f.encoding = f.multiplier.table->weights();
    if (!encoding.empty()) f.encoding = parse_encoding(encoding);
    check_encoding(f.multiplier, f.encoding);
    f.statistics = error_statistics(f.multiplier, f.encoding);
    f.error_variance = error_variance(f.multiplier, f.encoding);
    f.fits = variate_fits(f.multiplier, f.encoding);
    if (variate != "auto") {
        const Variate only = parse_variate(variate);
        if (only.kind() == Variate::Kind::table) {
            f.fits = {variate_fit(f.multiplier, f.encoding, only, 8)};
            return f;
        }
        f.fits.erase(std::remove_if(f.fits.begin(), f.fits.end(),
                                    [&](const VariateFit& fit) { return fit.variate != only; }),
                     f.fits.end());
    }
    return f;
}

double residual(const Findings& f, const Variate& variate, int bits) {
    for (const VariateFit& fit : f.fits)
        if (fit.variate == variate && fit.bits == bits) return fit.residual_variance;
    return 0;
}

std::string best_variate_text(const Findings& f) {
    const VariateFit& best = f.fits.front();
    if (f.error_variance == 0) return "none needed: the error does not depend on A";
    return fmt::format("{} of {} bit{}, residual variance {:.6g} ({:.1f} % of the variance)",
                       to_string(best.variate), best.bits, best.bits == 1 ? "" : "s", best.residual_variance,
                       100 * best.residual_variance / f.error_variance);
}

std::string residual_table(const Findings& f) {
    if (f.fits.front().variate.kind() == Variate::Kind::table) return "";
    std::string text = "residual variance, by the low bits of A that the control variate reads\n          ";
    for (int bits = 1; bits <= 8; ++bits) text += fmt::format("{:>11}", bits);
    for (const Variate& variate : kVariates) {
        const bool asked = std::any_of(f.fits.begin(), f.fits.end(),
                                       [&](const VariateFit& fit) { return fit.variate == variate; });
        if (!asked) continue;
        text += fmt::format("\n{:<10}", to_string(variate));
        for (int bits = 1; bits <= 8; ++bits) text += fmt::format("{:>11.5g}", residual(f, variate, bits));
    }
    return text + '\n';
}

std::string format_text(const Findings& f, const std::string& picture) {
    const ErrorStatistics& s = f.statistics;
    const std::string kept = is_table(f) ? "unknown (activity counts all 64)"
                                         : fmt::format("{} of 64", kept_partial_products(f.multiplier));
    std::string text =
        fmt::format("multiplier {}, weights {}\n\n", to_string(f.multiplier), to_string(f.encoding));
    const auto line = [&](const char* name, const std::string& value, const char* meaning) {
        text += fmt::format("{:<22}{:<14}{}\n", name, value, meaning);
    };
    line("MAE", fmt::format("{:.6g}", s.mae), "mean |exact - approximate|");
    line("WCE", fmt::format("{}", s.wce), "largest |exact - approximate|");
    line("MRE", fmt::format("{:.5g} %", s.mre_percent),
         "mean relative error, pairs with exact product 0 left out");
    line("MSE", fmt::format("{:.8g}", s.mse), "mean squared error");
    line("error probability", fmt::format("{:.4f} %", s.error_probability_percent),
         "operand pairs with a wrong product");
    line("bias", fmt::format("{:.6g}", s.bias), "mean (exact - approximate)");
    line("error variance", fmt::format("{:.6g}", f.error_variance), "over A, mean over the weights");
    text += fmt::format("{:<22}{}\n", "partial products", kept);
    text += fmt::format("{:<22}{}\n", "best control variate", best_variate_text(f));
    const std::string table = residual_table(f);
    return text + '\n' + (table.empty() ? "" : table + '\n') + picture;
}

std::string format_json(const Findings& f) {
    using nlohmann::ordered_json;
    const ErrorStatistics& s = f.statistics;
    const auto fit_json = [](const VariateFit& fit) {
        return ordered_json{{"variate", to_string(fit.variate)},
                            {"bits", fit.bits},
                            {"residual_variance", fit.residual_variance}};
    };
    ordered_json fits = ordered_json::array();
    for (const VariateFit& fit : f.fits) fits.push_back(fit_json(fit));
    ordered_json document{{"schema", "approxtlm-multiplier-1"},
                          {"multiplier", to_string(f.multiplier)},
                          {"encoding", to_string(f.encoding)},
                          {"mae", s.mae},
                          {"wce", s.wce},
                          {"mre_percent", s.mre_percent},
                          {"mse", s.mse},
                          {"error_probability_percent", s.error_probability_percent},
                          {"bias", s.bias},
                          {"error_variance", f.error_variance},
                          {"kept_partial_products", nullptr},
                          {"best_variate", fit_json(f.fits.front())},
                          {"variates", fits}};
    if (!is_table(f)) document["kept_partial_products"] = kept_partial_products(f.multiplier);
    return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

void write_picture(const std::string& path, const Findings& f, const ErrorSurface& surface) {
    const std::filesystem::path file(path);
    const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
    write_output_file(folder, file.filename().string(),
                      file.extension() == ".svg" ? error_surface_svg(surface, to_string(f.multiplier))
                                                 : error_surface_png(surface));
}

}  // namespace

MultiplierCommand::MultiplierCommand(CLI::App& app)
    : command_(app.add_subcommand("multiplier", "Show a multiplier's error and its best control variate")) {
    command_
        ->add_option("multiplier", spec_,
                     "exact, perforated:M, recursive:M, truncated:M, or a table: "
                     "FILE[,convention=unsigned|signed|offset][,operand=first|second]")
        ->type_name("SPEC|FILE")
        ->required();
    command_
        ->add_option("--expect", expect_,
                     "Refuse unless these figures agree: mae=119,wce=518 and also mre, mse, ep, bias")
        ->type_name("FIGURES");
    command_
        ->add_option("--variate", variate_,
                     "Only this control variate: auto, low_bits, or, popcount, file:PATH")
        ->type_name("KIND")
        ->capture_default_str();
    command_
        ->add_option("--encoding", encoding_,
                     "Weight codes: unsigned, signed; default: the table's, else unsigned")
        ->type_name("KIND");
    command_->add_option("--picture", picture_, "Write the error surface: .svg with axes, .png without")
        ->type_name("FILE");
    command_->add_flag("--json", json_, "Print JSON instead of text");
    command_->footer(
        "Examples:\n"
        "  approxtlm multiplier truncated:7 --picture truncated7.svg\n"
        "  approxtlm multiplier mul8u_185Q.bin --expect mae=119,wce=518,mre=4.16");
}

void MultiplierCommand::execute() const {
    const bool pictured = command_->count("--picture") > 0;
    const std::string extension = std::filesystem::path(picture_).extension().string();
    if (pictured && extension != ".svg" && extension != ".png")
        throw InputError("--picture", shown(picture_), "a file name that ends in .svg or .png");
    const Findings f = find(spec_, encoding_, variate_);
    if (command_->count("--expect") > 0) check_expected_figures("--expect", expect_, spec_, f.statistics);
    const ErrorSurface surface = error_surface(f.multiplier, f.encoding);
    if (pictured) write_picture(picture_, f, surface);
    std::cout << (json_ ? format_json(f) : format_text(f, error_surface_text(surface)));
}

}  // namespace approxtlm::platform
