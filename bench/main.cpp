// Speed against other ways to do the same, as ratios; see docs/kernels.md.
#include <benchmark/benchmark.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <systemc>

#include "bench/contestants.h"
#include "bench/cycle_mode.h"
#include "bench/onednn_convolution.h"
#include "bench/onnxruntime.h"
#include "bench/paired.h"
#include "bench/systemc_array.h"
#include "bench/table_gather.h"
#include "models/kernels/array_kernels.h"

namespace approxtlm::bench {
namespace {

constexpr std::uint32_t kImages = 16;

struct Options {
    bool quick = false;
    std::string only, output = "bench.json", network = APPROXTLM_BENCH_NETWORK, onnxruntime;
};

std::string cpu_name() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);)
        if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
    return "unknown";
}

/// Seconds per MAC of one pass over all layers.
template <class Convolution>
std::function<double()> all_layers(std::vector<std::shared_ptr<Convolution>> layers) {
    double macs = 0;
    for (const LayerDescriptor& d : resnet56_layers()) macs += macs_of(d) * kImages;
    return [layers, macs] {
        return seconds_of([&] {
                   for (const auto& layer : layers) layer->run();
               }) /
               macs;
    };
}

std::function<double()> onednn() {
    std::vector<std::shared_ptr<OnednnConvolution>> layers;
    for (const LayerDescriptor& d : resnet56_layers())
        layers.push_back(std::make_shared<OnednnConvolution>(d, kImages));
    return all_layers(layers);
}

std::function<double()> ours(MultiplierFamily family, int m) {
    std::vector<std::shared_ptr<OurConvolution>> layers;
    for (const LayerDescriptor& d : resnet56_layers())
        layers.push_back(std::make_shared<OurConvolution>(d, Multiplier{family, m}, kImages));
    return all_layers(layers);
}

std::function<double()> our_table() {
    std::vector<std::shared_ptr<OurTableConvolution>> layers;
    for (const LayerDescriptor& d : resnet56_layers())
        layers.push_back(std::make_shared<OurTableConvolution>(d, kImages));
    return all_layers(layers);
}

std::function<double()> gather() {
    constexpr std::size_t kPixels = 64, kReduction = 288, kColumns = 32;
    std::vector<std::int32_t> table(65536);
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::int32_t>(i % 256 * (i / 256));
    std::vector<std::uint8_t> activations(kPixels * kReduction), weights(kReduction * kColumns);
    std::mt19937 random(1);
    for (std::uint8_t& a : activations) a = static_cast<std::uint8_t>(random());
    for (std::uint8_t& w : weights) w = static_cast<std::uint8_t>(random());
    return [=, psum = std::vector<std::int32_t>(kPixels * kColumns)]() mutable {
        return seconds_of([&] {
                   table_gather(table.data(), activations.data(), weights.data(), psum.data(), kPixels,
                                kReduction, kColumns);
                   benchmark::DoNotOptimize(psum.data());
               }) /
               (kPixels * kReduction * kColumns);
    };
}

std::vector<Contest> contests(const Options& options) {
    const unsigned rounds = options.quick ? 200 : 1000;
    std::vector<Contest> list;
    const auto convolution = [&](const std::string& name, double target, MultiplierFamily family, int m) {
        list.push_back({name + "_conv_vs_onednn_exact", target, false, ours(family, m), onednn(), rounds});
    };
    convolution("perforated", 1.0, MultiplierFamily::perforated, 2);
    convolution("recursive", 0.48, MultiplierFamily::recursive, 4);
    convolution("truncated4", 0.45, MultiplierFamily::truncated, 4);
    convolution("truncated7", 0.30, MultiplierFamily::truncated, 7);
    convolution("truncated8", 0.30, MultiplierFamily::truncated, 8);
    list.push_back(
        {"perforated_vs_table_gather", 140, false, ours(MultiplierFamily::perforated, 2), gather(), rounds});
    list.push_back(
        {"truncated7_vs_table_gather", 40, false, ours(MultiplierFamily::truncated, 7), gather(), rounds});

    list.push_back({"any_table_vs_table_gather", 15, false, our_table(), gather(), rounds / 10});

    const bool have_network = std::ifstream(options.network).good();
    if (!have_network)
        std::fprintf(stderr, "no %s: whole networks are skipped (--network)\n", options.network.c_str());
    if (have_network) {
        const auto cycle_mode = std::make_shared<CycleMode>(options.network);
        list.push_back({"cycle_mode_million_array_cycles_per_s", 20, false,
                        [cycle_mode] {
                            const CycleMode::Image image = cycle_mode->run();
                            return image.seconds / image.million_cycles;
                        },
                        [] { return 1.0; }, options.quick ? 30u : 150u});
        list.push_back({"cycle_mode_peak_memory_mb", 500, true, [] { return 1.0; },
                        [cycle_mode] { return cycle_mode->run().peak_mb; }, 3});
        const auto network =
            std::make_shared<OurNetwork>(options.network, Multiplier{MultiplierFamily::perforated, 2});
        const auto functional = [network] {
            return seconds_of([&] { network->run(2 * kImages); }) / (2 * kImages);
        };
        list.push_back({"exact_activity_vs_functional", 7, true, functional,
                        [network] { return seconds_of([&] { network->run_with_activity(); }); },
                        options.quick ? 30u : 150u});
        if (options.onnxruntime.empty()) {
            std::fprintf(stderr, "no onnxruntime-node: its comparison is skipped (--onnxruntime)\n");
        } else {
            const auto runtime = std::make_shared<OnnxRuntime>(options.onnxruntime, options.network);
            list.push_back({"resnet44_perforated_images_per_s_vs_onnxruntime_exact", 1.5, false, functional,
                            [runtime] { return runtime->seconds(kImages) / kImages; },
                            options.quick ? 30u : 150u});
        }
    }
    list.push_back({"activity_vs_systemc_per_pe_32x32", 1500, false,
                    [] { return activity_seconds_32x32(8192); }, [] { return systemc_array_seconds(200); },
                    options.quick ? 40u : 200u});
    return list;
}

struct Result {
    Contest contest;
    Ratio ratio;
    bool met() const {
        return contest.at_most ? ratio.median <= contest.target : ratio.median >= contest.target;
    }
};

/// Runs every contest as a Google Benchmark (whose own report is quiet) and keeps the pairs.
std::vector<Result> run(const std::vector<Contest>& list, const std::string& only) {
    std::vector<Result> results(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Contest& contest = list[i];
        results[i].contest = contest;
        if (contest.name.find(only) == std::string::npos) continue;
        benchmark::RegisterBenchmark(
            contest.name.c_str(),
            [&contest, &result = results[i]](benchmark::State& state) {
                contest.ours();
                contest.theirs();
                Pairs pairs;
                for (auto _ : state) {
                    const double theirs = contest.theirs(), ours = contest.ours();
                    pairs.add(ours, theirs);
                    state.SetIterationTime(ours);
                }
                result.ratio = pairs.ratio();
                std::printf("%-54s %s %7.2f %9.2f [%.2f, %.2f]  %s\n", contest.name.c_str(),
                            contest.at_most ? "<=" : ">=", contest.target, result.ratio.median,
                            result.ratio.low, result.ratio.high, result.met() ? "pass" : "MISS");
                std::fflush(stdout);
            })
            ->UseManualTime()
            ->Iterations(contest.rounds);
    }
    class Quiet : public benchmark::BenchmarkReporter {
        bool ReportContext(const Context&) override { return true; }
        void ReportRuns(const std::vector<Run>&) override {}
    } quiet;
    benchmark::RunSpecifiedBenchmarks(&quiet);
    return results;
}

void write(const Options& options, const std::vector<Result>& results) {
    nlohmann::ordered_json json;
    json["isa"] = array_kernels().name;
    json["cpu"] = cpu_name();
    for (const Result& r : results) {
        if (r.ratio.ours == 0) continue;
        json["ratios"][r.contest.name] = {{"target", r.contest.target},
                                          {"target_is", r.contest.at_most ? "at most" : "at least"},
                                          {"median", r.ratio.median},
                                          {"spread", {r.ratio.low, r.ratio.high}},
                                          {"met", r.met()},
                                          {"ours_per_s", r.ratio.ours},
                                          {"theirs_per_s", r.ratio.theirs},
                                          {"isa", array_kernels().name},
                                          {"cpu", cpu_name()}};
    }
    std::ofstream(options.output) << json.dump(2) << '\n';
}

}  // namespace
}  // namespace approxtlm::bench

int sc_main(int argc, char** argv) {
    using namespace approxtlm::bench;
    Options options;
    CLI::App app{"Speed ratios of the kernels"};
    app.add_flag("--quick", options.quick, "fewer rounds");
    app.add_option("--only", options.only, "only ratios whose name contains this");
    app.add_option("--output", options.output, "where the ratios go")->capture_default_str();
    app.add_option("--network", options.network, "ResNet-44 in ONNX")->capture_default_str();
    app.add_option("--onnxruntime", options.onnxruntime, "folder of node_modules/onnxruntime-node");
    CLI11_PARSE(app, argc, argv);
    std::printf("%s, %s\n%-54s %10s %9s [quartiles]\n", cpu_name().c_str(), approxtlm::array_kernels().name,
                "ratio", "target", "median");
    OnednnConvolution::compete_with(approxtlm::array_kernels().name);
    write(options, run(contests(options), options.only));
    return 0;
}
