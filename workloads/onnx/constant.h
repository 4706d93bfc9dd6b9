#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/onnx/node.h"
#include "workloads/onnx/proto.h"

namespace approxtlm::workloads {

/// A constant of the graph, decoded: integer types fill `integers`, float fills `reals`.
struct Constant {
    std::string name;
    onnx::TensorProto::DataType type{};
    std::vector<std::int64_t> dims;
    std::vector<std::int64_t> integers;
    std::vector<float> reals;

    std::size_t size() const { return type == onnx::TensorProto::FLOAT ? reals.size() : integers.size(); }
    bool is_code() const { return type == onnx::TensorProto::UINT8 || type == onnx::TensorProto::INT8; }
    bool is_signed_code() const { return type == onnx::TensorProto::INT8; }
};

/// Decodes uint8, int8, int32, int64 and float tensors held in the file. `node` is the reader, for messages.
Constant decode(const Node& node, const onnx::TensorProto& proto);

/// A constant behind DequantizeLinear (or the weight operands of a QLinear operator), not yet tied to an
/// axis.
struct QuantizedConstant {
    Constant codes;
    std::vector<float> scale;     ///< one, or one per channel
    std::vector<int> zero_point;  ///< as many
    std::int64_t axis = 1;        ///< of the channels, where there are several; ONNX's default
};

/// Checks and joins codes, scale and zero point (`zero_point` may be null: all zero).
QuantizedConstant quantized_constant(const Node& node, const Constant& codes, const Constant& scale,
                                     const Constant* zero_point, std::int64_t axis);

/// How ONNX quantises one activation tensor.
struct CodeFormat {
    float scale = 0.0f;
    int zero_point = 0;  ///< already moved to unsigned codes
    bool signed_codes = false;

    bool operator==(const CodeFormat& o) const {
        return scale == o.scale && zero_point == o.zero_point && signed_codes == o.signed_codes;
    }
    bool operator!=(const CodeFormat& o) const { return !(*this == o); }

    /// QuantizeLinear of one value; also of infinities.
    int code(float value) const;
};

/// Scale and zero point of an activation (`zero_point` may be null: uint8 zero).
CodeFormat code_format(const Node& node, const Constant& scale, const Constant* zero_point);

}  // namespace approxtlm::workloads
