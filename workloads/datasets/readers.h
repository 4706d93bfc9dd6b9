#pragma once

#include <string>

#include "workloads/datasets/dataset.h"

namespace approxtlm::workloads {

/// DIR/test_batch.bin or DIR/data_batch_1.bin: 10,000 records of one label byte and 3,072 pixel bytes.
Dataset load_cifar10(const std::string& directory, Split split, std::size_t images);

/// FILE (uint8 [N,3,H,W]) and its labels (uint8 or int64 [N]) in FILE with `.npy` replaced by `.labels.npy`.
/// Such a file has no parts: both splits read the same images.
Dataset load_npy(const std::string& path, std::size_t images);

}  // namespace approxtlm::workloads
