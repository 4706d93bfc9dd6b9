#include "tests/unit/workloads/model_builder.h"

#include <numeric>

#include "models/common/error.h"
#include "workloads/onnx/import.h"

namespace approxtlm::workloads::test {

ModelBuilder::ModelBuilder(const Dims& input) {
    model.set_ir_version(8);
    model.add_opset_import()->set_version(13);
    onnx::ValueInfoProto& info = *graph().add_input();
    info.set_name("input");
    auto& type = *info.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    for (std::int64_t d : input) {
        auto& dim = *type.mutable_shape()->add_dim();
        if (d == 0)
            dim.set_dim_param("N");
        else
            dim.set_dim_value(d);
    }
}

std::string ModelBuilder::floats(const std::string& name, const Dims& dims,
                                 const std::vector<float>& values) {
    onnx::TensorProto& t = *graph().add_initializer();
    t.set_name(name);
    t.set_data_type(onnx::TensorProto::FLOAT);
    for (std::int64_t d : dims) t.add_dims(d);
    for (float v : values) t.add_float_data(v);
    return name;
}

std::string ModelBuilder::codes(const std::string& name, const Dims& dims, onnx::TensorProto::DataType type,
                                const std::vector<int>& values) {
    onnx::TensorProto& t = *graph().add_initializer();
    t.set_name(name);
    t.set_data_type(type);
    for (std::int64_t d : dims) t.add_dims(d);
    for (int v : values) t.add_int32_data(v);
    return name;
}

std::string ModelBuilder::int64s(const std::string& name, const std::vector<std::int64_t>& values) {
    onnx::TensorProto& t = *graph().add_initializer();
    t.set_name(name);
    t.set_data_type(onnx::TensorProto::INT64);
    t.add_dims(static_cast<std::int64_t>(values.size()));
    for (std::int64_t v : values) t.add_int64_data(v);
    return name;
}

onnx::NodeProto& ModelBuilder::node(const std::string& op, const std::string& name, const Names& inputs) {
    onnx::NodeProto& n = *graph().add_node();
    n.set_op_type(op);
    n.set_name(name);
    n.add_output(name);
    for (const std::string& i : inputs) n.add_input(i);
    return n;
}

std::string ModelBuilder::quantize(const std::string& value, const std::string& name, float scale,
                                   int zero_point, bool is_signed) {
    scalar(name + "_s", scale);
    is_signed ? s8(name + "_z", zero_point) : u8(name + "_z", zero_point);
    node("QuantizeLinear", name + "_q", {value, name + "_s", name + "_z"});
    return name + "_q";
}

std::string ModelBuilder::qdq(const std::string& value, const std::string& name, float scale, int zero_point,
                              bool is_signed) {
    quantize(value, name, scale, zero_point, is_signed);
    node("DequantizeLinear", name + "_dq", {name + "_q", name + "_s", name + "_z"});
    return name + "_dq";
}

std::string ModelBuilder::weights(const std::string& name, const Dims& dims) {
    std::vector<int> values(static_cast<std::size_t>(
        std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, [](auto a, auto b) { return a * b; })));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>((i + 1) % 100);
    codes(name + "_w", dims, onnx::TensorProto::UINT8, values);
    node("DequantizeLinear", name, {name + "_w", scalar(name + "_s", 0.5f), u8(name + "_z", 3)});
    return name;
}

void ModelBuilder::output(const std::string& value) { graph().add_output()->set_name(value); }

Network ModelBuilder::import() const { return import_onnx_bytes(bytes(), "dir/net.onnx"); }

std::string ModelBuilder::refusal() const { return refusal_of(bytes()); }

std::string refusal_of(const std::string& bytes) {
    try {
        import_onnx_bytes(bytes, "net.onnx");
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

std::string quantized_input(ModelBuilder& model) { return model.qdq("input", "in", 0.1f, 128); }

namespace {
onnx::AttributeProto& add(onnx::NodeProto& node, const std::string& name,
                          onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto& a = *node.add_attribute();
    a.set_name(name);
    a.set_type(type);
    return a;
}
}  // namespace

void set_integer(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
    add(node, name, onnx::AttributeProto::INT).set_i(value);
}
void set_integers(onnx::NodeProto& node, const std::string& name, const Dims& values) {
    onnx::AttributeProto& a = add(node, name, onnx::AttributeProto::INTS);
    for (std::int64_t v : values) a.add_ints(v);
}
void set_real(onnx::NodeProto& node, const std::string& name, float value) {
    add(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}
void set_text(onnx::NodeProto& node, const std::string& name, const std::string& value) {
    add(node, name, onnx::AttributeProto::STRING).set_s(value);
}

}  // namespace approxtlm::workloads::test
