"""The student: a 1.9 M parameter network of inverted residual blocks.

Dense 3x3 convolutions are used where maps are large and channels few: they cost
less time on a CPU there than the depthwise pair would.
"""

import torch
from torch import nn

SIZE = 160
FEATURES = 512
LOW, MIDDLE = 96, 192
TARGETS = 256  # principal axes of each teacher output


def conv(i, o, size, stride=1, padding=None, groups=1, act=True):
    padding = size // 2 if padding is None else padding
    layers = [nn.Conv2d(i, o, size, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(o)]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if act else []))


class Inverted(nn.Module):
    """Expand 1x1, depthwise 3x3, project 1x1; residual where shapes agree."""

    def __init__(self, i, o, stride, expand):
        super().__init__()
        h = i * expand
        self.body = nn.Sequential(conv(i, h, 1), conv(h, h, 3, stride, groups=h), conv(h, o, 1, act=False))
        self.residual = stride == 1 and i == o

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


def stage(i, o, expand, more):
    """Halves the map, then more residual blocks of expansion 2."""
    return nn.Sequential(Inverted(i, o, 2, expand), *[Inverted(o, o, 1, 2) for _ in range(more)])


class Encoder(nn.Module):
    """Maps [N,3,160,160] to features [N,512] and features_mid [N,288].

    features_mid is the mean of the stride 8 map (96) beside that of the stride 16
    map (192). Training also feeds smaller squares; the exported file takes 160 only.
    """

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(conv(3, 24, 3, 2), conv(24, 48, 3, 2))
        self.stride8 = nn.Sequential(conv(48, LOW, 3, 2), Inverted(LOW, LOW, 1, 2))
        self.stride16 = stage(LOW, MIDDLE, 3, 3)
        self.stride32 = nn.Sequential(*stage(MIDDLE, 256, 3, 2), conv(256, FEATURES, 1))

    def forward(self, x):
        low = self.stride8(self.stem(x))
        middle = self.stride16(low)
        top = self.stride32(middle)
        mid = torch.cat([low.mean((2, 3)), middle.mean((2, 3))], 1)
        return top.mean((2, 3)), mid


class Student(nn.Module):
    """The encoder with the linear heads that only training uses, one a teacher output."""

    def __init__(self, outputs):
        super().__init__()
        self.encoder = Encoder()
        self.outputs = list(outputs)
        width = {name: LOW + MIDDLE if name.endswith("_mid") else FEATURES for name in outputs}
        self.heads = nn.ModuleList(nn.Linear(width[name], TARGETS) for name in self.outputs)

    def forward(self, x):
        final, mid = self.encoder(x)
        return [head(mid if name.endswith("_mid") else final) for name, head in zip(self.outputs, self.heads)]
