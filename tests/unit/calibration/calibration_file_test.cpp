#include "workloads/calibration/calibration_file.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/input_error.h"
#include "tests/support/temporary_file.h"
#include "tests/unit/compiler/random_network.h"

namespace approxtlm::workloads {
namespace {

const DesignPoint kDesign{{MultiplierFamily::truncated, 7},
                          Encoding::unsigned_codes,
                          CorrectionMethod::calibrated,
                          Variate::any_low};

SavedCalibration sample(const Network& network, bool adapted) {
    SavedCalibration saved{identity_of(network, {}, kDesign, "synthetic", {1, 2, 3}, 3), {}};
    for (const Layer& l : network.layers) {
        LayerCalibration c;
        for (std::size_t f = 0; f < l.weights.bias.size(); ++f) {
            c.coefficient.push_back(static_cast<std::int32_t>(f) - 3);
            c.constant.push_back(-100000 * static_cast<std::int32_t>(f));
            c.zero_point_shift.push_back(static_cast<std::int32_t>(f) % 5 - 2);
            c.gain.push_back(1.0f / static_cast<float>(3 + f));
        }
        if (adapted) c.codes = std::vector<std::int16_t>(l.weights.codes.size(), 255);
        saved.calibration.layers.push_back(c);
    }
    return saved;
}

/// The message of check_calibration after `change`, without the path "f: ".
std::string mismatch(const std::function<void(SavedCalibration&)>& change) {
    const Network network = testing::random_network(1);
    SavedCalibration saved = sample(network, true);
    const CalibrationIdentity wanted = saved.identity;
    change(saved);
    try {
        check_calibration("f", saved, wanted, network);
    } catch (const InputError& e) {
        return e.what();
    }
    return "accepted";
}

TEST(CalibrationFile, ComesBackAsItWas) {
    const Network network = testing::random_network(1);
    for (const CalibrationKind kind : {CalibrationKind::coefficients, CalibrationKind::adapted}) {
        const SavedCalibration saved = sample(network, kind == CalibrationKind::adapted);
        const test::TemporaryFile file(".json", format_calibration(saved, kind));
        const SavedCalibration read = read_calibration(file.path(), kind);
        check_calibration(file.path(), read, saved.identity, network);
        ASSERT_EQ(read.calibration.layers.size(), saved.calibration.layers.size());
        for (std::size_t l = 0; l < network.layers.size(); ++l) {
            EXPECT_EQ(read.calibration.layers[l].coefficient, saved.calibration.layers[l].coefficient);
            EXPECT_EQ(read.calibration.layers[l].constant, saved.calibration.layers[l].constant);
            EXPECT_EQ(read.calibration.layers[l].zero_point_shift,
                      saved.calibration.layers[l].zero_point_shift);
            EXPECT_EQ(read.calibration.layers[l].gain, saved.calibration.layers[l].gain);
            EXPECT_EQ(read.calibration.layers[l].codes, saved.calibration.layers[l].codes);
        }
    }
}

TEST(CalibrationFile, EveryMismatchIsNamed) {
    EXPECT_EQ(mismatch([](auto&) {}), "accepted");
    EXPECT_EQ(mismatch([](auto& s) { s.identity.multiplier = "truncated:8"; }),
              "f: multiplier: got truncated:8, expected truncated:7");
    EXPECT_EQ(mismatch([](auto& s) { s.identity.variate = "popcount"; }),
              "f: variate: got popcount, expected or");
    EXPECT_EQ(mismatch([](auto& s) { s.identity.encoding = "signed"; }),
              "f: encoding: got signed, expected unsigned");
    EXPECT_EQ(mismatch([](auto& s) { s.identity.coefficient_fraction_bits = 4; }),
              "f: coefficient_fraction_bits: got 4, expected 8");
    EXPECT_EQ(mismatch([](auto& s) { s.identity.coefficient_bits = 16; }),
              "f: coefficient_bits: got 16, expected 20");
    EXPECT_EQ(mismatch([](auto& s) { s.identity.data_images = 4; }), "f: data images: got 4, expected 3");
    const Network network = testing::random_network(1);
    const CalibrationIdentity id = sample(network, false).identity;
    EXPECT_EQ(mismatch([](auto& s) { s.identity.data_hash = "0123"; }),
              "f: data hash: got 0123 (synthetic), expected " + id.data_hash + " (synthetic)");
    EXPECT_EQ(mismatch([](auto& s) { s.identity.network_hash = "0123"; }),
              "f: network hash: got 0123 (" + network.name + "), expected " + id.network_hash + " (" +
                  network.name + ")");
    EXPECT_EQ(mismatch([](auto& s) { s.calibration.layers.pop_back(); }),
              "f: layers: got " + std::to_string(network.layers.size() - 1) + " numbers, expected " +
                  std::to_string(network.layers.size()));
    EXPECT_EQ(mismatch([](auto& s) { s.calibration.layers[0].constant.push_back(1); }).substr(0, 28),
              "f: layers[0]: constant: got ");
}

TEST(CalibrationFile, HashesSeeEveryWeightAndPixel) {
    Network network = testing::random_network(1);
    const CalibrationIdentity id = identity_of(network, {}, kDesign, "d", {1, 2}, 1);
    EXPECT_NE(identity_of(network, {}, kDesign, "d", {1, 3}, 1).data_hash, id.data_hash);
    for (Layer& l : network.layers)
        if (!l.weights.codes.empty()) l.weights.codes.back() ^= 1;
    EXPECT_NE(identity_of(network, {}, kDesign, "d", {1, 2}, 1).network_hash, id.network_hash);
}

TEST(CalibrationFile, WhatIsNoCalibrationIsRefused) {
    const auto refused = [](const std::string& text) {
        const test::TemporaryFile file(".json", text);
        try {
            read_calibration(file.path(), CalibrationKind::coefficients);
        } catch (const InputError& e) {
            const std::string what = e.what();
            return what.substr(file.path().size());
        }
        return std::string("accepted");
    };
    EXPECT_EQ(refused("{"), ": got no JSON at byte 2, expected a calibration file");
    EXPECT_EQ(refused("{}"), ": got no schema, expected one");
    EXPECT_EQ(refused("{\"schema\": 7}"), ": schema: got 7, expected a text");
    EXPECT_EQ(refused("{\"schema\": \"approxtlm-adapted-2\"}"),
              ": schema: got approxtlm-adapted-2, expected approxtlm-calibration-2");
    const std::string good =
        format_calibration(sample(testing::random_network(1), false), CalibrationKind::coefficients);
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        return refused(text.replace(text.find(from), from.size(), to));
    };
    EXPECT_EQ(changed("\"coefficient_bits\":20", "\"coefficient_bits\":99"),
              ": coefficient_bits: got 99, expected an integer in [2, 24]");
    for (const std::string gain : {"0", "-0.5", "1.5", "null", "\"1\""})
        EXPECT_EQ(changed("\"gain\":[0.3", "\"gain\":[" + gain + ",0.3"),
                  ": layers[0]: gain[0]: got " + gain + ", expected a number above 0 and at most 1");
}

}  // namespace
}  // namespace approxtlm::workloads
