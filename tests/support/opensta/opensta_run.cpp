#include "tests/support/opensta/opensta_run.h"

#include <filesystem>

#include "models/common/error.h"
#include "power/circuits/tool.h"

namespace approxtlm::power {
namespace {

constexpr double kActivity = 0.2;

/// In the middle of what gates see: both programs read their tables between the points.
TimingOptions fixed_ports(const LibertyLibrary& library) {
    TimingOptions options;
    options.input_slew_ps = options.clock_slew_ps = 2 * library.smallest_transition_ps;
    options.input_arrival_ps = 0;
    options.output_load_ff = 2;
    return options;
}

}  // namespace

std::optional<OpenStaCheck> run_opensta(const Netlist& netlist, const LibertyLibrary& library,
                                        double period_ps, const std::string& folder) {
    std::string sta;
    try {
        sta = find_program("sta");
    } catch (const InputError&) {
        return std::nullopt;
    }
    std::filesystem::create_directories(folder);
    const TimingOptions options = fixed_ports(library);
    const Timing timing = analyse(netlist, library, options);
    const OpenStaJob job = write_opensta_job(netlist, library.files, options, period_ps, kActivity, folder);
    const std::string log = folder + "/sta.log";
    if (const int status = run_program({sta, "-no_splash", "-exit", job.script}, log); status != 0)
        throw InputError("sta", "exit status " + std::to_string(status), "0; see " + log);
    return compare_with_opensta(netlist, library, timing, kActivity, read_opensta_log(log, job));
}

}  // namespace approxtlm::power
