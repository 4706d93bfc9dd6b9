#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "platform/simulation/evaluate.h"

namespace approxtlm::platform {

/// `approxtlm run`: options as typed, checked by execute().
class RunCommand {
public:
    /// Adds the subcommand to `app`.
    explicit RunCommand(CLI::App& app);
    bool chosen() const { return command_->parsed(); }
    /// Evaluates, prints the table and writes the files. Throws InputError before the long work where it can.
    void execute(const std::string& command_line) const;

private:
    RunOptions options() const;

    CLI::App* command_;
    std::string network_, accelerator_, dataflow_, dataset_ = "synthetic", images_ = "1000";
    std::string multiplier_ = "perforated:2", correction_ = "analytic", variate_ = "auto",
                encoding_ = "unsigned";
    std::string calibration_images_ = "256", calibration_, save_calibration_, adapted_;
    std::string technology_ = "asap7-tight", clock_mhz_, voltage_v_, activity_ = "sampled:8";
    std::string timing_ = "cycle", quantum_us_, trace_;
    std::string threads_, output_, save_logits_, log_level_ = "warning";
    bool quiet_ = false, per_layer_ = false;
};

}  // namespace approxtlm::platform
