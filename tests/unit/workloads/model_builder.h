#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "workloads/network/network.h"
#include "workloads/onnx/proto.h"

namespace approxtlm::workloads::test {

using Dims = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

/// Builds small ONNX files. Values get the names that the methods return, so that graphs read as nested
/// calls.
class ModelBuilder {
public:
    /// A float input of this shape (dimension 0: the symbol N) and nothing else.
    explicit ModelBuilder(const Dims& input = {0, 3, 8, 8});

    std::string floats(const std::string& name, const Dims& dims, const std::vector<float>& values);
    std::string codes(const std::string& name, const Dims& dims, onnx::TensorProto::DataType type,
                      const std::vector<int>& values);
    std::string int64s(const std::string& name, const std::vector<std::int64_t>& values);
    std::string scalar(const std::string& name, float value) { return floats(name, {}, {value}); }
    std::string u8(const std::string& name, int value) {
        return codes(name, {}, onnx::TensorProto::UINT8, {value});
    }
    std::string s8(const std::string& name, int value) {
        return codes(name, {}, onnx::TensorProto::INT8, {value});
    }

    /// Appends `op`; its name and its output are `name`.
    onnx::NodeProto& node(const std::string& op, const std::string& name, const Names& inputs);
    /// QuantizeLinear and DequantizeLinear; returns the dequantised value (`name` + "_dq").
    std::string qdq(const std::string& value, const std::string& name, float scale, int zero_point,
                    bool is_signed = false);
    /// QuantizeLinear alone; returns `name` + "_q", with constants `name`_s and `name`_z.
    std::string quantize(const std::string& value, const std::string& name, float scale, int zero_point,
                         bool is_signed = false);
    /// Constants 1, 2, 3 ... (mod 100) as uint8 weights behind DequantizeLinear, scale 0.5, zero point 3.
    std::string weights(const std::string& name, const Dims& dims);

    void output(const std::string& value);
    std::string bytes() const { return model.SerializeAsString(); }
    Network import() const;
    /// The message of the InputError that the import throws; "" where it succeeds.
    std::string refusal() const;

    onnx::ModelProto model;
    onnx::GraphProto& graph() { return *model.mutable_graph(); }
};

void set_integer(onnx::NodeProto& node, const std::string& name, std::int64_t value);
void set_integers(onnx::NodeProto& node, const std::string& name, const Dims& values);
void set_real(onnx::NodeProto& node, const std::string& name, float value);
void set_text(onnx::NodeProto& node, const std::string& name, const std::string& value);

/// input -> QuantizeLinear(0.1, 128) -> DequantizeLinear in a new model; returns its name.
std::string quantized_input(ModelBuilder& model);

std::string refusal_of(const std::string& bytes);

}  // namespace approxtlm::workloads::test
