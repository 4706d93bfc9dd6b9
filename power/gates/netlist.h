#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "power/liberty/liberty_library.h"

namespace approxtlm::power {

/// Nets 0 and 1 are the constants; every other net has at most one driver.
inline constexpr int kConstantZero = 0, kConstantOne = 1;

struct NetlistPort {
    std::string name;
    bool input = false;
    std::vector<int> nets;  ///< bit i; at most 64
};

struct Instance {
    std::string name;
    const Cell* cell = nullptr;
    int component = 0;            ///< index into Netlist::components
    std::vector<int> input_nets;  ///< in the order of CellPins::inputs of that cell
    std::vector<int>
        output_nets;  ///< in the order of CellPins::outputs; one without sinks where nothing is connected
};

struct Sink {
    int instance = 0;
    int pin = 0;  ///< index into Instance::input_nets
};

struct Net {
    std::string name;
    int driver = -1;      ///< instance; -1: input port or constant
    int driver_pin = -1;  ///< index into Instance::output_nets
    bool input = false;   ///< driven by an input port
    bool output = false;  ///< read by an output port
    std::vector<Sink> sinks;
};

/// One flat mapped module. Refers to the cells of the library that it was read with, which must outlive it.
struct Netlist {
    std::string module;
    std::vector<NetlistPort> ports;
    std::vector<Net> nets;
    std::vector<Instance> instances;
    /// Part of an instance's name before the first dot; "" for names without one.
    std::vector<std::string> components;
    /// Combinational instances, drivers before the instances that they drive.
    std::vector<int> order;

    /// nullptr when there is none.
    const NetlistPort* find_port(const std::string& name) const;
    double area_um2() const;
    double area_um2(const std::string& component) const;
};

/// Input and output pins of a cell in the order that netlists, timing and simulation use: as in the Liberty.
struct CellPins {
    std::vector<const Pin*> inputs, outputs;
    explicit CellPins(const Cell& cell);
};

/// Reads the one module of a Yosys `write_json` file. Throws InputError naming file and instance: no or
/// several modules, a cell that the library lacks or that simulation cannot handle, a net with two drivers or
/// none, a combinational loop.
Netlist read_netlist(const std::string& json_path, const LibertyLibrary& library);

}  // namespace approxtlm::power
