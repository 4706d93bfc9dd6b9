#pragma once

#include <Eigen/Dense>

namespace approxtlm::power {

/// The x >= 0 that minimises |a x - b|^2 (Lawson and Hanson, Solving Least Squares Problems, 1974, chapter
/// 23). Columns of zeros get 0.
Eigen::VectorXd non_negative_least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

}  // namespace approxtlm::power
