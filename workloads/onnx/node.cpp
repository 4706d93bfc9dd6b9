#include "workloads/onnx/node.h"

#include "models/common/error.h"

namespace approxtlm::workloads {

std::string printable(const std::string& text) {
    constexpr std::size_t kLongest = 80;
    std::string clean = text.substr(0, kLongest);
    for (char& c : clean)
        if (c < ' ' || c > '~') c = '?';
    return text.size() > kLongest ? clean + "..." : clean;
}

Node::Node(const std::string& file, const onnx::NodeProto& proto)
    : file_(file),
      proto_(proto),
      name_(printable(!proto.name().empty()     ? proto.name()
                      : proto.output_size() > 0 ? proto.output(0)
                                                : "")) {}

const std::string& Node::input(int i) const {
    if (!has_input(i)) fail("no input " + std::to_string(i), "at least " + std::to_string(i + 1) + " inputs");
    return proto_.input(i);
}

const std::string& Node::output() const {
    if (proto_.output_size() == 0 || proto_.output(0).empty()) fail("no output", "one output");
    return proto_.output(0);
}

const onnx::AttributeProto* Node::find(const std::string& attribute) const {
    for (const onnx::AttributeProto& a : proto_.attribute())
        if (a.name() == attribute) return &a;
    return nullptr;
}

const onnx::AttributeProto* Node::find(const std::string& attribute,
                                       onnx::AttributeProto::AttributeType type) const {
    const onnx::AttributeProto* a = find(attribute);
    if (a != nullptr && a->type() != type)
        fail("attribute " + attribute + " of type " + std::to_string(static_cast<int>(a->type())),
             "type " + std::to_string(static_cast<int>(type)));
    return a;
}

std::int64_t Node::integer(const std::string& attribute, std::int64_t otherwise) const {
    const onnx::AttributeProto* a = find(attribute, onnx::AttributeProto::INT);
    return a == nullptr ? otherwise : a->i();
}

float Node::real(const std::string& attribute, float otherwise) const {
    const onnx::AttributeProto* a = find(attribute, onnx::AttributeProto::FLOAT);
    return a == nullptr ? otherwise : a->f();
}

std::string Node::text(const std::string& attribute, const std::string& otherwise) const {
    const onnx::AttributeProto* a = find(attribute, onnx::AttributeProto::STRING);
    return a == nullptr ? otherwise : a->s();
}

std::vector<std::int64_t> Node::integers(const std::string& attribute) const {
    const onnx::AttributeProto* a = find(attribute, onnx::AttributeProto::INTS);
    if (a == nullptr) return {};
    return {a->ints().begin(), a->ints().end()};
}

const onnx::TensorProto& Node::tensor(const std::string& attribute) const {
    const onnx::AttributeProto* a = find(attribute, onnx::AttributeProto::TENSOR);
    if (a == nullptr) fail("no attribute " + attribute, "a tensor");
    return a->t();
}

void Node::expect_integer(const std::string& attribute, std::int64_t expected) const {
    const std::int64_t value = integer(attribute, expected);
    if (value != expected) fail(attribute + " " + std::to_string(value), std::to_string(expected));
}

std::string Node::where() const { return file_ + ": node " + name_ + " (" + printable(op()) + ")"; }

void Node::fail(const std::string& got, const std::string& expected) const {
    throw InputError(where(), got, expected);
}

}  // namespace approxtlm::workloads
