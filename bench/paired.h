#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace approxtlm::bench {

inline double seconds_of(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A contest: each side returns its seconds per unit of work (a MAC, a PE update, an image). The ratio is
/// how many times `ours` is faster than `theirs`; for slow-downs swap the two.
struct Contest {
    std::string name;
    double target = 0;
    bool at_most = false;  ///< the target bounds the ratio from above
    std::function<double()> ours, theirs;
    unsigned rounds = 1;
};

struct Ratio {
    double median = 0, low = 0, high = 0;  ///< low and high: quartiles
    double ours = 0, theirs = 0;           ///< median units per second
};

double median(std::vector<double> values);

/// Ratios of rounds that ran one side right after the other: what slows the machine slows both.
class Pairs {
public:
    void add(double ours, double theirs);
    Ratio ratio() const;

private:
    std::vector<double> ours_, theirs_;
};

}  // namespace approxtlm::bench
