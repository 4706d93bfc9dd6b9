#!/usr/bin/python3
"""Trains the embedded network on the synthetic set, quantises it after training and writes it as QDQ ONNX.

    approxtlm_export_synthetic train 40000 train.bin
    approxtlm_export_synthetic test 5000 test.bin
    train_embedded.py train.bin test.bin embedded.onnx
"""
import argparse
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from qdq import Writer, parameters

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
CALIBRATION_IMAGES = 256
BATCH = 128

# name, input channels, filters, kernel, stride; the residual blocks below refer to these names
CONVOLUTIONS = [
    ("conv1", 3, 16, 3, 1),
    ("b1_a", 16, 32, 3, 2), ("b1_b", 32, 32, 3, 1), ("b1_s", 16, 32, 1, 2),
    ("b2_a", 32, 64, 3, 2), ("b2_b", 64, 64, 3, 1), ("b2_s", 32, 64, 1, 2),
]


class Float(nn.Module):
    """The network while it learns: convolution, batch norm, ReLU; two residual blocks; global average; classifier."""

    def __init__(self):
        super().__init__()
        for name, c, k, r, stride in CONVOLUTIONS:
            setattr(self, name, nn.Conv2d(c, k, r, stride, r // 2, bias=False))
            setattr(self, name + "_bn", nn.BatchNorm2d(k))
        self.fc = nn.Linear(64, 10)

    def unit(self, name, x):
        return getattr(self, name + "_bn")(getattr(self, name)(x))

    def forward(self, x):
        x = F.relu(self.unit("conv1", x))
        for block in ("b1", "b2"):
            y = F.relu(self.unit(block + "_a", x))
            x = F.relu(self.unit(block + "_b", y) + self.unit(block + "_s", x))
        return self.fc(x.mean((2, 3)))


def load(path):
    """Records of one label byte and 3,072 pixel bytes."""
    records = np.fromfile(path, np.uint8).reshape(-1, 3073)
    return torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32)), torch.from_numpy(records[:, 0].astype(np.int64))


def normalise(pixels):
    x = (pixels.numpy().astype(np.float32) / np.float32(255) - MEAN[:, None, None]) / STD[:, None, None]
    return torch.from_numpy(x).to(memory_format=torch.channels_last)


def accuracy(forward, pixels, labels):
    hits = 0
    with torch.no_grad():
        for i in range(0, len(labels), 500):
            hits += (forward(normalise(pixels[i:i + 500])).argmax(1) == labels[i:i + 500]).sum().item()
    return 100.0 * hits / len(labels)


def train(model, pixels, labels, epochs):
    steps = len(labels) // BATCH
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.2, total_steps=epochs * steps, pct_start=0.2)
    for epoch in range(epochs):
        start, total = time.time(), 0.0
        order = torch.randperm(len(labels))
        model.train()
        for step in range(steps):
            pick = order[step * BATCH:(step + 1) * BATCH]
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(normalise(pixels[pick]))
            loss = F.cross_entropy(logits.float(), labels[pick], label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
            if step % 50 == 0:
                print(f"epoch {epoch + 1} step {step}/{steps} loss {loss.item():.3f} {time.time() - start:.0f} s",
                      flush=True)
        print(f"epoch {epoch + 1}/{epochs}: loss {total / steps:.4f}, {time.time() - start:.0f} s", flush=True)
    model.eval()


def fold(model):
    """Weights and biases with the batch norm multiplied in."""
    folded = {}
    for name, *_ in CONVOLUTIONS:
        bn = getattr(model, name + "_bn")
        gain = bn.weight / torch.sqrt(bn.running_var + bn.eps)
        folded[name] = ((getattr(model, name).weight * gain[:, None, None, None]).detach().contiguous(),
                        (bn.bias - bn.running_mean * gain).detach())
    folded["fc"] = (model.fc.weight.detach(), model.fc.bias.detach())
    return folded


def forward(params, x, at):
    """The folded network; `at(name, value)` sees, and may replace, every tensor that will be quantised."""
    strides = {name: stride for name, _, _, _, stride in CONVOLUTIONS}

    def conv(name, value):
        w, b = params[name]
        return F.conv2d(value, w, b, strides[name], w.shape[2] // 2)

    x = at("input", x)
    x = at("conv1", F.relu(conv("conv1", x)))
    for block in ("b1", "b2"):
        y = at(block + "_a", F.relu(conv(block + "_a", x)))
        y = at(block + "_b", conv(block + "_b", y))
        x = at(block + "_out", F.relu(y + at(block + "_s", conv(block + "_s", x))))
    x = at("gap", x.mean((2, 3)))
    return at("logits", F.linear(x, *params["fc"]))


def write_onnx(params, ranges, path):
    """Writes the QDQ graph; returns the parameters as the quantised network holds them."""
    w, real, act = Writer(), {}, {name: parameters(*r) for name, r in ranges.items()}

    def conv(name, source, stride, output, source_name):
        value, bias = (p.numpy() for p in params[name])
        names, codes = w.weights(name, value, bias, act[source_name][0])
        real[name] = tuple(torch.from_numpy(c) for c in codes)
        r = value.shape[2]
        return w.node("Conv", [source] + names, output, kernel_shape=[r, r], strides=[stride] * 2, pads=[r // 2] * 4)

    def relu(name):
        return w.node("Relu", [name + "_c"], name)

    x, x_name = w.requantise("input", *act["input"]), "input"
    conv("conv1", x, 1, "conv1_c", x_name)
    relu("conv1")
    x, x_name = w.requantise("conv1", *act["conv1"]), "conv1"
    for block in ("b1", "b2"):
        conv(block + "_a", x, 2, block + "_a_c", x_name)
        relu(block + "_a")
        y = w.requantise(block + "_a", *act[block + "_a"])
        conv(block + "_b", y, 1, block + "_b", block + "_a")
        conv(block + "_s", x, 2, block + "_s", x_name)
        sides = [w.requantise(block + side, *act[block + side]) for side in ("_b", "_s")]
        w.node("Add", sides, block + "_out_c")
        relu(block + "_out")
        x, x_name = w.requantise(block + "_out", *act[block + "_out"]), block + "_out"
    w.node("GlobalAveragePool", [x], "gap")
    w.node("Flatten", [w.requantise("gap", *act["gap"])], "flat", axis=1)
    names, codes = w.weights("fc", *(p.numpy() for p in params["fc"]), act["gap"][0])
    real["fc"] = tuple(torch.from_numpy(c) for c in codes)
    w.node("Gemm", ["flat"] + names, "logits", transB=1)
    w.save(w.requantise("logits", *act["logits"]), "embedded", path, "approxtlm train_embedded.py")
    return real, act


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("train")
    arguments.add_argument("test")
    arguments.add_argument("output")
    arguments.add_argument("--epochs", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    pixels, labels = load(options.train)
    test_pixels, test_labels = load(options.test)

    model = Float().to(memory_format=torch.channels_last)
    start = time.time()
    train(model, pixels, labels, options.epochs)
    print(f"trained on {len(labels)} images, {options.epochs} epochs, seed {options.seed}, {time.time() - start:.0f} s")
    print(f"fp32 top-1: train {accuracy(model, pixels[:5000], labels[:5000]):.2f} %, "
          f"test {accuracy(model, test_pixels, test_labels):.2f} % of {len(test_labels)} images")

    params, ranges = fold(model), {}

    def observe(name, value):
        ranges[name] = (value.min().item(), value.max().item())
        return value

    with torch.no_grad():
        forward(params, normalise(pixels[:CALIBRATION_IMAGES]), observe)
    real, act = write_onnx(params, ranges, options.output)

    def through_codes(name, value):
        scale, zero = act[name]
        return (torch.clamp(torch.round(value / scale.item()) + zero, 0, 255) - zero) * scale.item()

    int8 = accuracy(lambda x: forward(real, x, through_codes), test_pixels, test_labels)
    print(f"int8 (QDQ) top-1: test {int8:.2f} % of {len(test_labels)} images")
    print(f"parameters {sum(w.numel() + b.numel() for w, b in params.values())}")


if __name__ == "__main__":
    main()
