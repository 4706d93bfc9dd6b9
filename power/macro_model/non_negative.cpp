#include "power/macro_model/non_negative.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace approxtlm::power {
namespace {

/// Unconstrained least squares over the columns in use, zero elsewhere.
Eigen::VectorXd solve(const Eigen::MatrixXd& a, const Eigen::VectorXd& b,
                      const std::vector<Eigen::Index>& used) {
    Eigen::MatrixXd columns(a.rows(), static_cast<Eigen::Index>(used.size()));
    for (std::size_t i = 0; i < used.size(); ++i) columns.col(static_cast<Eigen::Index>(i)) = a.col(used[i]);
    const Eigen::VectorXd part = columns.colPivHouseholderQr().solve(b);
    Eigen::VectorXd x = Eigen::VectorXd::Zero(a.cols());
    for (std::size_t i = 0; i < used.size(); ++i) x[used[i]] = part[static_cast<Eigen::Index>(i)];
    return x;
}

}  // namespace

Eigen::VectorXd non_negative_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
    const Eigen::Index n = a.cols();
    Eigen::VectorXd x = Eigen::VectorXd::Zero(n);
    std::vector<Eigen::Index> used;
    const double tolerance = 1e-12 * (a.transpose() * b).cwiseAbs().maxCoeff();
    // Each round adds one column; 3 n rounds are Lawson and Hanson's own limit.
    for (Eigen::Index round = 0; round < 3 * n; ++round) {
        const Eigen::VectorXd gradient = a.transpose() * (b - a * x);
        Eigen::Index best = -1;
        for (Eigen::Index j = 0; j < n; ++j) {
            const bool free = std::find(used.begin(), used.end(), j) == used.end();
            if (free && gradient[j] > tolerance && (best < 0 || gradient[j] > gradient[best])) best = j;
        }
        if (best < 0) break;
        used.push_back(best);
        for (;;) {
            const Eigen::VectorXd next = solve(a, b, used);
            double step = 1;
            for (const Eigen::Index j : used)
                if (next[j] <= 0) step = std::min(step, x[j] / (x[j] - next[j]));
            if (step == 1) {
                x = next;
                break;
            }
            x += step * (next - x);
            const auto gone = std::remove_if(used.begin(), used.end(), [&](Eigen::Index j) {
                const bool zero = x[j] <= std::numeric_limits<double>::epsilon() * x.maxCoeff();
                if (zero) x[j] = 0;
                return zero;
            });
            if (gone == used.end()) break;
            used.erase(gone, used.end());
            if (used.empty()) break;
        }
    }
    return x;
}

}  // namespace approxtlm::power
