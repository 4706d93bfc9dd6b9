#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace approxtlm::platform {

/// `approxtlm characterize`: from a Liberty file to a technology file.
class CharacterizeCommand {
public:
    explicit CharacterizeCommand(CLI::App& app);
    bool chosen() const { return command_->parsed(); }
    /// Writes the technology file. Throws InputError.
    void execute(const std::string& command_line) const;

private:
    CLI::App* command_;
    std::vector<std::string> liberty_;
    std::string clock_ = "tight", output_, work_, jobs_, variants_, sweep_, feature_nm_, verilog_, top_;
    bool quiet_ = false;
};

}  // namespace approxtlm::platform
