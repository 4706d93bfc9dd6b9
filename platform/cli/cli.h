#pragma once

namespace approxtlm::platform {

/// The whole program. Exit code: 0 done, 2 the user's input is wrong (one line on stderr), 1 anything else.
int run_cli(int argc, const char* const* argv);

}  // namespace approxtlm::platform
