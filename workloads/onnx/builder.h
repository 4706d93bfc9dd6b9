#pragma once

#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "workloads/network/network.h"
#include "workloads/onnx/constant.h"
#include "workloads/onnx/node.h"

namespace approxtlm::workloads {

/// What a name in the graph stands for while the graph is read.
struct Value {
    enum class Kind {
        graph_input,  ///< the float image, before its QuantizeLinear
        codes,        ///< a quantised tensor
        real,         ///< a quantised tensor behind DequantizeLinear
        pending,      ///< the float result of a layer, before its QuantizeLinear
        constant,     ///< an initializer
        dequantized   ///< an initializer behind DequantizeLinear
    };
    Kind kind{};
    int tensor = -1;       ///< codes, real, pending
    int layer = -1;        ///< pending
    bool flat = false;     ///< seen as [N, channels * height * width]
    bool decided = false;  ///< Softmax or ArgMax has been applied: nothing but the end may follow
    float low = -std::numeric_limits<float>::infinity();  ///< real, pending: Relu and Clip applied since
    float high = std::numeric_limits<float>::infinity();
    const onnx::TensorProto* constant = nullptr;
    std::shared_ptr<const QuantizedConstant> dequantized;
};

/// The network under construction. Operators read their operands from it, check them, and add layers.
class Builder {
public:
    Builder(const std::string& file, const std::string& name) : file_(file) { network_.name = name; }

    void add_initializers(const onnx::GraphProto& graph);
    void add_graph_input(const onnx::GraphProto& graph);
    Network finish(const onnx::GraphProto& graph);

    /// What input `i` of the node stands for.
    const Value& value(const Node& node, int i) const;
    /// Binds the node's output.
    void define(const Node& node, const Value& value);

    Constant constant(const Node& node, int i) const;
    /// Scale and zero point of an activation from inputs `scale` and `scale + 1`.
    CodeFormat format(const Node& node, int scale) const;

    /// Index of the tensor that a float operator reads; a Relu or Clip in between becomes a layer of its own.
    int real_input(const Node& node, int i);
    /// Index of the tensor that a QLinear operator reads; its scale and zero point (inputs `scale`, `scale +
    /// 1`) must be the tensor's.
    int code_input(const Node& node, int i, int scale) const;

    const Tensor& tensor(int index) const { return network_.tensors[static_cast<std::size_t>(index)]; }
    CodeFormat format_of(int tensor) const;
    /// Elements of an activation, the graph's input included.
    std::int64_t size_of(const Value& value) const {
        return static_cast<std::int64_t>((value.tensor < 0 ? input_shape_ : tensor(value.tensor)).size());
    }

    /// Appends the layer and its output tensor, not quantised yet; returns the value that stands for its
    /// float result.
    Value add_layer(const Node& node, Layer layer, Tensor output);
    /// Gives the float result its codes.
    Value quantize(const Node& node, const Value& value, const CodeFormat& format);

private:
    [[noreturn]] void fail(const std::string& what, const std::string& got,
                           const std::string& expected) const;
    void bind(const std::string& name, const Value& value);
    Value quantize_input(const Node& node, const Value& value, const CodeFormat& format);
    Value requantize(const Node& node, const Value& value, const CodeFormat& format);
    void set_format(int tensor, const CodeFormat& format);

    const std::string file_;
    Network network_;
    std::map<std::string, Value> values_;
    Tensor input_shape_;
    std::vector<bool> quantized_;  // per tensor
};

}  // namespace approxtlm::workloads
