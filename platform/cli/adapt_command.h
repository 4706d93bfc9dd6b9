#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace approxtlm::platform {

/// `approxtlm adapt`: weight codes chosen for a multiplier, written to a file for `run --adapted`.
class AdaptCommand {
public:
    /// Adds the subcommand to `app`.
    explicit AdaptCommand(CLI::App& app);
    bool chosen() const { return command_->parsed(); }
    /// Adapts layer by layer. What is done lies in FILE.partial until the end; the same command goes on from
    /// there. Throws InputError before the long work where it can.
    void execute() const;

private:
    CLI::App* command_;
    std::string network_, accelerator_, dataset_ = "synthetic", images_ = "256", output_;
    std::string multiplier_ = "perforated:3", variate_ = "auto", encoding_ = "unsigned";
    std::string seed_ = "1", passes_ = "6", samples_ = "24576", threads_;
    bool no_mirror_ = false, quiet_ = false;
};

}  // namespace approxtlm::platform
