#include <cstdlib>
#include <systemc>

#include "platform/cli/cli.h"

/// Called by SystemC's elaboration, which catches nothing of ours: run_cli() lets no exception out.
int sc_main(int argc, char** argv) { return approxtlm::platform::run_cli(argc, argv); }

int main(int argc, char** argv) {
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    return sc_core::sc_elab_and_sim(argc, argv);
}
