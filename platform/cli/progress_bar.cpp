#include "platform/cli/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace approxtlm::platform {

std::string progress_line(const std::string& stage, std::size_t done, std::size_t total, double seconds) {
    constexpr std::size_t kWidth = 24;
    const double part = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1.0;
    const auto filled = static_cast<std::size_t>(part * kWidth);
    std::string line = fmt::format("{} [{}{}] {:3.0f} %  {}/{}", stage, std::string(filled, '#'),
                                   std::string(kWidth - filled, '-'), std::floor(100 * part), done, total);
    if (done > 0 && seconds > 0) {
        const double rate = static_cast<double>(done) / seconds;
        line += fmt::format("  {:.1f}/s  {:.0f} s left", rate, static_cast<double>(total - done) / rate);
    }
    return line;
}

ProgressBar::ProgressBar(bool wanted, PlainLines plain)
    : terminal_(isatty(STDERR_FILENO) == 1),
      enabled_(wanted && (terminal_ || plain == PlainLines::occasional)) {}

void ProgressBar::update(const std::string& stage, std::size_t done, std::size_t total) {
    if (!enabled_) return;
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const auto pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(10);
    if (stage != stage_) {
        stage_ = stage;
        done_ = 0;
        stage_start_ = now;
    } else if (done <= done_ || (done < total && now - last_drawn_ < pause)) {
        return;
    }
    done_ = done;
    last_drawn_ = now;
    drawn_ = terminal_;
    const double seconds = std::chrono::duration<double>(now - stage_start_).count();
    const std::string line = progress_line(stage, done, total, seconds);
    fmt::print(stderr, "{}{}{}", terminal_ ? "\r\x1b[K" : "", line, terminal_ ? "" : "\n");
    std::fflush(stderr);
}

void ProgressBar::clear() {
    const std::lock_guard lock(mutex_);
    if (drawn_) fmt::print(stderr, "\r\x1b[K");
    drawn_ = false;
}

}  // namespace approxtlm::platform
