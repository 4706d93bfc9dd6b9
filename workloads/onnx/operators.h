#pragma once

#include "workloads/onnx/builder.h"
#include "workloads/onnx/node.h"

namespace approxtlm::workloads {

/// Reads one node into the network. Throws InputError for an operator or a use of it that is not supported.
void import_node(Builder& builder, const Node& node);

// Operators with weights (operators_weights.cpp).
void import_conv(Builder& builder, const Node& node);
void import_qlinear_conv(Builder& builder, const Node& node);
void import_gemm(Builder& builder, const Node& node);
void import_qgemm(Builder& builder, const Node& node);
void import_matmul(Builder& builder, const Node& node);
void import_qlinear_matmul(Builder& builder, const Node& node);

// Pooling and addition (operators_pool.cpp).
void import_add(Builder& builder, const Node& node);
void import_qlinear_add(Builder& builder, const Node& node);
void import_max_pool(Builder& builder, const Node& node);
void import_average_pool(Builder& builder, const Node& node);
void import_qlinear_average_pool(Builder& builder, const Node& node);

// What only renames, reshapes or clamps (operators_shape.cpp).
void import_alias(Builder& builder, const Node& node);
void import_decision(Builder& builder, const Node& node);
void import_relu(Builder& builder, const Node& node);
void import_clip(Builder& builder, const Node& node);
void import_flatten(Builder& builder, const Node& node);
void import_reshape(Builder& builder, const Node& node);

}  // namespace approxtlm::workloads
