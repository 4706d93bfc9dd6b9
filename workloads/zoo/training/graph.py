"""A trained network as a list of operations, batch norm folded, that can be run, equalised and written as QDQ ONNX."""
import dataclasses
from typing import Optional

import torch
import torch.nn.functional as F
from torch import nn

from networks import Inception, Residual, Shuffle, Unit


@dataclasses.dataclass
class Operation:
    """`kind`: conv, linear, add, max_pool, average (global), concat, shuffle (two halves interleaved), split (two halves)."""
    kind: str
    inputs: list
    outputs: list
    weight: Optional[torch.Tensor] = None   # conv [filter, channel of the group, y, x], linear [filter, channel]
    bias: Optional[torch.Tensor] = None
    stride: int = 1
    groups: int = 1
    kernel: int = 1   # max_pool
    padding: int = 0
    relu: bool = False

    @property
    def name(self):
        return self.outputs[0]


class Graph:
    """Operations in the order of execution. Tensors go by name; `input` is the image, `logits` the result."""

    def __init__(self, model):
        self.operations, self.counts = [], {}
        self.lower(model, "input", "")
        self.operations[-1].outputs = ["logits"]

    def add(self, kind, name, inputs, **attributes):
        outputs = [f"{name}_left", f"{name}_right"] if kind == "split" else [name]
        self.operations.append(Operation(kind, inputs, outputs, **attributes))
        return outputs if kind == "split" else name

    def numbered(self, stem):
        self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"{stem}{self.counts[stem]}"

    def unit(self, unit, x, name):
        conv, norm = unit[0], unit[1]
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        return self.add("conv", name, [x], weight=(conv.weight * gain[:, None, None, None]).detach().contiguous(),
                        bias=(norm.bias - norm.running_mean * gain).detach(), stride=conv.stride[0],
                        groups=conv.groups, padding=conv.padding[0], relu=len(unit) == 3)

    def residual(self, block, x):
        name = self.numbered("block")
        y = self.unit(block.b, self.unit(block.a, x, name + "_a"), name + "_b")
        if not isinstance(block.shortcut, nn.Identity):
            x = self.unit(block.shortcut, x, name + "_shortcut")
        return self.add("add", name, [y, x], relu=True)

    def inception(self, block, x):
        name = self.numbered("inception")
        one, three, five, pooled = block.branches
        outputs = [self.unit(one, x, name + "_1x1")]
        for branch, size in ((three, "3x3"), (five, "5x5")):
            outputs.append(self.unit(branch[1], self.unit(branch[0], x, f"{name}_{size}_reduce"), f"{name}_{size}"))
        outputs.append(self.unit(pooled[1], self.max_pool(pooled[0], x, name + "_pool"), name + "_projection"))
        return self.add("concat", name, outputs)

    def shuffle(self, block, x):
        name = self.numbered("shuffle")
        left, right = self.add("split", name + "_split", [x]) if block.split else (x, x)
        if not block.split:
            left = self.unit(block.left[1], self.unit(block.left[0], left, name + "_left_dw"), name + "_left_pw")
        right = self.unit(block.right[0], right, name + "_pw1")
        right = self.unit(block.right[2], self.unit(block.right[1], right, name + "_dw"), name + "_pw2")
        return self.add("shuffle", name, [self.add("concat", name + "_concat", [left, right])])

    def max_pool(self, pool, x, name):
        return self.add("max_pool", name, [x], kernel=pool.kernel_size, stride=pool.stride, padding=pool.padding)

    def lower(self, module, x, name):
        """Appends what `module` does to tensor `x`; returns the result's name."""
        if isinstance(module, Unit):
            return self.unit(module, x, self.numbered("conv"))
        if isinstance(module, Residual):
            return self.residual(module, x)
        if isinstance(module, Inception):
            return self.inception(module, x)
        if isinstance(module, Shuffle):
            return self.shuffle(module, x)
        if isinstance(module, nn.MaxPool2d):
            return self.max_pool(module, x, self.numbered("pool"))
        if isinstance(module, nn.AdaptiveAvgPool2d):
            return self.add("average", "average", [x])
        if isinstance(module, nn.Linear):
            return self.add("linear", "logits", [x], weight=module.weight.detach(), bias=module.bias.detach())
        if isinstance(module, nn.Sequential):
            for child in module:
                x = self.lower(child, x, name)
            return x
        if isinstance(module, (nn.Flatten, nn.Dropout)):
            return x
        raise TypeError(f"{type(module).__name__}: not an operation of the six networks")

    def run(self, x, see=lambda name, value: None):
        """Logits of normalised images `x` [n, 3, 32, 32] in float; `see` is shown every tensor."""
        values = {"input": x}
        see("input", x)
        for op in self.operations:
            args = [values[name] for name in op.inputs]
            results = compute(op, *args)
            for name, value in zip(op.outputs, results if op.kind == "split" else [results]):
                values[name] = value
                see(name, value)
        return values["logits"]

    def macs(self):
        """Multiply-accumulates of an image; elements of each tensor come from a run."""
        total, shapes = 0, {}
        self.run(torch.zeros(1, 3, 32, 32), lambda name, value: shapes.update({name: value.shape}))
        for op in self.operations:
            if op.weight is not None:
                total += op.weight[0].numel() * shapes[op.name][1:].numel()
        return total


def compute(op, x, *others):
    if op.kind == "conv":
        x = F.conv2d(x, op.weight, op.bias, op.stride, op.padding, groups=op.groups)
    elif op.kind == "linear":
        x = F.linear(x.flatten(1), op.weight, op.bias)
    elif op.kind == "add":
        x = x + others[0]
    elif op.kind == "max_pool":
        x = F.max_pool2d(x, op.kernel, op.stride, op.padding)
    elif op.kind == "average":
        x = x.mean((2, 3), keepdim=True)
    elif op.kind == "concat":
        x = torch.cat([x, *others], 1)
    elif op.kind == "split":
        return x.chunk(2, 1)
    elif op.kind == "shuffle":
        n, c, h, w = x.shape
        x = x.reshape(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
    return F.relu(x) if op.relu else x
