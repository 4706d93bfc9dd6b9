#include "models/kernels/array_kernels.h"

#include <gtest/gtest.h>

#include "models/common/error.h"

namespace approxtlm {
namespace {

TEST(ArrayKernels, PortableIsAlwaysThereAndFirst) {
    ASSERT_FALSE(supported_kernels().empty());
    EXPECT_STREQ(supported_kernels().front()->name, "portable");
}

TEST(ArrayKernels, FastestByDefaultElseByName) {
    EXPECT_EQ(&choose_kernels(nullptr), supported_kernels().back());
    for (const ArrayKernels* kernels : supported_kernels())
        EXPECT_EQ(&choose_kernels(kernels->name), kernels);
}

TEST(ArrayKernels, RefusesAnInstructionSetThatIsNotThere) {
    std::string names;
    for (const ArrayKernels* k : supported_kernels())
        names += (names.empty() ? "" : ", ") + std::string{k->name};
    for (const char* name : {"", "AVX2", "sse9"}) {
        try {
            choose_kernels(name);
            ADD_FAILURE() << name;
        } catch (const InputError& e) {
            EXPECT_EQ(e.what(), "APPROXTLM_ISA: got '" + std::string{name} +
                                    "', expected one that this machine runs: " + names);
        }
    }
}

}  // namespace
}  // namespace approxtlm
