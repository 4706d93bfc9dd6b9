#include <cstdlib>
#include <string>

#include "models/common/error.h"
#include "models/kernels/array_kernels.h"

namespace approxtlm {

namespace portable {
extern const ArrayKernels kKernels;
}
#if defined(APPROXTLM_X86_KERNELS)
namespace avx2 {
extern const ArrayKernels kKernels;
}
namespace avx512 {
extern const ArrayKernels kKernels;
}
#endif

const std::vector<const ArrayKernels*>& supported_kernels() {
    static const std::vector<const ArrayKernels*> supported = [] {
        std::vector<const ArrayKernels*> list{&portable::kKernels};
#if defined(APPROXTLM_X86_KERNELS)
        __builtin_cpu_init();
        if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
            !__builtin_cpu_supports("popcnt"))
            return list;
        list.push_back(&avx2::kKernels);
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi") &&
            __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512bitalg")) {
            list.push_back(&avx512::kKernels);
        }
#endif
        return list;
    }();
    return supported;
}

const ArrayKernels& choose_kernels(const char* name) {
    if (name == nullptr) return *supported_kernels().back();
    std::string names;
    for (const ArrayKernels* kernels : supported_kernels()) {
        if (std::string{name} == kernels->name) return *kernels;
        names += (names.empty() ? "" : ", ") + std::string{kernels->name};
    }
    throw InputError("APPROXTLM_ISA", "'" + std::string{name} + "'", "one that this machine runs: " + names);
}

const ArrayKernels& array_kernels() {
    static const ArrayKernels& chosen = choose_kernels(std::getenv("APPROXTLM_ISA"));
    return chosen;
}

}  // namespace approxtlm
