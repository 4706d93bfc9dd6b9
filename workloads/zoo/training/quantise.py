#!/usr/bin/python3
"""Quantises a trained network and writes it as QDQ ONNX.

    quantise.py resnet44 --data DIR --weights DIR/resnet44.pt --style u8 --output resnet44-u8.onnx

Styles: u8 = uint8 per tensor, asymmetric weights; s8pc = int8 per channel, symmetric weights. Activations are uint8,
asymmetric, with ranges from the first 512 training images. Nothing is trained.
"""
import argparse
import pathlib
import sys

import numpy as np
import torch

import cifar10
from graph import Graph
from networks import RECIPES
from qdq import Writer, parameters

CALIBRATION_IMAGES = 512
KEPT = 100_000  # values of a tensor that its range is fitted to


def equalise(graph):
    """Brings the filters of every depthwise convolution to one range, so that a scale a tensor suits them all.

    M. Nagel et al., Data-Free Quantization Through Weight Equalization and Bias Correction, ICCV 2019, section 4.1:
    ReLU(s x) = s ReLU(x), so a channel's scale moves through it. Channel i of a depthwise convolution is divided by s_i,
    the next pointwise one's weights of it are multiplied: s_i = r_i / sqrt(r_i q_i), r and q the two ranges."""
    consumers = {}
    for op in graph.operations:
        for name in op.inputs:
            consumers.setdefault(name, []).append(op)
    for op in graph.operations:
        if op.kind != "conv" or op.groups == 1 or op.groups != len(op.weight):
            continue
        following = consumers[op.name]
        assert len(following) == 1 and following[0].kind == "conv" and following[0].groups == 1
        pointwise = following[0].weight
        own = op.weight.abs().amax((1, 2, 3)).clamp_min(1e-8)
        taken = pointwise.abs().amax((0, 2, 3)).clamp_min(1e-8)
        factor = own / torch.sqrt(own * taken)
        op.weight = op.weight / factor[:, None, None, None]
        op.bias = op.bias / factor
        following[0].weight = pointwise * factor[None, :, None, None]


def code_groups(graph):
    """Name of the tensor that stands for all that share scale and zero point with it: what only moves codes keeps them,
    and branches that are concatenated get the scale of the whole, so that no code is rounded twice."""
    leader = {}

    def find(name):
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for op in graph.operations:
        if op.kind in ("max_pool", "concat", "shuffle", "split"):
            for name in op.inputs + op.outputs:
                leader[find(name)] = find(op.inputs[0])
    names = ["input"] + [name for op in graph.operations for name in op.outputs]
    return {name: find(name) for name in names}


def best_range(values):
    """(low, high) whose 8-bit code gives the least squared error on `values`: all of them, or less and saturated."""
    low, high = float(values.min()), float(values.max())
    best = None
    for part in np.arange(1.0, 0.39, -0.05):
        scale, zero = parameters(low * part, high * part)
        codes = np.clip(np.rint(values / scale) + zero, 0, 255)
        error = float(np.square((codes - zero) * scale - values).mean())
        if best is None or error < best[0]:
            best = (error, low * part, high * part)
    return best[1:]


def activation_codes(graph, images):
    """(scale, zero point) of every tensor."""
    groups, seen = code_groups(graph), {}
    generator = torch.Generator().manual_seed(1)

    def see(name, value):
        flat = value.flatten()
        pick = torch.randint(0, len(flat), (KEPT,), generator=generator) if len(flat) > KEPT else slice(None)
        kept = torch.cat([flat[pick], flat.min()[None], flat.max()[None]])
        seen.setdefault(groups[name], []).append(kept.numpy())

    with torch.no_grad():
        graph.run(images, see)
    codes = {leader: parameters(*best_range(np.concatenate(values))) for leader, values in seen.items()}
    return {name: codes[leader] for name, leader in groups.items()}


def write(graph, codes, style, path):
    writer, shapes = Writer(style == "s8pc"), {}
    graph.run(torch.zeros(1, 3, 32, 32), lambda name, value: shapes.update({name: value.shape}))
    tensor = {"input": writer.requantise("input", *codes["input"])}
    for op in graph.operations:
        inputs = [tensor[name] for name in op.inputs]
        real = op.name + ("_sum" if op.relu else "")
        if op.kind in ("conv", "linear"):
            parameters_of, _ = writer.weights(op.name, op.weight.numpy(), op.bias.numpy(), codes[op.inputs[0]][0])
        if op.kind == "conv":
            size = op.weight.shape[2]
            writer.node("Conv", inputs + parameters_of, real, kernel_shape=[size, size], strides=[op.stride] * 2,
                        pads=[op.padding] * 4, group=op.groups)
        elif op.kind == "linear":
            flat = writer.node("Flatten", inputs, op.inputs[0] + "_flat", axis=1)
            writer.node("Gemm", [flat] + parameters_of, real, transB=1)
        elif op.kind == "max_pool":
            writer.node("MaxPool", inputs, real, kernel_shape=[op.kernel] * 2, strides=[op.stride] * 2,
                        pads=[op.padding] * 4)
        elif op.kind == "average":
            writer.node("GlobalAveragePool", inputs, real)
        elif op.kind == "shuffle":
            _, c, h, w = shapes[op.name]
            pairs = writer.constant(op.name + "_pairs", np.array([-1, 2, c // 2, h, w], np.int64))
            whole = writer.constant(op.name + "_whole", np.array([-1, c, h, w], np.int64))
            halves = writer.node("Reshape", inputs + [pairs], op.name + "_halves")
            writer.node("Reshape", [writer.node("Transpose", [halves], op.name + "_woven", perm=[0, 2, 1, 3, 4]), whole], real)
        elif op.kind == "split":
            half = shapes[op.name][1]
            writer.node("Split", inputs + [writer.constant(op.name + "_sizes", np.array([half, half], np.int64))],
                        op.outputs, axis=1)
        else:
            writer.node({"add": "Add", "concat": "Concat"}[op.kind], inputs, real,
                        **({"axis": 1} if op.kind == "concat" else {}))
        if op.relu:
            writer.node("Relu", [real], op.name)
        for name in op.outputs:
            tensor[name] = writer.requantise(name, *codes[name])
    writer.save(tensor["logits"], path.stem, path, "approxtlm quantise.py")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=RECIPES)
    parser.add_argument("--data", required=True, help="folder with CIFAR-10's binary files, plain or .xz")
    parser.add_argument("--weights", required=True, type=pathlib.Path, help="NAME.pt of train.py")
    parser.add_argument("--style", choices=["u8", "s8pc"], default="u8")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    args = parser.parse_args()
    try:
        pixels, _ = cifar10.load(args.data, cifar10.TRAINING[:1])
        state = torch.load(args.weights, map_location="cpu")
    except (OSError, ValueError) as error:
        sys.exit(f"quantise.py: {error}")
    model = RECIPES[args.network].build()
    model.load_state_dict(state)
    graph = Graph(model.eval())
    equalise(graph)
    codes = activation_codes(graph, cifar10.normalise(pixels[:CALIBRATION_IMAGES]))
    write(graph, codes, args.style, args.output)
    count = sum(op.weight.numel() + op.bias.numel() for op in graph.operations if op.weight is not None)
    print(f"{args.output}: {graph.macs()} MACs an image, {count} parameters")


if __name__ == "__main__":
    main()
