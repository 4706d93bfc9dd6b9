#include <string>

#include "models/kernels/array_kernels.h"
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

const AdaptKernels& adapt_kernels() {
#if defined(APPROXTLM_X86_KERNELS)
    const std::string name = array_kernels().name;
    for (const AdaptKernels* kernels : {&avx2::kKernels, &avx512::kKernels}) {
        if (name == kernels->name) return *kernels;
    }
#endif
    return portable::kKernels;
}

}  // namespace approxtlm::workloads
