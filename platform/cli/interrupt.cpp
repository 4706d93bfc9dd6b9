#include "platform/cli/interrupt.h"

#include <pthread.h>
#include <unistd.h>

namespace approxtlm::platform {
namespace {

extern "C" void end_now(int signal) {
    constexpr char kNewLine = '\n';
    if (isatty(STDERR_FILENO) == 1 && write(STDERR_FILENO, &kNewLine, 1) < 0) _exit(1);
    _exit(128 + signal);
}

}  // namespace

void handle_signals() {
    std::signal(SIGINT, end_now);
    std::signal(SIGTERM, end_now);
    std::signal(SIGPIPE, SIG_IGN);
}

UninterruptedSection::UninterruptedSection() {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
}

UninterruptedSection::~UninterruptedSection() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace approxtlm::platform
