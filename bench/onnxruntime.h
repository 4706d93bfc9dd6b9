#pragma once

#include <cstdio>
#include <string>

namespace approxtlm::bench {

/// ONNX Runtime in a Node process beside us, idle unless asked: it takes turns with our own code.
class OnnxRuntime {
public:
    /// `folder`: where node_modules/onnxruntime-node lies. Throws std::runtime_error.
    OnnxRuntime(const std::string& folder, const std::string& model);
    ~OnnxRuntime();
    OnnxRuntime(const OnnxRuntime&) = delete;
    OnnxRuntime& operator=(const OnnxRuntime&) = delete;

    double seconds(unsigned images);

private:
    std::string line();

    std::FILE* to_ = nullptr;
    std::FILE* from_ = nullptr;
    int process_ = -1;
};

}  // namespace approxtlm::bench
