#include "platform/report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "platform/report/numbers.h"

namespace approxtlm::platform {
namespace {

std::optional<double> saving(double mine, double exact) {
    if (!(exact > 0)) return std::nullopt;
    return 100 * (1 - mine / exact);
}

bool overlap(const std::array<double, 2>& a, const std::array<double, 2>& b) {
    return a[0] <= b[1] && b[0] <= a[1];
}

std::string accuracy_words(const RunReport& report, const DesignResult& design, const VersusExact& versus) {
    const DesignResult& exact = exact_design(report);
    const double loss = versus.top1_loss_points;
    const std::string change =
        std::abs(loss) < 0.005
            ? "keeps top-1"
            : fmt::format("{} {} points of top-1", loss > 0 ? "loses" : "gains", fixed(std::abs(loss), 2));
    return fmt::format("{} ({} % against {} %, 95 % intervals {})", change, fixed(design.top1_percent, 2),
                       fixed(exact.top1_percent, 2),
                       overlap(design.top1_ci95_percent, exact.top1_ci95_percent) ? "overlap" : "apart");
}

std::string cycle_words(std::uint64_t mine, std::uint64_t exact, double ratio) {
    if (mine == exact) return "takes exactly the same cycles";
    return fmt::format("takes {} {} cycles an image ({}x)",
                       grouped(mine > exact ? mine - exact : exact - mine), mine > exact ? "more" : "fewer",
                       fixed(ratio, 4));
}

}  // namespace

const DesignResult& exact_design(const RunReport& report) {
    if (report.designs.empty())
        throw std::invalid_argument("report: designs: got none, expected at least one");
    return report.designs.front();
}

const DesignResult& headline_design(const RunReport& report) {
    exact_design(report);
    return report.designs.back();
}

VersusExact versus_exact(const RunReport& report, const DesignResult& design) {
    const DesignResult& exact = exact_design(report);
    VersusExact v;
    if (exact.cycles_per_image > 0)
        v.cycle_ratio =
            static_cast<double>(design.cycles_per_image) / static_cast<double>(exact.cycles_per_image);
    v.top1_loss_points = exact.top1_percent - design.top1_percent;
    if (design.power && exact.power) {
        v.array_power_saving_percent = saving(design.power->mw.array_mw(), exact.power->mw.array_mw());
        v.accelerator_power_saving_percent =
            saving(design.power->mw.accelerator_mw(), exact.power->mw.accelerator_mw());
        const double ratio = design.power->mw.array_mw() / exact.power->mw.array_mw();
        if (v.array_power_saving_percent && design.saving_standard_error)
            v.array_power_saving_uncertainty =
                std::hypot(ratio * design.power->model_error.mean_percent,
                           ratio * exact.power->model_error.mean_percent, *design.saving_standard_error);
        v.array_area_saving_percent = saving(design.power->array_area_um2, exact.power->array_area_um2);
    }
    return v;
}

std::string describe(const DesignResult& design) {
    return design.correction == "none" || design.correction.empty()
               ? design.multiplier
               : design.multiplier + ", " + design.correction;
}

std::string technology_line(const RunReport& report) {
    if (!exact_design(report).power)
        return fmt::format("no power estimate, {} MHz", fixed(report.clock_mhz, 1));
    return fmt::format("{} at {} MHz", report.technology_name, fixed(report.clock_mhz, 1));
}

std::string dataflow_words(const DesignResult& design) {
    std::string words;
    bool others = false;
    for (const char* dataflow : {"ws", "os", "is"}) {
        const auto layers = std::count_if(design.layers.begin(), design.layers.end(),
                                          [&](const LayerResult& l) { return l.dataflow == dataflow; });
        if (layers == 0) continue;
        words += fmt::format("{}{} layer{} {}", words.empty() ? "" : ", ", layers, layers == 1 ? "" : "s",
                             dataflow);
        others = others || std::string_view(dataflow) != "ws";
    }
    return others ? words : "";
}

std::string main_stall(const LayerStats& s) {
    const auto most = std::max_element(s.stall_cycles.begin(), s.stall_cycles.end());
    if (*most == 0) return "";
    std::string name(kStallNames[static_cast<std::size_t>(most - s.stall_cycles.begin())]);
    std::replace(name.begin(), name.end(), '_', ' ');
    return fmt::format("{} ({})", name, grouped(*most));
}

std::optional<double> array_power_uncertainty_percent(const DesignResult& design) {
    if (!design.power || !design.array_mw_standard_error || !(design.power->mw.array_mw() > 0))
        return std::nullopt;
    return std::hypot(design.power->model_error.mean_percent,
                      100 * *design.array_mw_standard_error / design.power->mw.array_mw());
}

std::string uncertainty_words(const RunReport& report) {
    const DesignResult& design = headline_design(report);
    if (!design.power) return "";
    const power::ModelError& error = design.power->model_error;
    std::string words = fmt::format(
        "the macro-model is within {} % (mean) and {} % (worst) of gate level on {} held-out streams",
        fixed(error.mean_percent, 1), fixed(error.worst_percent, 1), error.streams);
    if (design.array_mw_standard_error && design.power->mw.array_mw() > 0)
        words += fmt::format("; sampled activity +-{} %",
                             fixed(100 * *design.array_mw_standard_error / design.power->mw.array_mw(), 2));
    const VersusExact v = versus_exact(report, design);
    if (v.array_power_saving_uncertainty && &design != &exact_design(report))
        words += fmt::format("; the array's saving +-{} points", fixed(v.array_power_saving_uncertainty, 1));
    return words;
}

std::string roofline_words(const RunReport& report) {
    std::size_t layers = 0, memory_bound = 0;
    std::uint64_t macs = 0, cycles = 0;
    for (const LayerResult& l : headline_design(report).layers) {
        cycles += l.stats.cycles;
        macs += l.stats.macs;
        if (l.stats.macs == 0) continue;
        ++layers;
        memory_bound += roofline_point(report.roof, l.stats).memory_bound;
    }
    if (layers == 0 || cycles == 0) return "";
    const double attained = static_cast<double>(macs) / static_cast<double>(cycles);
    return fmt::format("memory bounds {} of {} layers with MACs; {} of at most {} MACs a cycle on average",
                       memory_bound, layers, significant(attained),
                       grouped(static_cast<std::uint64_t>(report.roof.peak_macs_per_cycle)));
}

std::string verdict(const RunReport& report) {
    const DesignResult& design = headline_design(report);
    if (report.designs.size() == 1)
        return fmt::format("{} reaches {} % top-1 in {} cycles an image.", describe(design),
                           fixed(design.top1_percent, 2), grouped(design.cycles_per_image));
    const VersusExact v = versus_exact(report, design);
    std::string power = "has no power estimate";
    if (v.array_power_saving_percent)
        power = fmt::format("needs {} array power ({} for the accelerator)",
                            less_or_more(*v.array_power_saving_percent),
                            less_or_more(v.accelerator_power_saving_percent.value_or(0)));
    return fmt::format(
        "Against exact, {} {} ({}) {}, {} and {}.", design.name, design.multiplier,
        design.correction == "none" ? "no correction" : design.correction, power,
        cycle_words(design.cycles_per_image, exact_design(report).cycles_per_image, v.cycle_ratio),
        accuracy_words(report, design, v));
}

}  // namespace approxtlm::platform
