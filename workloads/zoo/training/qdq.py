"""Writes QDQ ONNX: codes, scales and zero points, node by node."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def parameters(low, high):
    """Scale and zero point of the asymmetric uint8 code that covers [low, high] and represents 0 exactly."""
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    scale = np.float32(max(high - low, 1e-8) / 255.0)
    return scale, int(np.clip(np.rint(-low / scale), 0, 255))


def quantise(value, scale, zero):
    return np.clip(np.rint(value / scale) + zero, 0, 255).astype(np.uint8)


def weight_codes(value, per_channel):
    """Codes, scale and zero point of a weight tensor [filter, ...]: uint8 for the tensor, or int8 for each filter."""
    if not per_channel:
        scale, zero = parameters(value.min(), value.max())
        return quantise(value, scale, zero), scale, np.uint8(zero)
    flat = np.abs(value.reshape(len(value), -1)).max(1)
    scale = (np.maximum(flat, 1e-8) / 127.0).astype(np.float32)
    shaped = scale.reshape(-1, *[1] * (value.ndim - 1))
    return np.clip(np.rint(value / shaped), -127, 127).astype(np.int8), scale, np.zeros(len(scale), np.int8)


class Writer:
    """Collects the nodes of a QDQ graph."""

    def __init__(self, per_channel=False):
        self.nodes, self.constants, self.per_channel = [], [], per_channel

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, op, inputs, output, **attributes):
        """`output`: a name, or a list of names. Returned."""
        outputs = [output] if isinstance(output, str) else output
        self.nodes.append(helper.make_node(op, inputs, outputs, name=f"{outputs[0]}_{op}", **attributes))
        return output

    def requantise(self, name, scale, zero):
        s, z = self.constant(name + "_s", np.float32(scale)), self.constant(name + "_z", np.uint8(zero))
        self.node("QuantizeLinear", [name, s, z], name + "_q")
        return self.node("DequantizeLinear", [name + "_q", s, z], name + "_dq")

    def weights(self, name, value, bias, input_scale):
        """Returns the two dequantised names and what the codes stand for, as arrays."""
        codes, scale, zero = weight_codes(value, self.per_channel)
        bias_scale = (np.float32(input_scale) * scale).astype(np.float32)
        bias_codes = np.clip(np.rint(bias / bias_scale), -2**31, 2**31 - 1).astype(np.int32)
        names = []
        for suffix, q, s, z in (("w", codes, scale, zero),
                                ("b", bias_codes, bias_scale, np.zeros(np.shape(scale), np.int32))):
            stem = f"{name}_{suffix}"
            axis = {"axis": 0} if self.per_channel else {}
            names.append(self.node("DequantizeLinear", [self.constant(stem + "_q", q), self.constant(stem + "_s", s),
                                                        self.constant(stem + "_z", z)], stem + "_dq", **axis))
        shaped = [v.reshape(-1, *[1] * (value.ndim - 1)) if self.per_channel else v
                  for v in (scale, zero.astype(np.float32))]
        real = (codes.astype(np.float32) - shaped[1]) * shaped[0], bias_codes.astype(np.float32) * bias_scale
        return names, real

    def save(self, output, graph_name, path, producer):
        """`output`: the tensor of the logits. Input `input` is float [N, 3, 32, 32]."""
        graph = helper.make_graph(
            self.nodes, graph_name, [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, 32, 32])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", 10])], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name=producer)
        model.ir_version = 8
        onnx.checker.check_model(model)
        onnx.save(model, path)
