"""The student: a 2.2 M parameter network of inverted residual blocks.

Dense 3x3 convolutions are used where maps are large and channels few: they cost
less time on a CPU there than the depthwise pair would.
"""

import torch
from torch import nn

SIZE = 192
FEATURES = 512
LOW, MIDDLE, TOP = 96, 192, 288
STRIDES = {8: LOW, 16: MIDDLE, 32: FEATURES}  # channels of the maps


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
    """Maps [N,3,192,192] to features [N,800] and features_mid [N,288].

    features is the mean of the final map (512) beside that of the map it is made of (288),
    which has signs where the final one is cut at zero; features_mid the mean of the stride
    8 map (96) beside that of the stride 16 map (192). Training also feeds smaller squares;
    the exported file takes 192 only.
    """

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(conv(3, 24, 3, 2), conv(24, 48, 3, 2))
        self.stride8 = nn.Sequential(conv(48, LOW, 3, 2), Inverted(LOW, LOW, 1, 2))
        self.stride16 = stage(LOW, MIDDLE, 3, 4)
        self.stride32 = nn.Sequential(*stage(MIDDLE, TOP, 3, 3), conv(TOP, FEATURES, 1))

    def maps(self, x):
        """The maps of stride 8, 16 and 32."""
        low = self.stride8(self.stem(x))
        middle = self.stride16(low)
        return {8: low, 16: middle, 32: self.stride32(middle)}

    def forward(self, x):
        low = self.stride8(self.stem(x))
        middle = self.stride16(low)
        top = self.stride32[:-1](middle)
        final = self.stride32[-1](top)
        return torch.cat([mean(final), mean(top)], 1), torch.cat([mean(low), mean(middle)], 1)


def mean(x):
    return x.mean((2, 3))
