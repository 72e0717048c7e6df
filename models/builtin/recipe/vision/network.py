"""The student: a 0.7 M parameter network of inverted residual blocks.

Dense 3x3 convolutions are used where maps are large and channels few: they cost
less time on a CPU there than the depthwise pair would. Input 128x128 is cut to
32x32 by the first layer, so that training fits an hour on shared cores.
"""

import torch
from torch import nn

FEATURES = 384
MID = 256
TARGETS = 256


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


class Encoder(nn.Module):
    """Maps [N,3,128,128] to features [N,384] and features_mid [N,256].

    features_mid is the mean of the stride 8 map (96) beside that of the stride 16
    map (160). Training also feeds smaller squares; the exported file takes 128 only.
    """

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 48, 6, 4, padding=1)
        self.stride8 = nn.Sequential(conv(48, 96, 3, 2), Inverted(96, 96, 1, 2))
        self.stride16 = nn.Sequential(Inverted(96, 160, 2, 3), Inverted(160, 160, 1, 2), Inverted(160, 160, 1, 2))
        self.stride32 = nn.Sequential(Inverted(160, 192, 2, 2), Inverted(192, 192, 1, 2), conv(192, FEATURES, 1))

    def forward(self, x):
        low = self.stride8(self.stem(x))
        middle = self.stride16(low)
        top = self.stride32(middle)
        mid = torch.cat([low.mean((2, 3)), middle.mean((2, 3))], 1)
        return top.mean((2, 3)), mid


class Student(nn.Module):
    """The encoder with the two linear heads that only training uses."""

    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.final_head = nn.Linear(FEATURES, TARGETS)
        self.mid_head = nn.Linear(MID, TARGETS)

    def forward(self, x):
        final, mid = self.encoder(x)
        return self.final_head(final), self.mid_head(mid)
