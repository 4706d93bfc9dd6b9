#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"
#include "models/common/activity_counts.h"

namespace approxtlm {

struct ArrayKernels;
const ArrayKernels& array_kernels();

/// What leaves the array for one fold.
struct FoldOutput {
    std::vector<std::int32_t> psum;   ///< [vector][column]
    std::vector<std::int32_t> sum_a;  ///< [vector], sum of the activations of the fold's rows
    std::vector<std::int32_t> sum_x;  ///< [vector], sum of x(A)
};

/// The arithmetic and the register activity of an R x C weight-stationary array, fold by fold, without time.
/// A fold uses the bottom rows and the left columns: its row j is array row R - fold_rows + j, because
/// partial sums leave at the bottom. Registers that a fold does not use keep their contents, so toggle counts
/// depend on the order of the calls; a new image starts from reset(). Every *_toggles count but
/// partial_product_toggles equals the RTL twin's (models/rtl, tests/rtl). One engine per thread.
class FoldEngine {
public:
    struct Config {
        std::uint32_t rows = 64, columns = 64;
        Multiplier multiplier;
        Encoding encoding = Encoding::unsigned_codes;
        Variate variate = Variate::low_bits;
        bool sum_a = true;                    ///< the sum-A column exists and toggles
        bool sum_x = false;                   ///< sum x is formed
        bool sum_x_per_mac = false;           ///< in every PE, not in one shared column
        bool shadow_weights = true;           ///< decides how weights shift in: WeightRegisters
        std::uint32_t multiplier_stages = 0;  ///< counted by MultiplierPipeline
        bool zero_gating = false;             ///< PEs keep their activation while a zero passes
    };
    explicit FoldEngine(const Config& config, const ArrayKernels& kernels = array_kernels());
    ~FoldEngine();
    FoldEngine(FoldEngine&&) noexcept;

    void reset();  ///< all registers zero
    /// `codes`: [fold_rows][fold_columns]. Counts weight_loads and weight_toggles when `activity` is given.
    void load_weights(const std::uint8_t* codes, std::uint32_t fold_rows, std::uint32_t fold_columns,
                      ActivityCounts* activity);
    /// `activations`: [vectors][fold_rows] of the loaded fold. Overwrites `out`. With `activity`, also does
    /// what count() does.
    void stream(const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out,
                ActivityCounts* activity);
    /// Counts streamed_vectors, pe/row/column_cycles, every *_toggles kind but multiplier_register_toggles,
    /// and of ActivityCounts::pe all but product_toggles (ArrayEngines adds both).
    void count(const std::uint8_t* activations, std::uint32_t vectors, ActivityCounts& activity);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace approxtlm
