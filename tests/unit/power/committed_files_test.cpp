// What the committed technology files promise.
#include <gtest/gtest.h>

#include "power/technology/technology.h"

namespace approxtlm::power {
namespace {

TEST(CommittedTechnologies, LoadAndKeepTheBoundsOfTheirMacroModels) {
    const auto names = Technology::available();
    ASSERT_GE(names.size(), 8u);
    for (const std::string& name : names) {
        const Technology t = Technology::load(name);
        EXPECT_EQ(t.name(), name);
        EXPECT_LE(t.file.exact_fastest_ps, t.file.period_ps) << name;
        for (const auto& [variant, pe] : t.file.pe) {
            // The aim is 2 % and 5 %; what misses it, and why, stands in docs/energy.md.
            const bool with_sign = variant.find("/signed") != std::string::npos;
            for (const auto& [row, r] : pe.rows) {
                EXPECT_EQ(r.error.streams, kHeldOutStreams) << name << " " << variant << " row " << row;
                EXPECT_LE(r.error.mean_percent, with_sign ? 4 : 2)
                    << name << " " << variant << " row " << row;
                EXPECT_LE(r.error.worst_percent, with_sign ? 12 : 6.5)
                    << name << " " << variant << " row " << row;
            }
        }
    }
}

}  // namespace
}  // namespace approxtlm::power
