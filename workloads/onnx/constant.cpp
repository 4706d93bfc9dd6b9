#include "workloads/onnx/constant.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace approxtlm::workloads {
namespace {

using Proto = onnx::TensorProto;
constexpr std::uint64_t kLargestConstant = std::uint64_t{1} << 28;

std::size_t element_bytes(const Node& node, const Proto& proto) {
    switch (proto.data_type()) {
        case Proto::UINT8:
        case Proto::INT8:
            return 1;
        case Proto::INT32:
        case Proto::FLOAT:
            return 4;
        case Proto::INT64:
            return 8;
        default:
            node.fail(
                "constant " + printable(proto.name()) + " of ONNX type " + std::to_string(proto.data_type()),
                "uint8, int8, int32, int64 or float");
    }
}

std::size_t element_count(const Node& node, const Proto& proto) {
    std::uint64_t count = 1;
    for (std::int64_t d : proto.dims()) {
        if (d < 0 || static_cast<std::uint64_t>(d) > kLargestConstant)
            node.fail("dimension " + std::to_string(d) + " of constant " + printable(proto.name()),
                      "an integer in [0, " + std::to_string(kLargestConstant) + "]");
        count *= static_cast<std::uint64_t>(d);
        if (count > kLargestConstant)
            node.fail("constant " + printable(proto.name()) + " of more than " +
                          std::to_string(kLargestConstant) + " elements",
                      "a smaller one");
    }
    return static_cast<std::size_t>(count);
}

/// ONNX stores little-endian bytes, whatever the machine.
std::uint64_t little_endian(const std::string& bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

void decode_raw(const Node& node, const Proto& proto, std::size_t count, Constant& out) {
    const std::size_t bytes = element_bytes(node, proto);
    const std::string& raw = proto.raw_data();
    if (raw.size() != count * bytes)
        node.fail(std::to_string(raw.size()) + " bytes in constant " + out.name,
                  std::to_string(count * bytes));
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t bits = little_endian(raw, i * bytes, bytes);
        switch (out.type) {
            case Proto::UINT8:
                out.integers.push_back(static_cast<std::int64_t>(bits));
                break;
            case Proto::INT8:
                out.integers.push_back(static_cast<std::int8_t>(bits));
                break;
            case Proto::INT32:
                out.integers.push_back(static_cast<std::int32_t>(bits));
                break;
            case Proto::INT64:
                out.integers.push_back(static_cast<std::int64_t>(bits));
                break;
            default: {
                const auto word = static_cast<std::uint32_t>(bits);
                float value = 0.0f;
                std::memcpy(&value, &word, sizeof value);
                out.reals.push_back(value);
            }
        }
    }
}

void decode_fields(const Node& node, const Proto& proto, std::size_t count, Constant& out) {
    element_bytes(node, proto);  // refuses the other types
    if (out.type == Proto::FLOAT)
        out.reals.assign(proto.float_data().begin(), proto.float_data().end());
    else if (out.type == Proto::INT64)
        out.integers.assign(proto.int64_data().begin(), proto.int64_data().end());
    else
        out.integers.assign(proto.int32_data().begin(), proto.int32_data().end());
    if (out.size() != count)
        node.fail(std::to_string(out.size()) + " elements in constant " + out.name, std::to_string(count));
    if (!out.is_code()) return;
    const std::int64_t low = out.is_signed_code() ? -128 : 0;
    for (std::int64_t v : out.integers)
        if (v < low || v > low + 255)
            node.fail("element " + std::to_string(v) + " in constant " + out.name, "an 8-bit code");
}

float checked_scale(const Node& node, float scale) {
    if (!std::isfinite(scale) || scale <= 0.0f)
        node.fail("scale " + std::to_string(scale), "a finite scale above 0");
    return scale;
}

void expect_float(const Node& node, const Constant& scale) {
    if (scale.type != Proto::FLOAT || scale.size() == 0)
        node.fail("scale " + scale.name + " that is not a float constant", "float");
}

}  // namespace

Constant decode(const Node& node, const Proto& proto) {
    Constant out;
    out.name = printable(proto.name());
    if (proto.data_location() == Proto::EXTERNAL)
        node.fail("constant " + out.name + " in another file", "data inside the ONNX file");
    out.type = static_cast<Proto::DataType>(proto.data_type());
    const std::size_t count = element_count(node, proto);
    out.dims.assign(proto.dims().begin(), proto.dims().end());
    if (proto.has_raw_data())
        decode_raw(node, proto, count, out);
    else
        decode_fields(node, proto, count, out);
    return out;
}

QuantizedConstant quantized_constant(const Node& node, const Constant& codes, const Constant& scale,
                                     const Constant* zero_point, std::int64_t axis) {
    if (!codes.is_code() && codes.type != Proto::INT32)
        node.fail("constant " + codes.name + " of ONNX type " + std::to_string(codes.type),
                  "uint8, int8 or int32");
    expect_float(node, scale);
    QuantizedConstant out{codes, scale.reals, {}, axis};
    for (float s : out.scale) checked_scale(node, s);
    if (axis < 0) out.axis += static_cast<std::int64_t>(codes.dims.size());
    if (zero_point == nullptr) {
        out.zero_point.assign(out.scale.size(), 0);
        return out;
    }
    if (zero_point->type != codes.type || zero_point->size() != scale.size())
        node.fail("zero point " + zero_point->name + " of another type or size", "those of codes and scale");
    for (std::int64_t z : zero_point->integers) out.zero_point.push_back(static_cast<int>(z));
    return out;
}

int CodeFormat::code(float value) const {
    const float code = std::nearbyint(value / scale) + static_cast<float>(zero_point);
    return code <= 0.0f ? 0 : code >= 255.0f ? 255 : static_cast<int>(code);
}

CodeFormat code_format(const Node& node, const Constant& scale, const Constant* zero_point) {
    expect_float(node, scale);
    if (scale.size() != 1) node.fail(std::to_string(scale.size()) + " scales for an activation", "1");
    CodeFormat format;
    format.scale = checked_scale(node, scale.reals[0]);
    if (zero_point == nullptr) return format;
    if (!zero_point->is_code() || zero_point->size() != 1)
        node.fail("zero point " + zero_point->name + " of another type or size", "one uint8 or int8");
    format.signed_codes = zero_point->is_signed_code();
    format.zero_point = static_cast<int>(zero_point->integers[0]) + (format.signed_codes ? 128 : 0);
    return format;
}

}  // namespace approxtlm::workloads
