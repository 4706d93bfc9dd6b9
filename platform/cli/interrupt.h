#pragma once

#include <csignal>

namespace approxtlm::platform {

/// SIGINT and SIGTERM end the program at once with exit code 128 + signal: nothing is on disk before the last
/// step. SIGPIPE is ignored: a closed pipe shows as a failed write.
void handle_signals();

/// Holds SIGINT and SIGTERM back while files are written.
class UninterruptedSection {
public:
    UninterruptedSection();
    ~UninterruptedSection();
    UninterruptedSection(const UninterruptedSection&) = delete;
    UninterruptedSection& operator=(const UninterruptedSection&) = delete;

private:
    sigset_t before_;
};

}  // namespace approxtlm::platform
