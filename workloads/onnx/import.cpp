#include "workloads/onnx/import.h"

#include <google/protobuf/stubs/logging.h>

#include <fstream>
#include <sstream>

#include "models/common/error.h"
#include "workloads/onnx/operators.h"

namespace approxtlm::workloads {
namespace {

std::string stem(const std::string& path) {
    std::string name = path.substr(path.find_last_of('/') + 1);
    const std::string suffix = ".onnx";
    if (name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0)
        name.resize(name.size() - suffix.size());
    return name;
}

onnx::ModelProto parse(const std::string& bytes, const std::string& file) {
    const google::protobuf::LogSilencer silence;  // our one line says it
    onnx::ModelProto model;
    if (bytes.empty()) throw InputError(file, "an empty file", "an ONNX model");
    if (!model.ParseFromString(bytes) || !model.has_graph() || model.graph().node_size() == 0)
        throw InputError(file, "something else or a part (" + std::to_string(bytes.size()) + " bytes)",
                         "an ONNX model");
    return model;
}

}  // namespace

Network import_onnx_bytes(const std::string& bytes, const std::string& name) {
    const onnx::ModelProto model = parse(bytes, name);
    const onnx::GraphProto& graph = model.graph();
    Builder builder(name, stem(name));
    builder.add_initializers(graph);
    builder.add_graph_input(graph);
    for (const onnx::NodeProto& proto : graph.node()) import_node(builder, Node(name, proto));
    return builder.finish(graph);
}

Network import_onnx(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    if (!file) throw InputError(path, "no readable file", "an ONNX model");
    bytes << file.rdbuf();
    return import_onnx_bytes(bytes.str(), path);
}

}  // namespace approxtlm::workloads
