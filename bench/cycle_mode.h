#pragma once

#include <sys/types.h>

#include <string>

namespace approxtlm::bench {

/// The SystemC model in cycle mode without activity, image after image, in a process of its own, so that
/// peak memory is the model's alone. Build it before threads start.
class CycleMode {
public:
    explicit CycleMode(const std::string& network);
    ~CycleMode();
    CycleMode(const CycleMode&) = delete;
    CycleMode& operator=(const CycleMode&) = delete;

    struct Image {
        double seconds = 0;
        double million_cycles = 0;  ///< of the array's clock
        double peak_mb = 0;         ///< of the process so far
    };
    Image run();

private:
    pid_t child_ = -1;
    int to_child_ = -1, from_child_ = -1;
};

}  // namespace approxtlm::bench
