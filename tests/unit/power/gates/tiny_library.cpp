#include "tiny_library.h"

namespace approxtlm::power {
namespace {

std::string table(const std::string& name, const std::string& values) {
    return "        " + name + " (t) { values (" + values + "); }\n";
}

/// A table of one value.
std::string flat(const std::string& name, const std::string& value) {
    return "        " + name + " (scalar) { values (\"" + value + "\"); }\n";
}

std::string arc(const std::string& related, const std::string& attributes, const std::string& rise_ns,
                const std::string& fall_ns, const std::string& transition_ns = "0.010") {
    return "      timing () {\n        related_pin : \"" + related + "\";\n        " + attributes + "\n" +
           flat("cell_rise", rise_ns) + flat("cell_fall", fall_ns) + flat("rise_transition", transition_ns) +
           flat("fall_transition", transition_ns) + "      }\n";
}

std::string power(const std::string& attributes, const std::string& rise_pj, const std::string& fall_pj) {
    return "      internal_power () {\n        " + attributes + "\n" + flat("rise_power", rise_pj) +
           flat("fall_power", fall_pj) + "      }\n";
}

std::string input(const std::string& name, const std::string& rest) {
    return "    pin (" + name + ") {\n      direction : input;\n" + rest + "    }\n";
}

std::string nand(const std::string& name, const std::string& from_a_ns, const std::string& from_b_ns,
                 const std::string& transition_ns) {
    return "  cell (" + name + ") {\n    area : 2;\n    cell_leakage_power : 3;\n" +
           input("A", "      capacitance : 0.001;\n" + power("when : \"!B\";", "0.0005", "0.00025")) +
           input("B", "      capacitance : 0.001;\n") +
           "    pin (Y) {\n      direction : output;\n      function : \"!(A * B)\";\n" +
           arc("A", "timing_sense : negative_unate;", from_a_ns, from_a_ns, transition_ns) +
           arc("B", "timing_sense : negative_unate;", from_b_ns, from_b_ns, transition_ns) +
           power("related_pin : \"A\";", "0.003", "0.003") + power("related_pin : \"B\";", "0.004", "0.004") +
           "    }\n  }\n";
}

}  // namespace

std::string tiny_liberty() {
    return "/* straight lines */\nlibrary (tiny) {\n"
           "  time_unit : \"1ns\"; voltage_unit : \"1V\"; leakage_power_unit : \"1nW\";\n"
           "  capacitive_load_unit (1, pf);\n"
           "  nom_process : 1; nom_voltage : 2; nom_temperature : 25\n"
           "  lu_table_template (t) {\n    variable_1 : input_net_transition;\n"
           "    variable_2 : total_output_net_capacitance;\n"
           "    index_1 (\"0.010, 0.030\"); index_2 (\"0.001, 0.003\");\n  }\n"
           "  cell (INV) {\n    area : 1;\n    cell_leakage_power : 5;\n" +
           input("A", "      capacitance : 0.0011; rise_capacitance : 0.001; fall_capacitance : 0.0012;\n") +
           "    pin (Y) {\n      direction : output;\n      function : \"!A\";\n"
           "      timing () {\n        related_pin : \"A\";\n        timing_sense : negative_unate;\n" +
           table("cell_rise", "\"0.010, 0.014\", \"0.012, 0.016\"") +
           table("cell_fall", "\"0.020, 0.024\", \\\n \"0.022, 0.026\"") +
           table("rise_transition", "\"0.010, 0.020, 0.010, 0.020\"") +
           table("fall_transition", "\"0.012, 0.016\", \"0.012, 0.016\"") + "      }\n" +
           power("related_pin : \"A\";", "0.002", "0.001") + "    }\n  }\n" +
           nand("NAND2", "0.005", "0.007", "0.010") + nand("SLOWNAND2", "0.050", "0.050", "0.025") +
           nand("SLOWERNAND2", "0.050", "0.050", "0.0254") +
           "  cell (DFF) {\n    area : 6;\n    ff (IQ, IQN) { clocked_on : \"CK\"; next_state : \"D\"; }\n"
           "    leakage_power () { when : \"CK\"; value : 6; related_pg_pin : VDD; }\n"
           "    leakage_power () { when : \"!CK\"; value : 8; related_pg_pin : VDD; }\n"
           "    leakage_power () { when : \"CK\"; value : 1; related_pg_pin : VSS; }\n" +
           input("D",
                 "      capacitance : 0.001;\n      timing () {\n        related_pin : \"CK\"; timing_type : "
                 "setup_rising;\n" +
                     flat("rise_constraint", "0.008") + flat("fall_constraint", "0.009") + "      }\n" +
                     power("when : \"!CK\";", "0.000125", "0.000125")) +
           input("CK", "      clock : true; capacitance : 0.002;\n" +
                           power("when : \"D & Q\";", "0.001", "0.0015") +
                           power("when : \"!D & !Q\";", "0.001", "0.0015") +
                           power("when : \"D ^ Q\";", "0", "0.0015")) +
           "    pin (Q) {\n      direction : output;\n      function : \"IQ\";\n" +
           arc("CK", "timing_type : rising_edge; timing_sense : non_unate;", "0.020", "0.025") +
           power("related_pin : \"CK\"; related_pg_pin : VDD;", "0.003", "0.0025") +
           power("related_pin : \"CK\"; related_pg_pin : VSS;", "0.003", "0.0025") + "    }\n  }\n" +
           "  cell (PAIR) {\n    area : 3;\n" + input("A", "") +
           "    pin (C) {\n      direction : output;\n      function : \"!A\";\n" +
           arc("A", "timing_sense : negative_unate;", "0.005", "0.005") +
           "    }\n    pin (S) {\n      direction : output;\n      function : \"A\";\n" +
           arc("A", "timing_sense : positive_unate;", "0.006", "0.006") +
           arc("C", "timing_sense : negative_unate;", "0.004", "0.004") + "    }\n  }\n" +
           "  cell (TIE1) {\n    area : 1;\n    pin (Y) { direction : output; function : \"1\"; }\n  }\n" +
           "  cell (LATCH) {\n    area : 4;\n    latch (IQ, IQN) { enable : \"G\"; data_in : \"D\"; }\n" +
           input("G", "") + input("D", "") + "    pin (Q) { direction : output; function : \"IQ\"; }\n  }\n" +
           "  cell (OLD) { area : 1; dont_use : true;\n" + input("A", "") + "  }\n}\n";
}

}  // namespace approxtlm::power
