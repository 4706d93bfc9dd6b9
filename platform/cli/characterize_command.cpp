#include "platform/cli/characterize_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <thread>

#include "models/common/error.h"
#include "models/common/text_file.h"
#include "platform/cli/option_values.h"
#include "platform/cli/output_directory.h"
#include "platform/cli/progress_bar.h"
#include "platform/simulation/record_operands.h"
#include "power/characterize/characterize.h"

namespace approxtlm::platform {
namespace {

constexpr std::uint64_t kMostJobs = 1024;
constexpr double kLongestPeriodPs = 1e6;

/// "1500" or "1500.5": picoseconds in (0, 1e6].
double parse_period_ps(const std::string& option, const std::string& text, const std::string& expected) {
    std::size_t used = 0;
    double value = 0;
    try {
        value = std::stod(text, &used);
    } catch (const std::exception&) {
        used = 0;
    }
    if (used == 0 || used != text.size() || !(value > 0 && value <= kLongestPeriodPs))
        throw InputError(option, shown(text), expected);
    return value;
}

power::ClockChoice parse_clock(const std::string& text) {
    if (text == "tight") return {power::ClockKind::tight, 0};
    if (text == "relaxed") return {power::ClockKind::relaxed, 0};
    return {power::ClockKind::period,
            parse_period_ps("--clock", text, "tight, relaxed or a period in picoseconds up to 1e6")};
}

std::vector<double> parse_sweep(const std::string& text) {
    std::vector<double> periods;
    std::string rest = text;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        periods.push_back(parse_period_ps("--sweep", rest.substr(0, comma),
                                          "periods in picoseconds up to 1e6, separated by commas"));
        rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
    }
    return periods;
}

}  // namespace

CharacterizeCommand::CharacterizeCommand(CLI::App& app)
    : command_(app.add_subcommand("characterize",
                                  "Measure a library's PEs at their gates: Liberty in, "
                                  "technology file out")) {
    command_->add_option("--liberty", liberty_, "Files of one library, plain or gzipped")
        ->type_name("FILE...")
        ->required();
    command_
        ->add_option("--clock", clock_,
                     "tight (1.1 x the exact PE's shortest period), relaxed, or a period in picoseconds")
        ->type_name("tight|relaxed|PS")
        ->capture_default_str();
    command_->add_option("--output", output_, "The technology file; its name is the technology's")
        ->type_name("FILE.yaml")
        ->required();
    command_
        ->add_option("--work", work_,
                     "Folder of netlists and figures, found again by the next run; default: OUTPUT.work")
        ->type_name("DIR");
    command_->add_option("--jobs", jobs_, "Circuits side by side; default: one per core")->type_name("N");
    command_
        ->add_option("--variants", variants_,
                     "PEs, e.g. truncated:7,truncated:7/signed,truncated:7/per_mac; default: all families")
        ->type_name("LIST");
    command_->add_option("--sweep", sweep_, "Periods (ps) for the curve of energy against clock")
        ->type_name("P1,P2,...");
    command_->add_option("--feature-nm", feature_nm_, "The node, of a library that is not known by its cells")
        ->type_name("NM");
    command_
        ->add_option("--multiplier-verilog", verilog_,
                     "Also a PE with this combinational 8x8 multiplier; its table goes beside the output")
        ->type_name("FILE");
    command_->add_option("--top", top_, "Its module")->type_name("NAME");
    command_->add_flag("--quiet", quiet_, "Print nothing but errors");
    command_->footer(
        "Example:\n  approxtlm characterize --liberty NanGate15_tt.lib.gz --clock tight --output "
        "nangate15-tight.yaml");
}

void CharacterizeCommand::execute(const std::string& command_line) const {
    power::CharacterizeOptions options;
    options.liberty = liberty_;
    options.clock = parse_clock(clock_);
    if (std::filesystem::path(output_).extension() != ".yaml")
        throw InputError("--output", shown(output_), "a file name that ends in .yaml");
    check_output_file("--output", output_);
    options.name = std::filesystem::path(output_).stem().string();
    options.jobs = jobs_.empty() ? std::max(1u, std::thread::hardware_concurrency())
                                 : static_cast<unsigned>(parse_count("--jobs", jobs_, 1, kMostJobs));
    options.variants = command_->count("--variants") > 0 ? power::parse_variants("--variants", variants_)
                                                         : power::default_variants();
    options.sweep_ps = parse_sweep(sweep_);
    if (command_->count("--feature-nm") > 0)
        options.feature_nm = parse_period_ps("--feature-nm", feature_nm_, "nanometres");
    if (verilog_.empty() != top_.empty())
        throw InputError(verilog_.empty() ? "--multiplier-verilog" : "--top", "nothing",
                         "both --multiplier-verilog FILE and --top NAME");
    options.foreign_verilog = verilog_;
    options.foreign_top = top_;
    options.foreign_table = std::filesystem::path(output_).replace_extension().string() + "-" + top_ + ".bin";
    options.command = command_line;
    options.recorded = record_operands();
    options.work = work_.empty() ? output_ + ".work" : work_;
    check_output_directory("--work", options.work);
    std::filesystem::create_directories(options.work);

    ProgressBar bar(!quiet_, PlainLines::occasional);
    const power::TechnologyFile file =
        power::characterize(options, [&](const std::string& stage, std::size_t done, std::size_t total) {
            bar.update(stage, done, total);
        });
    bar.clear();
    write_file(output_, power::to_yaml(file));
    if (quiet_) return;
    std::cout << fmt::format("{}, {}: {:.1f} ps (exact PE at best {:.1f} ps), {} PEs\n", file.library,
                             file.corner, file.period_ps, file.exact_fastest_ps, file.pe.size());
    const auto& exact = file.curve_fj.at("exact");
    for (const auto& [name, curve] : file.curve_fj) {
        std::string line = fmt::format("{:<14}", name);
        for (const auto& [period, energy] : curve) {
            const auto reference = exact.find(period);
            line += fmt::format("  {:.1f} ps: {:.1f} fJ", period, energy);
            if (reference != exact.end())
                line += fmt::format(" ({:.1f} % saved)", 100 * (1 - energy / reference->second));
        }
        std::cout << line << '\n';
    }
    std::cout << "Technology file: " << output_ << '\n';
}

}  // namespace approxtlm::platform
