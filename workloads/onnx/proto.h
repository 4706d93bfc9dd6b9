#pragma once

// The generated ONNX classes; defines ONNX_NAMESPACE and ONNX_ML come from CMake.
#include <onnx/onnx_pb.h>
