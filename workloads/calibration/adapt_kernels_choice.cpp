#include <string>

#include "workloads/calibration/adapt_kernels.h"

namespace approxtlm::workloads {

namespace portable {
extern const AdaptKernels kKernels;
}
#if defined(APPROXTLM_X86_KERNELS)
namespace avx2 {
extern const AdaptKernels kKernels;
}
namespace avx512 {
extern const AdaptKernels kKernels;
}
#endif

const AdaptKernels& adapt_kernels([[maybe_unused]] const ArrayKernels& kernels) {
#if defined(APPROXTLM_X86_KERNELS)
    const std::string name = kernels.name;
    for (const AdaptKernels* candidate : {&avx2::kKernels, &avx512::kKernels}) {
        if (name == candidate->name) return *candidate;
    }
#endif
    return portable::kKernels;
}

}  // namespace approxtlm::workloads
