#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace approxtlm::platform {

/// `approxtlm multiplier`: the error of a multiplier in figures and pictures, and what a control variate can
/// remove of it.
class MultiplierCommand {
public:
    explicit MultiplierCommand(CLI::App& app);
    bool chosen() const { return command_->parsed(); }
    void execute() const;

private:
    CLI::App* command_;
    std::string spec_, expect_, picture_, variate_ = "auto", encoding_;
    bool json_ = false;
};

}  // namespace approxtlm::platform
