#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/common/accelerator_config.h"
#include "workloads/compiler/calibration.h"
#include "workloads/compiler/program.h"
#include "workloads/network/network.h"

namespace approxtlm::workloads {

/// What a calibration holds for, and nothing else. Hashes are 64-bit FNV-1a as 16 hexadecimal digits.
struct CalibrationIdentity {
    std::string network_name, network_hash;
    std::string multiplier, variate, encoding;
    std::uint32_t coefficient_fraction_bits = 0, coefficient_bits = 0;
    std::string data_name, data_hash;
    std::size_t data_images = 0;
    std::string search =
        {};  ///< seed, passes and samples behind chosen codes; empty: none, or of no interest
};

/// `images`: the calibration images as the network sees them (HWC codes); `count` of them.
CalibrationIdentity identity_of(const Network& network, const CorrectionConfig& correction,
                                const DesignPoint& design, const std::string& data_name,
                                const std::vector<std::uint8_t>& images, std::size_t count);

/// Whether a file holds the correction alone or weight codes too.
enum class CalibrationKind { coefficients, adapted };

struct SavedCalibration {
    CalibrationIdentity identity;
    Calibration calibration;  ///< may stop before the network's last layer (an unfinished adaptation)
};

/// JSON, schema approxtlm-calibration-2 or approxtlm-adapted-2.
std::string format_calibration(const SavedCalibration& saved, CalibrationKind kind);

/// Throws InputError `path: where: got X, expected Y` for what is not such a file.
SavedCalibration read_calibration(const std::string& path, CalibrationKind kind);

/// Throws InputError naming the first difference between the file's identity and what it is to be used for,
/// and when numbers do not fit the network.
void check_calibration(const std::string& path, const SavedCalibration& saved,
                       const CalibrationIdentity& wanted, const Network& network);

/// The same for a file that may stop before the last layer.
void check_partial_calibration(const std::string& path, const SavedCalibration& saved,
                               const CalibrationIdentity& wanted, const Network& network);

}  // namespace approxtlm::workloads
