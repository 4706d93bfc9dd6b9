"""CIFAR-10 from its binary files (plain or .xz): 3,073 bytes a record, label and 3 x 32 x 32 pixels."""
import hashlib
import lzma
import pathlib

import numpy as np
import torch

TRAINING = [f"data_batch_{i}.bin" for i in range(1, 6)]
TEST = ["test_batch.bin"]
RECORDS = 10_000
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def read_file(folder, name):
    """Bytes of `name` in `folder`, unpacked where only name.xz is there. ValueError if it is no CIFAR-10 batch."""
    plain, packed = pathlib.Path(folder) / name, pathlib.Path(folder) / (name + ".xz")
    if not plain.exists() and not packed.exists():
        raise FileNotFoundError(f"{plain}: not found, nor {packed.name}; fetch CIFAR-10 (binary version) first")
    data = plain.read_bytes() if plain.exists() else lzma.decompress(packed.read_bytes())
    if len(data) != RECORDS * 3073:
        raise ValueError(f"{plain}: got {len(data)} bytes, expected {RECORDS * 3073}")
    records = np.frombuffer(data, np.uint8).reshape(RECORDS, 3073)
    if records[:, 0].max() > 9:
        raise ValueError(f"{plain}: got label {records[:, 0].max()}, expected 0 to 9")
    return records


def load(folder, names):
    """(pixels uint8 [n, 3, 32, 32], labels int64 [n])"""
    records = np.concatenate([read_file(folder, name) for name in names])
    pixels = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy())
    return pixels, torch.from_numpy(records[:, 0].astype(np.int64))


def normalise(pixels):
    """What the networks see: (x / 255 - mean) / standard deviation, float32, channels last."""
    return ((pixels.float() / 255 - MEAN.to(pixels.device)) / STD.to(pixels.device)).contiguous(
        memory_format=torch.channels_last)


def augment(pixels, generator, holes=True):
    """Shifted by up to 4 pixels over reflected borders, mirrored half the time; with `holes` an 8 x 8 square blanked."""
    n, device = len(pixels), pixels.device
    padded = torch.nn.functional.pad(pixels.float(), (4, 4, 4, 4), mode="reflect").to(torch.uint8)

    def draw(high):
        return torch.randint(0, high, (n,), generator=generator).to(device)

    top, left, mirrored = draw(9), draw(9), draw(2).bool()
    line = torch.arange(32, device=device)
    columns = torch.where(mirrored[:, None], 31 - line, line) + left[:, None]
    rows = line + top[:, None]
    image = torch.arange(n, device=device)[:, None, None]
    cut = padded.permute(0, 2, 3, 1)[image, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2).contiguous()
    if not holes:
        return cut
    y, x = draw(32), draw(32)
    hole = ((line - y[:, None]).abs() < 4)[:, None, :, None] & ((line - x[:, None]).abs() < 4)[:, None, None, :]
    return cut.masked_fill_(hole, 117)


def fingerprint(folder):
    """SHA-256 of all six files, unpacked, one behind the other."""
    total = hashlib.sha256()
    for name in TRAINING + TEST:
        total.update(read_file(folder, name).tobytes())
    return total.hexdigest()
