#pragma once

#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"

namespace approxtlm {

/// The error eps = exact - approximate over all 65,536 operand pairs, each once. In units of the product
/// unless named otherwise; the customary figures of approximate-multiplier libraries.
struct ErrorStatistics {
    double mae = 0;                        ///< mean of |eps|
    int wce = 0;                           ///< largest |eps|
    double mre_percent = 0;                ///< mean of |eps / exact| over the pairs whose product is not 0
    double mse = 0;                        ///< mean of eps^2
    double error_probability_percent = 0;  ///< pairs with eps != 0
    double bias = 0;                       ///< mean of eps: positive where the circuit gives too little
};
ErrorStatistics error_statistics(const Multiplier& multiplier, Encoding encoding);

/// What a control variate leaves of the error: eps - C x - C0 with the best C and C0 for each weight, A
/// uniform in 0..255.
struct VariateFit {
    Variate variate = Variate::low_bits;
    int bits = 1;                  ///< low bits of A that x reads, 1..8
    double residual_variance = 0;  ///< mean over the weights
};

VariateFit variate_fit(const Multiplier& multiplier, Encoding encoding, const Variate& variate, int bits);

/// Every named variate at every width, the least residual first; of equals the narrowest.
std::vector<VariateFit> variate_fits(const Multiplier& multiplier, Encoding encoding);

/// Mean over the weights of var_A(eps): what remains when only the mean is corrected.
double error_variance(const Multiplier& multiplier, Encoding encoding);

}  // namespace approxtlm
