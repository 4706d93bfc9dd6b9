#include "bench/onnxruntime.h"

#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace approxtlm::bench {

OnnxRuntime::OnnxRuntime(const std::string& folder, const std::string& model) {
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0) throw std::runtime_error("no pipe");
    process_ = fork();
    if (process_ == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        for (const int end : {in[0], in[1], out[0], out[1]}) close(end);
        execlp("node", "node", APPROXTLM_BENCH_ONNXRUNTIME, folder.c_str(), model.c_str(), nullptr);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_ = fdopen(in[1], "w");
    from_ = fdopen(out[0], "r");
    if (line() != "ready") throw std::runtime_error("onnxruntime-node does not start");
}

OnnxRuntime::~OnnxRuntime() {
    if (to_ != nullptr) std::fclose(to_);
    if (from_ != nullptr) std::fclose(from_);
    if (process_ > 0) waitpid(process_, nullptr, 0);
}

std::string OnnxRuntime::line() {
    char text[256];
    if (std::fgets(text, sizeof text, from_) == nullptr) return {};
    std::string result = text;
    if (!result.empty() && result.back() == '\n') result.pop_back();
    return result;
}

double OnnxRuntime::seconds(unsigned images) {
    std::fprintf(to_, "%u\n", images);
    std::fflush(to_);
    return std::stod(line());
}

}  // namespace approxtlm::bench
