#include "workloads/calibration/calibration_file.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "models/common/error.h"
#include "models/common/text_file.h"
#include "workloads/calibration/fingerprint.h"

namespace approxtlm::workloads {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kLargestFile = std::size_t{1} << 30;

const char* schema_of(CalibrationKind kind) {
    return kind == CalibrationKind::adapted ? "approxtlm-adapted-2" : "approxtlm-calibration-2";
}

std::string network_hash(const Network& network) {
    Fingerprint print;
    for (const Tensor& t : network.tensors) {
        for (const int v : {t.channels, t.height, t.width, t.quantization.zero_point}) print.add(v);
        print.add(t.quantization.scale);
    }
    for (const Layer& l : network.layers) {
        for (const int v : {static_cast<int>(l.kind), l.input, l.input2, l.output, l.kernel_height,
                            l.kernel_width, l.stride_y, l.stride_x, l.pad_top, l.pad_left, l.pad_bottom,
                            l.pad_right, l.groups, static_cast<int>(l.count_padding), l.clamp_min,
                            l.clamp_max, static_cast<int>(l.weights.signed_codes)})
            print.add(v);
        print.add_all(l.weights.codes);
        print.add_all(l.weights.scale);
        print.add_all(l.weights.zero_point);
        print.add_all(l.weights.bias);
    }
    return print.hex();
}

/// A member of an object in the file, named with its path in messages.
class Reader {
public:
    Reader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

    Reader member(const std::string& key) const {
        if (!json_.is_object() || !json_.contains(key)) throw InputError(where_, "no " + key, "one");
        return {json_.at(key), where_ + ": " + key};
    }
    std::string text() const {
        if (!json_.is_string()) throw InputError(where_, printable(json_.dump()), "a text");
        return json_.get<std::string>();
    }
    std::int64_t integer(std::int64_t low, std::int64_t high) const {
        const bool fits =
            json_.is_number_integer() &&
            !(json_.is_number_unsigned() &&
              json_.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()});
        const std::int64_t value = fits ? json_.get<std::int64_t>() : 0;
        if (!fits || value < low || value > high)
            throw InputError(where_, printable(json_.dump()),
                             "an integer in [" + std::to_string(low) + ", " + std::to_string(high) + "]");
        return value;
    }
    float gain() const {
        const double value = json_.is_number() ? json_.get<double>() : 0.0;
        if (!(value > 0 && value <= 1))
            throw InputError(where_, printable(json_.dump()), "a number above 0 and at most 1");
        return static_cast<float>(value);
    }
    std::vector<Reader> elements() const {
        if (!json_.is_array()) throw InputError(where_, printable(json_.dump()), "a list");
        std::vector<Reader> readers;
        for (std::size_t i = 0; i < json_.size(); ++i)
            readers.emplace_back(json_.at(i), where_ + "[" + std::to_string(i) + "]");
        return readers;
    }
    template <class T>
    std::vector<T> integers(std::int64_t low, std::int64_t high) const {
        std::vector<T> values;
        for (const Reader& r : elements()) values.push_back(static_cast<T>(r.integer(low, high)));
        return values;
    }

private:
    const Json& json_;
    std::string where_;
};

LayerCalibration read_layer(const Reader& r, CalibrationKind kind) {
    constexpr std::int64_t kLow = std::numeric_limits<std::int32_t>::min(),
                           kHigh = std::numeric_limits<std::int32_t>::max();
    LayerCalibration layer;
    layer.coefficient = r.member("coefficient").integers<std::int32_t>(kLow, kHigh);
    layer.constant = r.member("constant").integers<std::int32_t>(kLow, kHigh);
    layer.zero_point_shift = r.member("zero_point_shift").integers<std::int32_t>(-255, 255);
    for (const Reader& gain : r.member("gain").elements()) layer.gain.push_back(gain.gain());
    if (kind == CalibrationKind::adapted) layer.codes = r.member("codes").integers<std::int16_t>(-128, 255);
    return layer;
}

Json parse(const std::string& path) {
    try {
        return Json::parse(read_text_file(path, kLargestFile));
    } catch (const Json::parse_error& e) {
        throw InputError(path, "no JSON at byte " + std::to_string(e.byte), "a calibration file");
    }
}

void require_same(const std::string& where, const std::string& got, const std::string& expected) {
    if (got != expected) throw InputError(where, printable(got), expected);
}

void require_size(const std::string& where, std::size_t got, std::size_t expected) {
    if (got != expected) throw InputError(where, std::to_string(got) + " numbers", std::to_string(expected));
}

}  // namespace

CalibrationIdentity identity_of(const Network& network, const CorrectionConfig& correction,
                                const DesignPoint& design, const std::string& data_name,
                                const std::vector<std::uint8_t>& images, std::size_t count) {
    Fingerprint data;
    data.add_all(images);
    return {network.name,
            network_hash(network),
            to_string(design.multiplier),
            to_string(design.variate),
            to_string(design.encoding),
            correction.coefficient_fraction_bits,
            correction.coefficient_bits,
            data_name,
            data.hex(),
            count};
}

std::string format_calibration(const SavedCalibration& saved, CalibrationKind kind) {
    const CalibrationIdentity& id = saved.identity;
    Json layers = Json::array();
    for (const LayerCalibration& l : saved.calibration.layers) {
        Json layer{{"coefficient", l.coefficient},
                   {"constant", l.constant},
                   {"zero_point_shift", l.zero_point_shift},
                   {"gain", l.gain}};
        if (kind == CalibrationKind::adapted) layer["codes"] = l.codes;
        layers.push_back(std::move(layer));
    }
    const Json root{{"schema", schema_of(kind)},
                    {"network", {{"name", id.network_name}, {"hash", id.network_hash}}},
                    {"multiplier", id.multiplier},
                    {"variate", id.variate},
                    {"encoding", id.encoding},
                    {"coefficient_fraction_bits", id.coefficient_fraction_bits},
                    {"coefficient_bits", id.coefficient_bits},
                    {"data", {{"name", id.data_name}, {"images", id.data_images}, {"hash", id.data_hash}}},
                    {"search", id.search},
                    {"layers", layers}};
    return root.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

SavedCalibration read_calibration(const std::string& path, CalibrationKind kind) {
    const Json json = parse(path);
    const Reader root(json, path);
    require_same(path + ": schema", root.member("schema").text(), schema_of(kind));
    SavedCalibration saved;
    CalibrationIdentity& id = saved.identity;
    id.network_name = root.member("network").member("name").text();
    id.network_hash = root.member("network").member("hash").text();
    id.multiplier = root.member("multiplier").text();
    id.variate = root.member("variate").text();
    id.encoding = root.member("encoding").text();
    id.coefficient_fraction_bits =
        static_cast<std::uint32_t>(root.member("coefficient_fraction_bits").integer(0, 12));
    id.coefficient_bits = static_cast<std::uint32_t>(root.member("coefficient_bits").integer(2, 24));
    id.data_name = root.member("data").member("name").text();
    id.data_images = static_cast<std::size_t>(root.member("data").member("images").integer(1, 256));
    id.data_hash = root.member("data").member("hash").text();
    id.search = root.member("search").text();
    for (const Reader& layer : root.member("layers").elements())
        saved.calibration.layers.push_back(read_layer(layer, kind));
    return saved;
}

void check_partial_calibration(const std::string& path, const SavedCalibration& saved,
                               const CalibrationIdentity& wanted, const Network& network) {
    const CalibrationIdentity& id = saved.identity;
    require_same(path + ": network hash", id.network_hash + " (" + id.network_name + ")",
                 wanted.network_hash + " (" + wanted.network_name + ")");
    require_same(path + ": multiplier", id.multiplier, wanted.multiplier);
    require_same(path + ": variate", id.variate, wanted.variate);
    require_same(path + ": encoding", id.encoding, wanted.encoding);
    require_same(path + ": coefficient_fraction_bits", std::to_string(id.coefficient_fraction_bits),
                 std::to_string(wanted.coefficient_fraction_bits));
    require_same(path + ": coefficient_bits", std::to_string(id.coefficient_bits),
                 std::to_string(wanted.coefficient_bits));
    require_same(path + ": data images", std::to_string(id.data_images), std::to_string(wanted.data_images));
    require_same(path + ": data hash", id.data_hash + " (" + id.data_name + ")",
                 wanted.data_hash + " (" + wanted.data_name + ")");
    if (!wanted.search.empty()) require_same(path + ": search", id.search, wanted.search);
    if (saved.calibration.layers.size() > network.layers.size())
        require_size(path + ": layers", saved.calibration.layers.size(), network.layers.size());
    for (std::size_t l = 0; l < saved.calibration.layers.size(); ++l) {
        const LayerCalibration& layer = saved.calibration.layers[l];
        const Weights& weights = network.layers[l].weights;
        const std::string where = path + ": layers[" + std::to_string(l) + "]";
        require_size(where + ": coefficient", layer.coefficient.size(), weights.bias.size());
        require_size(where + ": constant", layer.constant.size(), weights.bias.size());
        require_size(where + ": zero_point_shift", layer.zero_point_shift.size(), weights.bias.size());
        require_size(where + ": gain", layer.gain.size(), weights.bias.size());
        if (!layer.codes.empty()) require_size(where + ": codes", layer.codes.size(), weights.codes.size());
    }
}

void check_calibration(const std::string& path, const SavedCalibration& saved,
                       const CalibrationIdentity& wanted, const Network& network) {
    check_partial_calibration(path, saved, wanted, network);
    require_size(path + ": layers", saved.calibration.layers.size(), network.layers.size());
}

}  // namespace approxtlm::workloads
