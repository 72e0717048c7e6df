"""Makes the golden tensors of the preprocessing with Pillow and NumPy: python make.py, in this folder.

The photo is made by a formula that preprocess_test.go repeats. Each case is written as
little-endian float32 in the order of the tensor.
"""
import json

import numpy as np
from PIL import Image

FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def photo(w, h):
    a = np.zeros((h, w, 3), np.uint8)
    for y in range(h):
        for x in range(w):
            for c in range(3):
                a[y, x, c] = (x * x // 3 + 5 * y + 40 * c + 90 * ((x // 5 + y // 7) % 2)) % 256
    return Image.fromarray(a)


def prepare(img, fit, short, size, interpolation, layout, colour, view, flip):
    w, h = img.size
    img = img.crop((round(view[0] * w), round(view[1] * h), round(view[2] * w), round(view[3] * h)))
    w, h = img.size
    if fit == "squash":
        img = img.resize((size, size), FILTERS[interpolation])
    else:
        to = (short * w // h, short) if w > h else (short, short * h // w)
        img = img.resize(to, FILTERS[interpolation])
        x, y = round((to[0] - size) / 2), round((to[1] - size) / 2)
        img = img.crop((x, y, x + size, y + size))
    a = np.asarray(img, np.float64)
    if flip:
        a = a[:, ::-1]
    if colour == "BGR":
        a = a[:, :, ::-1]
    a = (a / 255 - MEAN) / STD
    if layout == "NCHW":
        a = a.transpose(2, 0, 1)
    return a.astype("<f4")


WHOLE = [0, 0, 1, 1]
CASES = [
    dict(name="landscape", w=50, h=37, fit="crop", short=20, size=16, interpolation="bilinear", layout="NCHW", colour="RGB", view=WHOLE, flip=False),
    dict(name="portrait", w=33, h=61, fit="crop", short=20, size=16, interpolation="bicubic", layout="NCHW", colour="BGR", view=WHOLE, flip=False),
    dict(name="squash", w=50, h=37, fit="squash", short=0, size=16, interpolation="lanczos", layout="NHWC", colour="RGB", view=WHOLE, flip=True),
    dict(name="enlarge", w=11, h=13, fit="crop", short=20, size=16, interpolation="bilinear", layout="NCHW", colour="RGB", view=WHOLE, flip=False),
    dict(name="part", w=80, h=60, fit="squash", short=0, size=12, interpolation="bilinear", layout="NCHW", colour="RGB", view=[0.25, 0.5, 0.75, 1], flip=False),
]
for c in CASES:
    c = dict(c)
    name, w, h = c.pop("name"), c.pop("w"), c.pop("h")
    prepare(photo(w, h), **c).tofile(name + ".f32")
with open("cases.json", "w") as f:
    json.dump(CASES, f, indent=1)
    f.write("\n")
