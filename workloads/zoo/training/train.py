#!/usr/bin/python3
"""Trains one of the six networks on CIFAR-10.

    train.py resnet44 --data DIR --output DIR

Writes OUTPUT/NAME.checkpoint after every epoch and goes on from it when started again; when done, OUTPUT/NAME.pt
(weights) and OUTPUT/NAME.json (how it was trained, top-1). A run that was stopped and one that was not end with the
same weights on the same machine. Uses a GPU if there is one.
"""
import argparse
import json
import os
import pathlib
import sys
import time

import torch
import torch.nn.functional as F

import cifar10
from networks import RECIPES

BATCH = 128
SMALL = 24  # pixels


def top1(model, pixels, labels, device):
    """Percent; without autocast."""
    model.eval()
    hits = 0
    with torch.no_grad():
        for i in range(0, len(labels), 500):
            logits = model(cifar10.normalise(pixels[i:i + 500].to(device)))
            hits += (logits.argmax(1).cpu() == labels[i:i + 500]).sum().item()
    return 100.0 * hits / len(labels)


def parameter_groups(model):
    """Weight decay for convolutions and the classifier only."""
    weights = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    return [{"params": weights, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0.0}]


def save(state, path):
    """Whole or not at all."""
    partial = path.with_suffix(path.suffix + ".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def train_epoch(model, optimiser, schedule, pixels, labels, generator, device, small, holes):
    order = torch.randperm(len(labels), generator=generator)
    model.train()
    total, steps = 0.0, len(labels) // BATCH
    for step in range(steps):
        pick = order[step * BATCH:(step + 1) * BATCH]
        images = cifar10.normalise(cifar10.augment(pixels[pick].to(device), generator, holes))
        if small:
            images = F.interpolate(images, size=(SMALL, SMALL), mode="bilinear", antialias=True)
        with torch.autocast(device.type, torch.bfloat16):
            logits = model(images)
        loss = F.cross_entropy(logits.float(), labels[pick].to(device), label_smoothing=0.1)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        total += loss.item()
    return total / steps


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=RECIPES)
    parser.add_argument("--data", required=True, help="folder with CIFAR-10's binary files, plain or .xz")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("--epochs", type=int, help="default: the network's own")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    recipe = RECIPES[args.network]
    epochs, rate = args.epochs or recipe.epochs, recipe.rate
    small_epochs = recipe.small_epochs * epochs // recipe.epochs
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        pixels, labels = cifar10.load(args.data, cifar10.TRAINING)
        test = cifar10.load(args.data, cifar10.TEST)
    except (OSError, ValueError) as error:
        sys.exit(f"train.py: {error}")
    args.output.mkdir(parents=True, exist_ok=True)
    checkpoint = args.output / f"{args.network}.checkpoint"

    torch.manual_seed(args.seed)
    model = recipe.build().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(parameter_groups(model), lr=rate, momentum=0.9, nesterov=True)
    steps = epochs * (len(labels) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.2)
    settings = {"network": args.network, "seed": args.seed, "epochs": epochs, "batch": BATCH, "rate": rate,
                "small_epochs": small_epochs, "holes": recipe.holes}
    first, seconds = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        if state["settings"] != settings:
            sys.exit(f"train.py: {checkpoint}: trained with {state['settings']}, expected {settings}; move it away")
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        first, seconds = state["epochs_done"], state["seconds"]
        print(f"{args.network}: going on after epoch {first}", flush=True)
    for epoch in range(first, epochs):
        start = time.time()
        # Of the epoch alone, so that it does not matter where a run was stopped.
        generator = torch.Generator().manual_seed(args.seed * 100_003 + epoch)
        torch.manual_seed(args.seed * 100_003 + epoch)  # dropout
        loss = train_epoch(model, optimiser, schedule, pixels, labels, generator, device, epoch < small_epochs, recipe.holes)
        seconds += time.time() - start
        save({"settings": settings, "model": model.state_dict(), "optimiser": optimiser.state_dict(),
              "schedule": schedule.state_dict(), "epochs_done": epoch + 1, "seconds": seconds}, checkpoint)
        left = seconds / (epoch + 1) * (epochs - epoch - 1)
        accuracy = f", top-1 {top1(model, *test, device):.2f} %" if (epoch + 1) % 5 == 0 else ""
        print(f"{args.network}: epoch {epoch + 1}/{epochs}, loss {loss:.4f}{accuracy}, {time.time() - start:.0f} s, "
              f"{left / 60:.0f} min left", flush=True)
    result = top1(model, *test, device)
    save(model.cpu().state_dict(), args.output / f"{args.network}.pt")
    card = dict(settings, fp32_top1_percent=result, training_minutes=round(seconds / 60, 1), torch=torch.__version__,
                device=torch.cuda.get_device_name() if device.type == "cuda" else "CPU",
                parameters=sum(p.numel() for p in model.parameters()), data_sha256=cifar10.fingerprint(args.data))
    (args.output / f"{args.network}.json").write_text(json.dumps(card, indent=2) + "\n")
    print(f"{args.network}: top-1 {result:.2f} % on {len(test[1])} images")


if __name__ == "__main__":
    main()
