#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/onnx/proto.h"

namespace approxtlm::workloads {

/// A name from a file made fit for a one-line message: printable, at most 80 characters.
std::string printable(const std::string& text);

/// One ONNX node: its operands and attributes with their types checked, and the place for error messages.
class Node {
public:
    Node(const std::string& file, const onnx::NodeProto& proto);

    const std::string& op() const { return proto_.op_type(); }
    const std::string& domain() const { return proto_.domain(); }
    const std::string& name() const { return name_; }

    int inputs() const { return proto_.input_size(); }
    bool has_input(int i) const { return i < proto_.input_size() && !proto_.input(i).empty(); }
    const std::string& input(int i) const;
    const std::string& output() const;
    bool has_second_output() const { return proto_.output_size() > 1 && !proto_.output(1).empty(); }

    bool has(const std::string& attribute) const { return find(attribute) != nullptr; }
    std::int64_t integer(const std::string& attribute, std::int64_t otherwise) const;
    float real(const std::string& attribute, float otherwise) const;
    std::string text(const std::string& attribute, const std::string& otherwise) const;
    /// Empty where absent.
    std::vector<std::int64_t> integers(const std::string& attribute) const;
    const onnx::TensorProto& tensor(const std::string& attribute) const;

    /// Throws unless the attribute is absent or has this value.
    void expect_integer(const std::string& attribute, std::int64_t expected) const;

    std::string where() const;
    [[noreturn]] void fail(const std::string& got, const std::string& expected) const;

private:
    const onnx::AttributeProto* find(const std::string& attribute) const;
    const onnx::AttributeProto* find(const std::string& attribute,
                                     onnx::AttributeProto::AttributeType type) const;

    const std::string& file_;
    const onnx::NodeProto& proto_;
    const std::string name_;
};

}  // namespace approxtlm::workloads
