// What the committed technology files promise.
#include <gtest/gtest.h>

#include <string>

#include "power/technology/technology.h"

namespace approxtlm::power {
namespace {

struct Bounds {
    double mean_percent, worst_percent;
};

/// The aim is 2 % and 5 %. What misses it stands in docs/energy.md and is kept from growing here: PEs of
/// signed weights, and unsigned ones of NanGate45 and of SKY130 relaxed.
Bounds bounds_of(const std::string& technology, const std::string& variant) {
    if (variant.find("/signed") != std::string::npos) return {3, 8.5};
    if (technology.find("nangate45") == 0 || technology == "sky130-relaxed") return {2.2, 6.1};
    return {2, 5};
}

TEST(CommittedTechnologies, LoadAndKeepTheBoundsOfTheirMacroModels) {
    const auto names = Technology::available();
    ASSERT_GE(names.size(), 8u);
    for (const std::string& name : names) {
        const Technology t = Technology::load(name);
        EXPECT_EQ(t.name(), name);
        EXPECT_LE(t.file.exact_fastest_ps, t.file.period_ps) << name;
        for (const auto& [variant, pe] : t.file.pe) {
            const Bounds bounds = bounds_of(name, variant);
            for (const auto& [row, r] : pe.rows) {
                const std::string where = name + " " + variant + " row " + std::to_string(row);
                EXPECT_EQ(r.error.streams, kHeldOutStreams) << where;
                EXPECT_LE(r.error.mean_percent, bounds.mean_percent) << where;
                EXPECT_LE(r.error.worst_percent, bounds.worst_percent) << where;
            }
        }
    }
}

}  // namespace
}  // namespace approxtlm::power
