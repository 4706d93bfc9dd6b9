#include "platform/cli/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string>

#include "models/common/error.h"
#include "platform/cli/adapt_command.h"
#include "platform/cli/characterize_command.h"
#include "platform/cli/inspect_command.h"
#include "platform/cli/interrupt.h"
#include "platform/cli/multiplier_command.h"
#include "platform/cli/run_command.h"
#include "platform/cli/version.h"

namespace approxtlm::platform {
namespace {

constexpr int kDone = 0, kFailed = 1, kWrongInput = 2;

int complain(std::string message, int code) {
    std::replace(message.begin(), message.end(), '\n', ' ');
    std::cerr << "approxtlm: error: " << message << std::endl;
    return code;
}

std::string command_line(int argc, const char* const* argv) {
    std::string text = "approxtlm";
    for (int i = 1; i < argc; ++i) text += std::string(" ") + argv[i];
    return text;
}

int parse_and_execute(int argc, const char* const* argv) {
    CLI::App app{"Model of a DNN accelerator built from approximate multipliers", "approxtlm"};
    app.set_version_flag("--version", "approxtlm " + version());
    app.require_subcommand(0, 1);
    const RunCommand run(app);
    const InspectCommand inspect(app);
    const MultiplierCommand multiplier(app);
    const AdaptCommand adapt(app);
    const CharacterizeCommand characterize(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {  // --help, --version
        return app.exit(e);
    } catch (const CLI::ParseError& e) {
        return complain(std::string(e.what()) + " (see approxtlm --help)", kWrongInput);
    }
    if (app.get_subcommands().empty())
        throw InputError("command", "nothing",
                         "run, inspect, multiplier, adapt or characterize (see approxtlm --help)");
    if (run.chosen()) run.execute(command_line(argc, argv));
    if (inspect.chosen()) inspect.execute();
    if (multiplier.chosen()) multiplier.execute();
    if (adapt.chosen()) adapt.execute();
    if (characterize.chosen()) characterize.execute(command_line(argc, argv));
    std::cout.flush();
    return std::cout ? kDone : complain("standard output cannot be written", kFailed);
}

}  // namespace

int run_cli(int argc, const char* const* argv) {
    handle_signals();
    try {
        return parse_and_execute(argc, argv);
    } catch (const InputError& e) {
        return complain(e.what(), kWrongInput);
    } catch (const std::exception& e) {
        return complain(e.what(), kFailed);
    }
}

}  // namespace approxtlm::platform
