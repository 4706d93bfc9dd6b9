#include <gtest/gtest.h>

#include <random>
#include <string>

#include "netlist_text.h"
#include "power/gates/gate_simulator.h"
#include "power/liberty/liberty_reader.h"
#include "tests/support/input_error.h"
#include "tests/support/opensta/uniform_energy.h"
#include "tests/support/opensta/verilog_writer.h"
#include "tests/support/temporary_file.h"
#include "tiny_library.h"

namespace approxtlm::power {
namespace {

using test::TemporaryFile;

const LibertyLibrary& library() {
    static const LibertyLibrary tiny = [] {
        const TemporaryFile file(".lib", tiny_liberty());
        return read_liberty({file.path()});
    }();
    return tiny;
}

Netlist netlist(const NetlistText& text) {
    const TemporaryFile file(".json", text.json());
    return read_netlist(file.path(), library());
}

std::string netlist_error(const NetlistText& text) {
    const TemporaryFile file(".json", text.json());
    const std::string error = test::input_error([&] { (void)read_netlist(file.path(), library()); });
    return error.rfind(file.path() + ": ", 0) == 0 ? error.substr(file.path().size() + 2) : error;
}

NetlistText inverter() {
    return NetlistText().input("a", "2").output("y", "3").cell("u.i", "INV", {{"A", "2"}, {"Y", "3"}});
}

/// clk, d -> DFF -> INV -> DFF -> q
NetlistText pipeline() {
    return NetlistText()
        .input("clk", "2")
        .input("d", "3")
        .output("q", "6")
        .cell("first.f", "DFF", {{"CK", "2"}, {"D", "3"}, {"Q", "4"}})
        .cell("logic.i", "INV", {{"A", "4"}, {"Y", "5"}})
        .cell("second.f", "DFF", {{"CK", "2"}, {"D", "5"}, {"Q", "6"}});
}

TimingOptions options(double load_ff = 2) {
    TimingOptions o;
    o.input_slew_ps = 20;
    o.clock_slew_ps = 10;
    o.input_arrival_ps = 0;
    o.output_load_ff = load_ff;
    return o;
}

TEST(Netlist, ComponentsAreaAndOrder) {
    const Netlist n = netlist(pipeline());
    EXPECT_EQ(n.components, (std::vector<std::string>{"first", "logic", "second"}));
    EXPECT_DOUBLE_EQ(n.area_um2(), 13);
    EXPECT_DOUBLE_EQ(n.area_um2("logic"), 1);
    EXPECT_EQ(n.order, std::vector<int>{1});
    EXPECT_EQ(n.find_port("none"), nullptr);
}

TEST(Netlist, Errors) {
    EXPECT_EQ(netlist_error(NetlistText().input("a", "2").cell("i", "INVX", {{"A", "2"}})),
              "i: got the cell INVX, expected one of tiny");
    EXPECT_EQ(netlist_error(NetlistText().input("a", "2").cell("i", "LATCH", {{"G", "2"}})),
              "i: got the cell LATCH, a latch, expected gates and edge-triggered flip-flops");
    EXPECT_EQ(netlist_error(NetlistText().input("a", "2").cell("i", "INV", {{"Y", "3"}})),
              "i.A: got nothing connected, expected a net");
    EXPECT_EQ(netlist_error(NetlistText().input("a", "2").cell("i", "INV", {{"A", "2"}, {"Z", "3"}})),
              "i: got the pin Z, expected a pin of INV");
    EXPECT_EQ(netlist_error(NetlistText().input("a", "2").cell("i", "INV", {{"A", "2"}, {"Y", "2"}})),
              "i: got a second driver of net 2, expected one");
    EXPECT_EQ(netlist_error(NetlistText().output("y", "2")), "net 2: got no driver, expected one");
    EXPECT_EQ(netlist_error(NetlistText().input("a", "\"x\"")),
              "a: got the constant x, expected 0, 1 or a net (setundef -zero removes x)");
    EXPECT_EQ(netlist_error(NetlistText()
                                .output("y", "3")
                                .cell("i", "INV", {{"A", "3"}, {"Y", "2"}})
                                .cell("j", "INV", {{"A", "2"}, {"Y", "3"}})),
              "i: got a combinational loop through it, expected none");
    const TemporaryFile file(".json", "{\"modules\": {}}");
    EXPECT_EQ(test::input_error([&] { (void)read_netlist(file.path(), library()); }),
              file.path() + ": modules: got none, expected one flat module");
    const TemporaryFile rubbish(".json", "{");
    EXPECT_NE(test::input_error([&] {
                  (void)read_netlist(rubbish.path(), library());
              }).find("expected Yosys write_json"),
              std::string::npos);
}

/// Whatever a file holds: a netlist or an InputError, nothing else.
TEST(Netlist, MutilatedFilesAreReadOrRefused) {
    const unsigned seed = 12;
    std::mt19937 random(seed);
    const std::string whole = pipeline().json();
    int read = 0, refused = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string text = whole;
        const std::size_t at = random() % text.size();
        switch (random() % 3) {
            case 0:
                text[at] = static_cast<char>("0123456789{}[]\",:-x"[random() % 19]);
                break;
            case 1:
                text.erase(at, 1 + random() % 10);
                break;
            default:
                text.insert(at, text.substr(random() % text.size(), random() % 30));
        }
        const TemporaryFile file(".json", text);
        try {
            (void)read_netlist(file.path(), library());
            ++read;
        } catch (const InputError& error) {
            ++refused;
            ASSERT_NE(std::string(error.what()).find(file.path()), std::string::npos)
                << error.what() << " seed " << seed;
        }
    }
    EXPECT_GT(read, 30);
    EXPECT_GT(refused, 1000);
}

TEST(Timing, OneInverter) {
    const Netlist n = netlist(inverter());
    const Timing t = analyse(n, library(), options());
    // s = 20, c = 2: 10 + 1 + 2 rising, 20 + 1 + 2 falling.
    EXPECT_NEAR(t.shortest_period_ps, 23, 1e-9);
    EXPECT_NEAR(t.port_arrival_ps(n, "y"), 23, 1e-9);
    EXPECT_NEAR(t.slack_ps(30), 7, 1e-9);
    const auto y = static_cast<std::size_t>(n.find_port("y")->nets[0]);
    EXPECT_NEAR(t.arrival_ps[y].rise, 13, 1e-9);
    EXPECT_NEAR(t.slew_ps[y].rise, 15, 1e-9);
    EXPECT_NEAR(t.slew_ps[y].fall, 14, 1e-9);
    ASSERT_EQ(t.worst_path.size(), 2u);
    EXPECT_TRUE(t.worst_path[0].rising);
    EXPECT_FALSE(t.worst_path[1].rising);
    EXPECT_EQ(t.worst_path[1].instance, "u.i");
    EXPECT_NE(test::input_error([&] { (void)t.port_arrival_ps(n, "z"); }), "(no error)");
}

TEST(Timing, TransitionsPropagate) {
    const Netlist n = netlist(NetlistText()
                                  .input("a", "2")
                                  .output("y", "4")
                                  .cell("i", "INV", {{"A", "2"}, {"Y", "3"}})
                                  .cell("j", "INV", {{"A", "3"}, {"Y", "4"}}));
    const Timing t = analyse(n, library(), options(3));
    const auto mid = static_cast<std::size_t>(n.instances[0].output_nets[0]);
    const auto y = static_cast<std::size_t>(n.find_port("y")->nets[0]);
    // First: c = 1 rising, 1.2 falling. Rise 10 + 1 + 0 with transition 10; fall 20 + 1 + 0.4 with 12 + 0.4.
    EXPECT_NEAR(t.arrival_ps[mid].rise, 11, 1e-9);
    EXPECT_NEAR(t.arrival_ps[mid].fall, 21.4, 1e-9);
    EXPECT_NEAR(t.slew_ps[mid].fall, 12.4, 1e-9);
    // Second, c = 3: rise = 21.4 + 10 + 0.24 + 4; fall = 11 + 20 + 0 + 4.
    EXPECT_NEAR(t.arrival_ps[y].rise, 35.64, 1e-9);
    EXPECT_NEAR(t.arrival_ps[y].fall, 35, 1e-9);
    EXPECT_NEAR(t.shortest_period_ps, 35.64, 1e-9);
}

TEST(Timing, ClockToSetup) {
    const Netlist n = netlist(pipeline());
    const Timing t = analyse(n, library(), options());
    EXPECT_NEAR(t.slowest_clock_to_output_ps, 25, 1e-9);
    // Q falls at 25 with a transition of 10; INV, load 1 fF: rises at 35; setup of a rising D: 8.
    // Q rises at 20; INV falls at 40; setup of a falling D: 9.
    EXPECT_NEAR(t.shortest_period_ps, 49, 1e-9);
    EXPECT_EQ(t.worst_path.back().instance, "second.f");
    EXPECT_EQ(t.worst_path.back().pin, "D");
}

TEST(Timing, InputPortsArriveLikeTheRegistersThatDriveThem) {
    TimingOptions o = options();
    o.input_arrival_ps.reset();
    const Netlist n = netlist(pipeline());
    EXPECT_NEAR(analyse(n, library(), o).port_arrival_ps(n, "d"), 25, 1e-9);

    const Netlist chain = netlist(NetlistText()
                                      .input("clk", "2")
                                      .input("a_in", "3")
                                      .output("a_out", "4")
                                      .cell("f", "DFF", {{"CK", "2"}, {"D", "3"}, {"Q", "4"}}));
    o.abutted = true;
    o.output_load_ff = 99;
    const Timing t = analyse(chain, library(), o);
    const auto in = static_cast<std::size_t>(chain.find_port("a_in")->nets[0]);
    const auto out = static_cast<std::size_t>(chain.find_port("a_out")->nets[0]);
    EXPECT_NEAR(t.arrival_ps[in].rise, 20, 1e-9);
    EXPECT_NEAR(t.arrival_ps[in].fall, 25, 1e-9);
    EXPECT_NEAR(t.load_ff[out].rise, 1, 1e-9);  // the neighbour's D
    EXPECT_NEAR(t.shortest_period_ps, 34, 1e-9);
}

/// S follows A after 6 ps and C, which takes 5, after 4: 9 ps.
TEST(GateSimulator, OneOutputWaitsForAnother) {
    const Netlist n = netlist(NetlistText().input("a", "2").output("s", "4").cell(
        "g", "PAIR", {{"A", "2"}, {"C", "3"}, {"S", "4"}}));
    const Timing t = analyse(n, library(), options());
    EXPECT_NEAR(t.shortest_period_ps, 9, 1e-9);
    for (const auto& [period_ps, late] : {std::pair{8.99, 1u}, std::pair{9.01, 0u}}) {
        GateSimulator sim(n, library(), t, period_ps);
        sim.set("a", 1);
        sim.clock(std::vector<std::string>{});
        EXPECT_EQ(sim.late_cycles(), late) << period_ps;
    }
}

/// One inverter of 2 fF, 2 V: C V^2 / 2 = 4 fJ an edge, 2 fJ and 1 fJ inside.
TEST(GateSimulator, EnergyOfOneInverter) {
    const Netlist n = netlist(inverter());
    const Timing t = analyse(n, library(), options());
    GateSimulator sim(n, library(), t, 100);
    EXPECT_EQ(sim.get("y"), 1u);
    sim.set("a", 1);
    sim.clock(std::vector<std::string>{});
    EXPECT_EQ(sim.get("y"), 0u);
    ComponentEnergy e = sim.cycle_energy("u");
    EXPECT_NEAR(e.switching_fj, 4, 1e-6);
    EXPECT_NEAR(e.internal_fj, 1, 1e-6);
    EXPECT_EQ(e.toggles, 1u);
    EXPECT_NEAR(e.leakage_fj, 5 * 100 * 1e-6, 1e-12);  // nW ps
    sim.clock(std::vector<std::string>{});
    EXPECT_EQ(sim.cycle_total().toggles, 0u);
    EXPECT_NEAR(sim.cycle_total().total_fj(), 5e-4, 1e-12);
    sim.set("a", 0);
    sim.clock(std::vector<std::string>{});
    e = sim.cycle_energy("u");
    EXPECT_NEAR(e.switching_fj, 4, 1e-6);
    EXPECT_NEAR(e.internal_fj, 2, 1e-6);
    EXPECT_NEAR(sim.cycle_energy("nobody").total_fj(), 0, 0);
}

NetlistText hazard(const char* gate) {
    return NetlistText()
        .input("a", "2")
        .output("y", "4")
        .cell("inverter.i", "INV", {{"A", "2"}, {"Y", "3"}})
        .cell("gate.g", gate, {{"A", "2"}, {"B", "3"}, {"Y", "4"}});
}

/// a rises: the NAND sees 1, 1 until the inverter has fallen, 21 ps later.
TEST(GateSimulator, GlitchesCount) {
    const Netlist fast = netlist(hazard("NAND2"));
    const Timing t = analyse(fast, library(), options(0));
    GateSimulator sim(fast, library(), t, 200);
    sim.set("a", 1);
    sim.clock(std::vector<std::string>{});
    EXPECT_EQ(sim.get("y"), 1u);
    EXPECT_EQ(sim.cycle_energy("gate").toggles, 2u);
    // Falls because of A, 3 fJ, and rises because of B, 4 fJ; no load; A's own edge came with B = 1.
    EXPECT_NEAR(sim.cycle_energy("gate").internal_fj, 7, 1e-6);
    EXPECT_NEAR(sim.cycle_energy("gate").switching_fj, 0, 1e-9);
    EXPECT_NEAR(sim.cycle_energy("inverter").switching_fj, 2, 1e-6);  // 1 fF of the NAND
    sim.set("a", 0);
    sim.clock(std::vector<std::string>{});
    // B is 0 while A falls: no output edge, but A's own energy, 0.25 fJ.
    EXPECT_EQ(sim.cycle_energy("gate").toggles, 0u);
    EXPECT_NEAR(sim.cycle_energy("gate").internal_fj, 0.25, 1e-6);
}

/// The pulse is as long as the inverter's delay, 20 + 0.1 (20 - 10) + 0 = 21 ps, whatever the NAND's own. It
/// passes when that is half of the NAND's full transition, of which the table holds the part from 20 to 80 %:
/// 25 / 0.6 / 2 = 20.8, 25.4 / 0.6 / 2 = 21.2 ps.
TEST(GateSimulator, PulsesPassThatReachHalfOfTheSupply) {
    for (const auto& [gate, toggles] : {std::pair{"SLOWNAND2", 2u}, std::pair{"SLOWERNAND2", 0u}}) {
        const Netlist n = netlist(hazard(gate));
        const Timing t = analyse(n, library(), options(0));
        GateSimulator sim(n, library(), t, 200);
        sim.set("a", 1);
        sim.clock(std::vector<std::string>{});
        EXPECT_EQ(sim.cycle_energy("gate").toggles, toggles) << gate;
        EXPECT_EQ(sim.cycle_energy("inverter").toggles, 1u);
        EXPECT_EQ(sim.get("y"), 1u);
    }
}

TEST(GateSimulator, RegistersAndClock) {
    const Netlist n = netlist(pipeline());
    const Timing t = analyse(n, library(), options(0));
    GateSimulator sim(n, library(), t, 100);
    // First edge: second.f's D is 1 (inverter of 0): it stores 1. first.f's D was 0; it becomes 1 after the
    // edge.
    sim.set("d", 1);
    sim.clock(std::vector<std::string>{"clk"});
    EXPECT_EQ(sim.get("q"), 1u);
    ComponentEnergy second = sim.cycle_energy("second");
    EXPECT_NEAR(second.register_fj, 6, 1e-6);  // Q rises, two rails of 3 fJ, no load
    // CK: 2 fF, 4 fJ an edge; rising 0 because Q changes, falling 1.5.
    EXPECT_NEAR(second.clock_fj, 8 + 1.5, 1e-6);
    EXPECT_EQ(second.toggles, 1u);
    ComponentEnergy first = sim.cycle_energy("first");
    EXPECT_NEAR(first.clock_fj, 8 + 1 + 1.5, 1e-6);
    EXPECT_NEAR(first.register_fj, 0, 1e-9);  // D moves while CK = 1
    EXPECT_NEAR(first.leakage_fj, 8 * 100 * 1e-6, 1e-12);
    // Second edge: first.f stores 1, the inverter falls, second.f still stores its old 1.
    sim.clock(std::vector<std::string>{"clk"});
    EXPECT_EQ(sim.get("q"), 1u);
    first = sim.cycle_energy("first");
    EXPECT_NEAR(first.register_fj, 6 + 2, 1e-6);  // 1 fF rising at the inverter
    EXPECT_NEAR(sim.cycle_energy("logic").internal_fj, 1, 1e-6);
    // second.f's D falls at 40 ps while CK = 1: nothing.
    EXPECT_NEAR(sim.cycle_energy("second").register_fj, 0, 1e-9);
    sim.clock(std::vector<std::string>{"clk"});
    EXPECT_EQ(sim.get("q"), 0u);
    EXPECT_NEAR(sim.cycle_energy("second").register_fj, 5, 1e-6);
    // No clock, no edge.
    sim.set("d", 0);
    sim.clock(std::vector<std::string>{});
    EXPECT_NEAR(sim.cycle_total().clock_fj, 0, 0);
    EXPECT_NEAR(sim.cycle_energy("first").register_fj, 0.125, 1e-6);  // D falls while CK = 0
    EXPECT_EQ(sim.late_cycles(), 0u);
}

TEST(GateSimulator, EventsBeyondThePeriodAreCountedAndNotLost) {
    const Netlist n = netlist(pipeline());
    const Timing t = analyse(n, library(), options(0));
    GateSimulator sim(n, library(), t, 30);  // the inverter's output falls 40 ps after the edge
    sim.set("d", 1);
    sim.clock(std::vector<std::string>{"clk"});
    EXPECT_EQ(sim.late_cycles(), 0u);
    sim.clock(std::vector<std::string>{"clk"});
    EXPECT_EQ(sim.late_cycles(), 1u);
    EXPECT_NEAR(sim.cycle_energy("logic").internal_fj, 0, 0);
    sim.clock(std::vector<std::string>{"clk"});
    EXPECT_NEAR(sim.cycle_energy("logic").internal_fj, 1, 1e-6);
    EXPECT_EQ(sim.get("q"), 1u);  // captured the old value
    EXPECT_EQ(sim.late_cycles(), 1u);
}

TEST(GateSimulator, TieCellsAreSettledConstants) {
    const Netlist n = netlist(NetlistText()
                                  .input("a", "2")
                                  .output("y", "4")
                                  .cell("t", "TIE1", {{"Y", "3"}})
                                  .cell("g", "NAND2", {{"A", "2"}, {"B", "3"}, {"Y", "4"}}));
    const Timing t = analyse(n, library(), options());
    GateSimulator sim(n, library(), t, 100);
    EXPECT_EQ(sim.get("y"), 1u);
    sim.set("a", 1);
    sim.clock(std::vector<std::string>{});
    EXPECT_EQ(sim.get("y"), 0u);
}

TEST(GateSimulator, Errors) {
    const Netlist n = netlist(pipeline());
    const Timing t = analyse(n, library(), options());
    GateSimulator sim(n, library(), t, 100);
    EXPECT_EQ(test::input_error([&] { sim.set("e", 1); }), "m: port: got e, expected one of the netlist's");
    EXPECT_EQ(test::input_error([&] { sim.set("q", 1); }), "m: port q: got an output, expected an input");
    EXPECT_EQ(test::input_error([&] { sim.set("d", 2); }), "m: port d: got 2, expected a value of 1 bits");
    EXPECT_EQ(test::input_error([&] { sim.clock(std::vector<std::string>{"d"}); }),
              "m: port d: got no clock, expected a port that clocks registers");
    EXPECT_EQ(test::input_error([&] { GateSimulator(n, library(), t, 0); }),
              "gate simulation: got a period of 0 ps, expected above 0");
    EXPECT_EQ(test::input_error([&] { GateSimulator(n, library(), t, 10); }),
              "m: gate simulation: got a delay of 25.0 ps, expected at most two periods of 10.0 ps");
    const Netlist gated = netlist(NetlistText()
                                      .input("clk", "2")
                                      .output("q", "4")
                                      .cell("i", "INV", {{"A", "2"}, {"Y", "3"}})
                                      .cell("f", "DFF", {{"CK", "3"}, {"D", "2"}, {"Q", "4"}}));
    EXPECT_EQ(test::input_error([&] { GateSimulator(gated, library(), analyse(gated, library()), 100); }),
              "m: f: got a clock that is no input port, expected registers clocked by an input port");
}

TEST(UniformEnergy, ByHand) {
    const Netlist n = netlist(hazard("NAND2"));
    const Timing t = analyse(n, library(), options());
    const UniformEnergy e = uniform_energy(n, library(), t, 0.5);
    // Switching: (1 + 2) fF x 2 V^2 x 0.5. INV: 1.5 fJ x 0.5. NAND: mean of 3 and 4 fJ, and A's own edges
    // half of the time.
    EXPECT_NEAR(e.combinational_switching_fj, 3, 1e-9);
    EXPECT_NEAR(e.combinational_internal_fj, 0.5 * (1.5 + 3.5 + 0.375 / 2), 1e-9);
    EXPECT_NEAR(e.combinational_leakage_nw, 8, 1e-9);
    EXPECT_EQ(e.sequential_fj(), 0);

    const Netlist r = netlist(pipeline());
    const UniformEnergy s = uniform_energy(r, library(), analyse(r, library(), options()), 0.5);
    // Per register: Q 5.5 fJ x 0.5; D 0.125 fJ half of the time x 0.5; CK twice the mean of 1, 1, 0, 0 and
    // of 1.5.
    EXPECT_NEAR(s.sequential_internal_fj, 2 * (2.75 + 0.03125 + 2 * (0.5 + 1.5) / 2), 1e-9);
}

TEST(StructuralVerilog, OneInverter) {
    EXPECT_EQ(structural_verilog(netlist(inverter())),
              "module m (a, y);\n  input a;\n  output y;\n  wire n2;\n  wire n3;\n  assign n2 = a;\n"
              "  assign y = n3;\n  INV i0 (.A(n2), .Y(n3));\nendmodule\n");
}

}  // namespace
}  // namespace approxtlm::power
