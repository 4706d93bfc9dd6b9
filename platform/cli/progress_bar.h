#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace approxtlm::platform {

/// What a progress bar does where stderr is no terminal.
enum class PlainLines { none, occasional };

/// One line on stderr, redrawn in place with rate and time left. Where stderr is no terminal: nothing, or now
/// and then a line of its own.
class ProgressBar {
public:
    explicit ProgressBar(bool wanted, PlainLines plain = PlainLines::none);
    ~ProgressBar() { clear(); }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void update(const std::string& stage, std::size_t done, std::size_t total);  ///< from any thread
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    const bool terminal_, enabled_;
    std::mutex mutex_;
    std::string stage_;
    std::size_t done_ = 0;
    Clock::time_point stage_start_, last_drawn_;
    bool drawn_ = false;  ///< a line stands on the terminal
};

/// "classifying [#####-----]  50 %  500/1000  125.0/s  4 s left"
std::string progress_line(const std::string& stage, std::size_t done, std::size_t total, double seconds);

}  // namespace approxtlm::platform
