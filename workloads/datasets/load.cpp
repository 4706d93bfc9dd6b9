#include "models/common/error.h"
#include "workloads/datasets/readers.h"

namespace approxtlm::workloads {
namespace {

constexpr std::size_t kSyntheticImages = 1000;    // what `images` = 0 means for a set without end
constexpr std::size_t kSyntheticLimit = 1000000;  // 3 GB of pixels

bool take_prefix(const std::string& text, const std::string& prefix, std::string& rest) {
    if (text.compare(0, prefix.size(), prefix) != 0) return false;
    rest = text.substr(prefix.size());
    return true;
}

}  // namespace

Dataset load_dataset(const std::string& spec, Split split, std::size_t images) {
    if (spec == "synthetic") {
        if (images > kSyntheticLimit)
            throw InputError("dataset synthetic", std::to_string(images) + " images",
                             "at most " + std::to_string(kSyntheticLimit));
        return synthetic_dataset(split, 0, images == 0 ? kSyntheticImages : images);
    }
    std::string path;
    if (take_prefix(spec, "cifar10:", path)) return load_cifar10(path, split, images);
    if (take_prefix(spec, "npy:", path)) return load_npy(path, images);
    throw InputError("dataset", "\"" + spec + "\"", "synthetic, cifar10:DIR or npy:FILE");
}

}  // namespace approxtlm::workloads
