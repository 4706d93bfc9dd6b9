"""The six networks at CIFAR-10 size. Convolutions without bias in front of a batch norm that is folded later.

ResNet: K. He et al., Deep Residual Learning for Image Recognition, CVPR 2016, section 4.2 (projection shortcuts).
VGG: K. Simonyan, A. Zisserman, ICLR 2015, configurations B and D with batch norm and one classifier layer.
GoogLeNet: C. Szegedy et al., CVPR 2015, table 1, without the two strides of its first convolution and first pooling.
ShuffleNet v2 1x: N. Ma et al., ECCV 2018, table 5, without the strides of its first convolution and pooling.
"""
from typing import Callable, NamedTuple

import torch
from torch import nn


class Unit(nn.Sequential):
    """Convolution, batch norm and, unless it ends a residual branch or is depthwise, ReLU."""

    def __init__(self, channels, filters, kernel, stride=1, groups=1, relu=True):
        layers = [nn.Conv2d(channels, filters, kernel, stride, kernel // 2, groups=groups, bias=False),
                  nn.BatchNorm2d(filters)]
        super().__init__(*layers, *([nn.ReLU()] if relu else []))


class Residual(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.a = Unit(channels, filters, 3, stride)
        self.b = Unit(filters, filters, 3, relu=False)
        self.shortcut = Unit(channels, filters, 1, stride, relu=False) if stride != 1 else nn.Identity()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.b(self.a(x)) + self.shortcut(x))


def head(channels):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)]


def resnet(depth):
    blocks = [Unit(3, 16, 3)]
    for stage, filters in enumerate((16, 32, 64)):
        for block in range((depth - 2) // 6):
            channels, stride = (filters // 2, 2) if stage > 0 and block == 0 else (filters, 1)
            blocks.append(Residual(channels, filters, stride))
    return nn.Sequential(*blocks, *head(64))


def vgg(convolutions):
    """`convolutions` of each of the five stages."""
    layers, channels = [], 3
    for n, filters in zip(convolutions, (64, 128, 256, 512, 512)):
        for _ in range(n):
            layers.append(Unit(channels, filters, 3))
            channels = filters
        layers.append(nn.MaxPool2d(2, 2, ceil_mode=True))  # 24 x 24 images pass too
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.3), nn.Linear(512, 10))


class Inception(nn.Module):
    """1x1 | 1x1, 3x3 | 1x1, 5x5 | 3x3 pooling, 1x1, concatenated."""

    def __init__(self, channels, one, reduce3, three, reduce5, five, pooled):
        super().__init__()
        self.branches = nn.ModuleList([
            Unit(channels, one, 1),
            nn.Sequential(Unit(channels, reduce3, 1), Unit(reduce3, three, 3)),
            nn.Sequential(Unit(channels, reduce5, 1), Unit(reduce5, five, 5)),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), Unit(channels, pooled, 1))])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def googlenet():
    return nn.Sequential(
        Unit(3, 64, 3), nn.MaxPool2d(3, 2, 1), Unit(64, 64, 1), Unit(64, 192, 3),
        Inception(192, 64, 96, 128, 16, 32, 32), Inception(256, 128, 128, 192, 32, 96, 64), nn.MaxPool2d(3, 2, 1),
        Inception(480, 192, 96, 208, 16, 48, 64), Inception(512, 160, 112, 224, 24, 64, 64),
        Inception(512, 128, 128, 256, 24, 64, 64), Inception(512, 112, 144, 288, 32, 64, 64),
        Inception(528, 256, 160, 320, 32, 128, 128), nn.MaxPool2d(3, 2, 1),
        Inception(832, 256, 160, 320, 32, 128, 128), Inception(832, 384, 192, 384, 48, 128, 128),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.3), nn.Linear(1024, 10))


class Shuffle(nn.Module):
    """Half the channels pass (stride 1) or are reduced by a branch of their own (stride 2); then a shuffle of two."""

    def __init__(self, channels, filters, stride):
        super().__init__()
        half = filters // 2
        from_channels = channels if stride == 2 else channels // 2
        self.split = channels // 2 if stride == 1 else 0
        self.right = nn.Sequential(Unit(from_channels, half, 1), Unit(half, half, 3, stride, half, relu=False),
                                   Unit(half, half, 1))
        self.left = nn.Sequential(Unit(channels, channels, 3, stride, channels, relu=False),
                                  Unit(channels, half, 1)) if stride == 2 else nn.Identity()

    def forward(self, x):
        left, right = (x[:, :self.split], x[:, self.split:]) if self.split else (x, x)
        # Channels last throughout: with the usual reshape of NCHW a step takes a quarter longer on a CPU.
        x = torch.cat([self.left(left), self.right(right.contiguous(memory_format=torch.channels_last))], 1)
        n, c, h, w = x.shape
        pairs = x.permute(0, 2, 3, 1).reshape(n, h, w, 2, c // 2).transpose(3, 4)
        return pairs.reshape(n, h, w, c).permute(0, 3, 1, 2)


def shufflenet():
    layers, channels = [Unit(3, 24, 3)], 24
    for filters, blocks in ((116, 4), (232, 8), (464, 4)):
        for block in range(blocks):
            layers.append(Shuffle(channels, filters, 2 if block == 0 else 1))
            channels = filters
    return nn.Sequential(*layers, Unit(464, 1024, 1), *head(1024))


class Recipe(NamedTuple):
    """How a network is trained. Schedules that two processor cores can afford."""
    build: Callable[[], nn.Module]
    epochs: int
    rate: float         # highest of the one-cycle schedule, at batches of 128
    small_epochs: int   # the first ones, on images of 24 x 24: 0.56 of the work
    holes: bool         # blank a square of each image; networks that rather underfit do better without


RECIPES = {
    "resnet44": Recipe(lambda: resnet(44), 40, 0.2, 18, False),
    "resnet56": Recipe(lambda: resnet(56), 40, 0.2, 18, False),
    "shufflenet": Recipe(shufflenet, 22, 0.15, 8, False),
    "vgg13": Recipe(lambda: vgg((2, 2, 2, 2, 2)), 16, 0.08, 6, True),
    "vgg16": Recipe(lambda: vgg((2, 2, 3, 3, 3)), 16, 0.08, 6, True),
    "googlenet": Recipe(googlenet, 14, 0.12, 6, True),
}
