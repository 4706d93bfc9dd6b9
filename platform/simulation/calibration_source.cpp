#include "platform/simulation/calibration_source.h"

#include "models/common/text_file.h"
#include "workloads/calibration/calibrate.h"

namespace approxtlm::platform {
namespace {

using workloads::Calibration;
using workloads::CalibrationKind;

Calibration load(const CalibrationSource& source, const workloads::DesignPoint& design,
                 const std::string& path, CalibrationKind kind) {
    workloads::SavedCalibration saved = workloads::read_calibration(path, kind);
    const CalibrationData data = calibration_data(source, design, saved.identity.data_images);
    workloads::check_calibration(path, saved, data.identity, source.network);
    return std::move(saved.calibration);
}

}  // namespace

std::vector<std::uint8_t> codes_of(const workloads::Dataset& dataset, const workloads::Tensor& input) {
    std::vector<std::uint8_t> codes;
    codes.reserve(dataset.size() * input.size());
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        const std::vector<std::uint8_t> image = workloads::quantize_image(dataset, i, input);
        codes.insert(codes.end(), image.begin(), image.end());
    }
    return codes;
}

CalibrationData calibration_data(const CalibrationSource& source, const workloads::DesignPoint& design,
                                 std::size_t images) {
    const workloads::Dataset train = workloads::load_dataset(source.dataset, workloads::Split::train, images);
    CalibrationData data;
    data.codes = codes_of(train, source.network.tensors.at(static_cast<std::size_t>(source.network.input)));
    data.identity = workloads::identity_of(source.network, source.accelerator.correction, design, train.name,
                                           data.codes, train.size());
    return data;
}

Calibration find_calibration(const CalibrationSource& source, const workloads::DesignPoint& design,
                             const std::string& load_path, const std::string& save_path) {
    if (!load_path.empty()) return load(source, design, load_path, CalibrationKind::coefficients);
    const CalibrationData data = calibration_data(source, design, source.images);
    const auto progress = [&](std::size_t done, std::size_t total) {
        source.progress("calibrating", done, total);
    };
    Calibration found = workloads::calibrate(source.network, source.accelerator, design, data.codes,
                                             source.threads, {}, progress);
    if (!save_path.empty())
        write_file(save_path,
                   workloads::format_calibration({data.identity, found}, CalibrationKind::coefficients));
    return found;
}

Calibration load_adapted(const CalibrationSource& source, const workloads::DesignPoint& design,
                         const std::string& path) {
    return load(source, design, path, CalibrationKind::adapted);
}

}  // namespace approxtlm::platform
