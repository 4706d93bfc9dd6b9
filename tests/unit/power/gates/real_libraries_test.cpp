#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "models/common/text_file.h"
#include "power/gates/gate_simulator.h"
#include "power/liberty/liberty_reader.h"
#include "power/liberty/liberty_text.h"
#include "tests/support/opensta/opensta.h"
#include "tests/support/opensta/opensta_check.h"
#include "timed_verilog.h"

namespace approxtlm::power {
namespace {

namespace fs = std::filesystem;

std::string shared_data() {
    const char* set = std::getenv("APPROXTLM_SHARED_DATA");
    return set != nullptr ? set : APPROXTLM_SHARED_DATA_DEFAULT;
}

/// One library of the shared data: all its files, those that the netlists below are mapped to, and tie cells.
struct Library {
    friend void PrintTo(const Library& library, std::ostream* out) { *out << library.name; }
    std::string name;
    std::vector<std::string> files, mapped;
    std::string registers;  ///< file with the flip-flops
    std::string tie_high, tie_low;
    std::size_t cells;
    double voltage_v;
};

const std::vector<Library>& libraries() {
    static const std::vector<Library> all{
        {"nangate15", {"NanGate15_tt"}, {"NanGate15_tt"}, "NanGate15_tt", "TIEH Z", "TIEL ZN", 76, 0.8},
        {"nangate45",
         {"NanGate45_tt"},
         {"NanGate45_tt"},
         "NanGate45_tt",
         "LOGIC1_X1 Z",
         "LOGIC0_X1 Z",
         134,
         1.1},
        {"sky130",
         {"sky130hd_tt"},
         {"sky130hd_tt"},
         "sky130hd_tt",
         "sky130_fd_sc_hd__conb_1 HI",
         "sky130_fd_sc_hd__conb_1 LO",
         428,
         1.8},
        {"asap7",
         {"asap7_AO_RVT_TT_nldm_211120", "asap7_INVBUF_RVT_TT_nldm_220122", "asap7_OA_RVT_TT_nldm_211120",
          "asap7_SEQ_RVT_TT_nldm_220123", "asap7_SIMPLE_RVT_TT_nldm_211120"},
         {"asap7_SIMPLE_RVT_TT_nldm_211120", "asap7_INVBUF_RVT_TT_nldm_220122"},
         "asap7_SEQ_RVT_TT_nldm_220123",
         "TIEHIx1_ASAP7_75t_R H",
         "TIELOx1_ASAP7_75t_R L",
         202,
         0.7}};
    return all;
}

std::string path(const std::string& file) { return shared_data() + "/liberty/" + file + ".lib.gz"; }

std::vector<std::string> paths(const std::vector<std::string>& files) {
    std::vector<std::string> out;
    for (const std::string& file : files) out.push_back(path(file));
    return out;
}

/// All files of a library; none where one is missing.
std::vector<std::string> files_of(const std::string& name) {
    for (const Library& library : libraries()) {
        if (library.name != name) continue;
        const std::vector<std::string> files = paths(library.files);
        if (std::all_of(files.begin(), files.end(), [](const std::string& file) { return fs::exists(file); }))
            return files;
    }
    return {};
}

bool has_program(const char* name) {
    return std::system(("command -v " + std::string(name) + " >/dev/null").c_str()) == 0;
}

class RealLibrary : public ::testing::TestWithParam<Library> {
protected:
    void SetUp() override {
        for (const std::string& file : GetParam().files)
            if (!fs::exists(path(file)))
                GTEST_SKIP() << "no " << path(file) << " (set APPROXTLM_SHARED_DATA)";
        folder_ = fs::temp_directory_path() /
                  ("approxtlm-gates-" + GetParam().name + "-" + std::to_string(getpid()));
        fs::create_directories(folder_);
    }
    void TearDown() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    /// Files that a mapped netlist needs.
    std::vector<std::string> used() const {
        std::vector<std::string> files = GetParam().mapped;
        if (std::find(files.begin(), files.end(), GetParam().registers) == files.end())
            files.push_back(GetParam().registers);
        return paths(files);
    }

    /// The last brace of a library opened for the cells of the next ones.
    std::string merged(const std::vector<std::string>& files) const {
        std::string out;
        for (const std::string& file : files) {
            const std::string text = LibertyText(path(file)).text();
            const std::string body = text.substr(0, text.rfind('}'));
            out += out.empty() ? body : body.substr(body.find("  cell ("));
        }
        return out + "}\n";
    }

    Netlist synthesise(const std::string& module, const LibertyLibrary& library) const {
        const std::string gates = folder_ / "gates.lib", registers = folder_ / "registers.lib";
        const std::string json = folder_ / (module + ".json"), script = folder_ / (module + ".ys");
        write_file(gates, merged(GetParam().mapped));
        write_file(registers, LibertyText(path(GetParam().registers)).text());
        write_file(script, "read_verilog " APPROXTLM_MULTIPLIER_VERILOG "\nsynth -flatten -top " + module +
                               "\ndfflibmap -liberty " + registers + "\nabc -liberty " + gates +
                               "\nopt_clean -purge\nsetundef -zero\nhilomap -hicell " + GetParam().tie_high +
                               " -locell " + GetParam().tie_low + "\nwrite_json " + json + "\n");
        EXPECT_EQ(run("yosys -q -s " + script, module + ".log"), 0)
            << read_text_file(folder_ / (module + ".log"), 1 << 20);
        return read_netlist(json, library);
    }

    int run(const std::string& command, const std::string& log) const {
        return std::system((command + " >" + (folder_ / log).string() + " 2>&1 </dev/null").c_str());
    }

    TimingOptions fixed_options() const {
        TimingOptions o;
        o.input_slew_ps = o.clock_slew_ps = 20;
        o.input_arrival_ps = 0;
        o.output_load_ff = 2;
        return o;
    }

    /// Own timing and power against OpenSTA on one netlist.
    void compare_with_opensta(const std::string& module) {
        const LibertyLibrary library = read_liberty(used());
        const Netlist netlist = synthesise(module, library);
        const Timing timing = analyse(netlist, library, fixed_options());
        const double period_ps = std::ceil(timing.shortest_period_ps * 1.1), activity = 0.2;
        const OpenStaJob job =
            write_opensta_job(netlist, used(), fixed_options(), period_ps, activity, folder_);
        ASSERT_EQ(run("sta -no_splash -exit " + job.script, "sta.log"), 0);
        const OpenStaResult sta = read_opensta_log(folder_ / "sta.log", job);

        const OpenStaCheck check =
            approxtlm::power::compare_with_opensta(netlist, library, timing, activity, sta);
        const UniformEnergy& rule = check.by_its_rule;
        const UniformEnergy own = uniform_energy(netlist, library, timing, activity);
        std::cout << GetParam().name << " " << module << ": " << netlist.instances.size()
                  << " cells, worst arrival " << 100 * check.worst_arrival_error << " %; " << check.summary()
                  << "\n  fJ a period at activity 0.2, OpenSTA | its rule, our tables | uniform_energy\n  "
                  << "combinational internal " << sta.combinational_internal_fj << " | "
                  << rule.combinational_internal_fj << " | " << own.combinational_internal_fj
                  << "\n  combinational switching " << sta.combinational_switching_fj << " | "
                  << rule.combinational_switching_fj << " | " << own.combinational_switching_fj
                  << "\n  sequential internal " << sta.sequential_internal_fj << " | "
                  << rule.sequential_internal_fj << " | " << own.sequential_internal_fj
                  << "\n  sequential switching " << sta.sequential_switching_fj << " | "
                  << rule.sequential_switching_fj << " | " << own.sequential_switching_fj << "\n  leakage nW "
                  << sta.combinational_leakage_nw << " | " << rule.combinational_leakage_nw << "; sequential "
                  << sta.sequential_leakage_nw << " | " << rule.sequential_leakage_nw << "\n";
        EXPECT_GT(check.endpoints, 15u);
        EXPECT_LT(check.worst_arrival_error, 0.02);
        EXPECT_LT(check.combinational_error, 0.1);
        EXPECT_NEAR(timing.shortest_period_ps / sta.shortest_period_ps, 1, 0.02);
        EXPECT_NEAR(rule.combinational_internal_fj / sta.combinational_internal_fj, 1, 0.1);
        EXPECT_NEAR(rule.combinational_switching_fj / sta.combinational_switching_fj, 1, 0.05);
        // Without cell_leakage_power (ASAP7) it adds up the conditions of a cell to more than 1.
        if (GetParam().name != "asap7") {
            EXPECT_NEAR(rule.combinational_leakage_nw / sta.combinational_leakage_nw, 1, 1e-4);
        }
        if (rule.sequential_internal_fj > 0) {
            EXPECT_NEAR(rule.sequential_internal_fj / sta.sequential_internal_fj, 1, 0.1);
        }
    }

    /// Every pair once, far apart from the one before: 40503 is odd.
    static unsigned operand_pair(unsigned i) { return i * 40503u & 0xFFFF; }

    static constexpr unsigned kPairs = 1000;
    /// A product, of the first kPairs pairs.
    static double toggles_of(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                             Pulses pulses) {
        GateSimulator sim(netlist, library, timing, timing.shortest_period_ps * 2, pulses);
        std::uint64_t toggles = 0;
        for (unsigned i = 0; i < kPairs; ++i) {
            sim.set("a", operand_pair(i) & 255);
            sim.set("b", operand_pair(i) >> 8);
            sim.clock(std::vector<int>{});
            toggles += sim.cycle_total().toggles;
        }
        return static_cast<double>(toggles) / kPairs;
    }

    fs::path folder_;
};

TEST_P(RealLibrary, IsReadInSeconds) {
    const auto begin = std::chrono::steady_clock::now();
    const LibertyLibrary library = read_liberty(paths(GetParam().files));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    std::cout << GetParam().name << ": " << library.cells.size() << " cells in " << seconds.count() << " s\n";
    EXPECT_EQ(library.cells.size(), GetParam().cells);
    EXPECT_DOUBLE_EQ(library.voltage_v, GetParam().voltage_v);
    EXPECT_DOUBLE_EQ(library.temperature_c, 25);
    EXPECT_LT(seconds.count(), 20);  // sanitizers and a loaded machine; about 1 otherwise
    std::size_t usable = 0;
    for (const auto& [name, cell] : library.cells) {
        if (!cell.unsupported.empty()) continue;
        ++usable;
        for (const Pin& pin : cell.pins)
            if (pin.direction == Direction::output && pin.function && !pin.function->names().empty()) {
                EXPECT_FALSE(pin.arcs.empty()) << name << "." << pin.name;
                EXPECT_FALSE(pin.internal_power.empty()) << name << "." << pin.name;
            }
    }
    EXPECT_GT(usable, library.cells.size() * 3 / 4);
}

/// Which axis is the load, and that rows were not mixed up: characterised tables have a few kinks, no more.
TEST_P(RealLibrary, MoreLoadIsSlower) {
    const LibertyLibrary library = read_liberty(paths(GetParam().files));
    std::size_t steps = 0, slower = 0;
    for (const auto& [name, cell] : library.cells)
        for (const Pin& pin : cell.pins)
            for (const TimingArc& arc : pin.arcs)
                for (const bool rising : {true, false}) {
                    if (arc.kind != ArcKind::combinational || arc.transition[rising].empty()) continue;
                    const std::vector<double>& loads = arc.delay[rising].y();
                    for (const double slew : arc.delay[rising].x())
                        for (std::size_t j = 1; j < loads.size(); ++j) {
                            ++steps;
                            slower += arc.delay[rising].at(slew, loads[j]) >
                                      arc.delay[rising].at(slew, loads[j - 1]);
                        }
                }
    EXPECT_GT(steps, 10000u);
    EXPECT_GT(static_cast<double>(slower), 0.99 * static_cast<double>(steps));
}

/// ASAP7 gives internal_power once for VDD and once for VSS. Does each hold the whole energy, or its share? A
/// buffer must charge the gate of its second stage and what the second stage spends by itself. One rail alone
/// is less than that.
TEST(SharesOfEnergy, RailsOfAsap7AddUp) {
    const std::vector<std::string> files = files_of("asap7");
    if (files.empty()) GTEST_SKIP() << "no libraries in " << shared_data();
    const LibertyLibrary library = read_liberty(files);
    const auto energy_fj = [&](const std::string& cell, bool both) {
        double sum = 0;
        for (const InternalPower& power : library.find(cell)->find_pin("Y")->internal_power)
            if (both || power.related_rail == "VDD")
                for (const bool rising : {true, false}) sum += power.energy[rising].at(10, 23.04);
        return sum;
    };
    for (const char* size : {"2", "3", "4", "5", "8"}) {
        const std::string buffer = std::string("BUFx") + size + "_ASAP7_75t_R";
        const std::string inverter = std::string("INVx") + size + "_ASAP7_75t_R";
        // The pin's range starts at 0.75 of its largest capacitance: the least that a swing can charge.
        const double gate_fj = 0.75 * library.find(inverter)->find_pin("A")->capacitance_ff.rise * 0.7 * 0.7;
        std::cout << buffer << ": VDD " << energy_fj(buffer, false) << ", both rails "
                  << energy_fj(buffer, true) << " fJ a pair of edges; second stage's gate at least "
                  << gate_fj << ", itself " << energy_fj(inverter, false) << ", " << energy_fj(inverter, true)
                  << "\n";
        EXPECT_LT(energy_fj(buffer, false), gate_fj + energy_fj(inverter, false));
        EXPECT_GT(energy_fj(buffer, true), gate_fj + energy_fj(inverter, true));
    }
}

/// NanGate 45's flip-flops have Q and QN, each with a table of its own, which hold shares of one event as
/// well: twice the drive adds, for a rise and a fall of Q, twice an inverter's own energy and twice the
/// charge of its gate.
TEST(SharesOfEnergy, OutputsOfNanGate45AddUp) {
    const std::vector<std::string> files = files_of("nangate45");
    if (files.empty()) GTEST_SKIP() << "no libraries in " << shared_data();
    const LibertyLibrary library = read_liberty(files);
    const auto energy_fj = [&](const std::string& cell, const std::string& pin) {
        const InternalPower& power = library.find(cell)->find_pin(pin)->internal_power.at(0);
        return power.energy.rise.at(20, 4) + power.energy.fall.at(20, 4);
    };
    const double q = energy_fj("DFF_X2", "Q") - energy_fj("DFF_X1", "Q");
    const double qn = energy_fj("DFF_X2", "QN") - energy_fj("DFF_X1", "QN");
    const double gate_fj = 0.75 * library.find("INV_X1")->find_pin("A")->capacitance_ff.fall * 1.1 * 1.1;
    const double least = 2 * (energy_fj("INV_X1", "ZN") + gate_fj);
    std::cout << "DFF_X2 less DFF_X1: Q " << q << ", Q and QN " << q + qn << " fJ; at least " << least
              << "\n";
    EXPECT_LT(q, least);
    EXPECT_LT(qn, least);
    EXPECT_GT(q + qn, least);
}

TEST_P(RealLibrary, MultiplierOverAllOperands) {
    if (!has_program("yosys")) GTEST_SKIP() << "no yosys";
    const LibertyLibrary library = read_liberty(used());
    const Netlist netlist = synthesise("multiply", library);
    TimingOptions options = fixed_options();
    const Timing timing = analyse(netlist, library, options);
    GateSimulator sim(netlist, library, timing, timing.shortest_period_ps * 1.01);
    const int a = sim.port_index("a"), b = sim.port_index("b"), p = sim.port_index("p");
    std::uint64_t toggles = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (unsigned i = 0; i < 65536; ++i) {
        const unsigned pair = operand_pair(i);
        sim.set(a, pair & 255);
        sim.set(b, pair >> 8);
        sim.clock(std::vector<int>{});
        ASSERT_EQ(sim.get(p), (pair & 255) * (pair >> 8)) << (pair & 255) << " x " << (pair >> 8);
        toggles += sim.cycle_total().toggles;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    const double per_product = static_cast<double>(toggles) / 65536;
    std::cout << GetParam().name << ": " << netlist.instances.size() << " cells, " << 65536 / seconds.count()
              << " operand pairs a second; toggles each " << per_product << "; of the first 1000 pairs "
              << toggles_of(netlist, library, timing, Pulses::half_swing) << ", inertial "
              << toggles_of(netlist, library, timing, Pulses::inertial) << ", transport "
              << toggles_of(netlist, library, timing, Pulses::transport) << "\n";
    EXPECT_EQ(sim.late_cycles(), 0u);
    EXPECT_LT(toggles_of(netlist, library, timing, Pulses::inertial),
              toggles_of(netlist, library, timing, Pulses::half_swing));
    EXPECT_LT(toggles_of(netlist, library, timing, Pulses::half_swing),
              toggles_of(netlist, library, timing, Pulses::transport));
}

/// Another event-driven simulator, the same delays by input, edge and state of the other inputs, inertial.
TEST_P(RealLibrary, IcarusCountsTheSameToggles) {
    if (!has_program("yosys") || !has_program("iverilog")) GTEST_SKIP() << "no yosys or iverilog";
    const LibertyLibrary library = read_liberty(used());
    const Netlist netlist = synthesise("multiply", library);
    const Timing timing = analyse(netlist, library, fixed_options());
    write_file(folder_ / "timed.v", timed_verilog(netlist, timing, kPairs, timing.shortest_period_ps * 2));
    const std::string program = folder_ / "timed.vvp";
    ASSERT_EQ(
        run("iverilog -g2009 -gspecify -o " + program + " " + (folder_ / "timed.v").string(), "iverilog.log"),
        0)
        << read_text_file(folder_ / "iverilog.log", 1 << 20);
    ASSERT_EQ(run("vvp -n " + program, "vvp.log"), 0);
    const std::string said = read_text_file(folder_ / "vvp.log", 1 << 20);
    const std::size_t at = said.find("toggles ");
    ASSERT_NE(at, std::string::npos) << said;
    const double icarus = std::stod(said.substr(at + 8)) / kPairs;
    const double ours = toggles_of(netlist, library, timing, Pulses::inertial);
    std::cout << GetParam().name << ": toggles a product, Icarus " << icarus << ", ours with inertial delays "
              << ours << "\n";
    // Icarus fires at the time of the first of several changes of mind with the value of the last; we forget
    // a pair.
    EXPECT_NEAR(ours / icarus, 1, 0.08);
}

TEST_P(RealLibrary, MultiplyAccumulateBetweenRegisters) {
    if (!has_program("yosys")) GTEST_SKIP() << "no yosys";
    const LibertyLibrary library = read_liberty(used());
    const Netlist netlist = synthesise("multiply_accumulate", library);
    TimingOptions options;
    options.abutted = true;
    const Timing timing = analyse(netlist, library, options);
    GateSimulator sim(netlist, library, timing, timing.shortest_period_ps * 1.1);
    std::mt19937 random(7);
    unsigned activation = 0, weight = 0, psum = 0, activation_in = 0, weight_in = 0, psum_in = 0;
    for (int cycle = 0; cycle < 5000; ++cycle) {
        psum = (psum_in + activation * weight) & 0xFFFFF;
        activation = activation_in;
        weight = weight_in;
        activation_in = random() & 255;
        weight_in = random() & 255;
        psum_in = random() & 0xFFFFF;
        sim.set("activation_in", activation_in);
        sim.set("weight_in", weight_in);
        sim.set("psum_in", psum_in);
        sim.clock(std::vector<std::string>{"clk"});
        // Registers with inverted outputs start at 1: two edges until every stored value is one of ours.
        if (cycle < 2) continue;
        ASSERT_EQ(sim.get("psum_out"), psum) << "cycle " << cycle;
        ASSERT_EQ(sim.get("activation_out"), activation) << "cycle " << cycle;
    }
    EXPECT_EQ(sim.late_cycles(), 0u);
}

TEST_P(RealLibrary, OpenStaAgreesOnAMultiplier) {
    if (!has_program("yosys") || !has_program("sta")) GTEST_SKIP() << "no yosys or sta (package opensta)";
    compare_with_opensta("multiply");
}

TEST_P(RealLibrary, OpenStaAgreesOnRegisters) {
    if (!has_program("yosys") || !has_program("sta")) GTEST_SKIP() << "no yosys or sta (package opensta)";
    compare_with_opensta("multiply_accumulate");
}

INSTANTIATE_TEST_SUITE_P(Shared, RealLibrary, ::testing::ValuesIn(libraries()),
                         [](const auto& library) { return library.param.name; });

}  // namespace
}  // namespace approxtlm::power
