// Writes images of the synthetic set for train_embedded.py: each record is one label byte and 3,072 pixel
// bytes (R, G, B planes), as in the CIFAR-10 binary files.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "workloads/datasets/dataset.h"

using approxtlm::workloads::Dataset;
using approxtlm::workloads::Split;
using approxtlm::workloads::synthetic_dataset;

int main(int argc, char** argv) {
    if (argc != 4 || (std::string(argv[1]) != "train" && std::string(argv[1]) != "test")) {
        std::fprintf(stderr, "usage: approxtlm_export_synthetic train|test IMAGES FILE\n");
        return 2;
    }
    const Split split = std::string(argv[1]) == "train" ? Split::train : Split::test;
    const Dataset dataset = synthetic_dataset(split, 0, std::strtoul(argv[2], nullptr, 10));
    std::ofstream file(argv[3], std::ios::binary);
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        file.put(static_cast<char>(dataset.labels[i]));
        file.write(reinterpret_cast<const char*>(dataset.image(i)),
                   static_cast<std::streamsize>(dataset.image_bytes()));
    }
    file.close();
    if (!file) {
        std::fprintf(stderr, "%s: cannot be written\n", argv[3]);
        return 1;
    }
    return 0;
}
