#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace approxtlm::platform {

/// `approxtlm inspect`: what a network asks of an accelerator, without running it.
class InspectCommand {
public:
    explicit InspectCommand(CLI::App& app);
    bool chosen() const { return command_->parsed(); }
    void execute() const;

private:
    CLI::App* command_;
    std::string network_, accelerator_, dataflow_;
    bool json_ = false;
};

}  // namespace approxtlm::platform
