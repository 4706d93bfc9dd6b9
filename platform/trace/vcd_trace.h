#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "platform/trace/run_trace.h"

namespace approxtlm::platform {

/// Waves by sc_trace: per design and unit whether it works and on which layer, tile and fold, and the levels.
class VcdTrace : public RunTrace {
public:
    /// At most `most_changes` are kept.
    explicit VcdTrace(const std::vector<std::string>& designs, std::size_t most_changes = 2'000'000);
    ~VcdTrace() override;
    VcdTrace(const VcdTrace&) = delete;
    VcdTrace& operator=(const VcdTrace&) = delete;

    UnitObserver& design(std::size_t index) override;
    std::string finish() override;
    bool truncated() const override { return left_out_ > 0; }

private:
    class Design;
    bool room();
    /// Takes the growing file's name away, so that nothing stays when the program is stopped.
    void hide();

    const std::size_t most_changes_;
    std::size_t kept_ = 0, left_out_ = 0;
    std::string path_;  ///< of the growing file, without the ending that SystemC adds
    int reader_ = -1;   ///< of that file, once it is open and has no name
    sc_core::sc_trace_file* file_ = nullptr;
    std::vector<std::unique_ptr<Design>> designs_;
};

}  // namespace approxtlm::platform
