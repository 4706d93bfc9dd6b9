// The Simd of the instruction set that this file is compiled for.
#if defined(__AVX512VPOPCNTDQ__)
#include "models/kernels/simd_avx512.h"
#elif defined(__AVX2__)
#include "models/kernels/simd_avx2.h"
#else
#include "models/kernels/simd_portable.h"
#endif
