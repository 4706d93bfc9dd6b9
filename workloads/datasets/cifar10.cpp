#include <fstream>

#include "models/common/error.h"
#include "workloads/datasets/readers.h"

namespace approxtlm::workloads {
namespace {

constexpr std::size_t kRecords = 10000;

}  // namespace

Dataset load_cifar10(const std::string& directory, Split split, std::size_t images) {
    Dataset dataset;
    dataset.name = "cifar10";
    const std::size_t record = 1 + dataset.image_bytes();
    const std::string path = directory + (split == Split::test ? "/test_batch.bin" : "/data_batch_1.bin");
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw InputError(path, "no readable file", "a CIFAR-10 binary batch");
    const std::streamoff bytes = file.tellg();
    if (bytes != static_cast<std::streamoff>(kRecords * record))
        throw InputError(path, std::to_string(bytes) + " bytes",
                         std::to_string(kRecords * record) + " bytes");
    if (images > kRecords)
        throw InputError(path, std::to_string(images) + " images asked for",
                         "at most " + std::to_string(kRecords));
    const std::size_t count = images == 0 ? kRecords : images;
    file.seekg(0);
    dataset.labels.resize(count);
    dataset.pixels.resize(count * dataset.image_bytes());
    for (std::size_t i = 0; i < count; ++i) {
        file.read(reinterpret_cast<char*>(&dataset.labels[i]), 1);
        file.read(reinterpret_cast<char*>(dataset.pixels.data() + i * dataset.image_bytes()),
                  static_cast<std::streamsize>(dataset.image_bytes()));
        if (!file) throw InputError(path, "a read error at image " + std::to_string(i), "a readable file");
        if (dataset.labels[i] >= dataset.classes)
            throw InputError(path,
                             "label " + std::to_string(dataset.labels[i]) + " at image " + std::to_string(i),
                             "a label in [0, 9]");
    }
    return dataset;
}

}  // namespace approxtlm::workloads
