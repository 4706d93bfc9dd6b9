#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "power/circuits/synthesis.h"
#include "power/liberty/liberty_reader.h"
#include "tests/support/opensta/opensta_run.h"

namespace approxtlm::power {
namespace {

namespace fs = std::filesystem;

/// Files of a library in the shared data, by the beginning of their names.
std::vector<std::string> files_of(const std::string& prefix) {
    const char* set = std::getenv("APPROXTLM_SHARED_DATA");
    const fs::path folder = fs::path(set != nullptr ? set : APPROXTLM_SHARED_DATA_DEFAULT) / "liberty";
    std::vector<std::string> files;
    if (!fs::is_directory(folder)) return files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().rfind(prefix, 0) == 0) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

bool has_program(const char* name) {
    return std::system(("command -v " + std::string(name) + " >/dev/null").c_str()) == 0;
}

class OpenStaOnPes : public ::testing::TestWithParam<const char*> {};

/// The circuits that are characterised: the same netlists, both clocks, all the library's files.
TEST_P(OpenStaOnPes, Agrees) {
    const std::vector<std::string> files = files_of(GetParam());
    if (files.empty()) GTEST_SKIP() << "no libraries (set APPROXTLM_SHARED_DATA)";
    if (!has_program("yosys") || !has_program("sta")) GTEST_SKIP() << "no yosys or sta (package opensta)";
    const fs::path folder = fs::temp_directory_path() /
                            ("approxtlm-opensta-" + std::string(GetParam()) + std::to_string(getpid()));
    fs::create_directories(folder);
    const LibertyLibrary library = read_liberty(files);
    const Synthesis synthesis(library, folder);
    const std::vector<std::pair<std::string, PeCircuit>> circuits{
        {"exact", {parse_multiplier("exact"), Encoding::unsigned_codes, 64, std::nullopt}},
        {"truncated:7", {parse_multiplier("truncated:7"), Encoding::unsigned_codes, 64, std::nullopt}}};
    for (const auto& [name, circuit] : circuits) {
        for (const Accumulation accumulation : {Accumulation::fused, Accumulation::separate}) {
            const GeneratedCircuit generated =
                generate(circuit, Structure{FinalAdder::sklansky, accumulation, true}, synthesis.cells());
            const Netlist netlist =
                read_netlist(synthesis.netlist(generated, Mapping{MapScript::map, 1}), library);
            const double period_ps = 1.1 * analyse(netlist, library).shortest_period_ps;
            const auto check = run_opensta(netlist, library, period_ps, folder);
            ASSERT_TRUE(check.has_value());
            std::cout << GetParam() << " " << name << " " << to_string(accumulation) << ": "
                      << netlist.instances.size() << " cells, " << check->summary() << "\n";
            EXPECT_GT(check->endpoints, 30u);
            EXPECT_LT(check->worst_arrival_error, 0.02);
            EXPECT_LT(check->combinational_error, 0.1);
            EXPECT_LT(check->sequential_error, 0.1);
        }
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
}

INSTANTIATE_TEST_SUITE_P(Shared, OpenStaOnPes, ::testing::Values("NanGate15", "NanGate45", "sky130", "asap7"),
                         [](const auto& prefix) { return std::string(prefix.param); });

}  // namespace
}  // namespace approxtlm::power
