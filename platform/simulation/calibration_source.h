#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/simulation/evaluate.h"
#include "workloads/calibration/calibration_file.h"
#include "workloads/datasets/dataset.h"

namespace approxtlm::platform {

/// All images of a data set as the network sees them, HWC codes, one after the other.
std::vector<std::uint8_t> codes_of(const workloads::Dataset& dataset, const workloads::Tensor& input);

/// What calibrations of one run share. Images come from the data set's training split.
struct CalibrationSource {
    const workloads::Network& network;
    const AcceleratorConfig& accelerator;
    const std::string& dataset;
    unsigned threads = 1;
    std::size_t images = 256;
    const StageProgress& progress;
};

/// The training images and what they and the design identify.
struct CalibrationData {
    std::vector<std::uint8_t> codes;
    workloads::CalibrationIdentity identity;
};
CalibrationData calibration_data(const CalibrationSource& source, const workloads::DesignPoint& design,
                                 std::size_t images);

/// Coefficients from file `load`, or from images when that is empty; saved to file `save` unless empty.
/// Throws InputError for a file that belongs to something else.
workloads::Calibration find_calibration(const CalibrationSource& source, const workloads::DesignPoint& design,
                                        const std::string& load, const std::string& save);

/// Codes and coefficients that `approxtlm adapt` wrote. Throws InputError as find_calibration.
workloads::Calibration load_adapted(const CalibrationSource& source, const workloads::DesignPoint& design,
                                    const std::string& path);

}  // namespace approxtlm::platform
