"""How far could the shared backbones get on magnetic-tile if somebody told them where to look?

    python .ci/accuracy/tile_oracle.py ../shared        (numpy, pillow, scipy, onnxruntime, scikit-learn)

Each photo is cut to a square around its largest defect, taken from the mask that no model
may see; photos without defect to a random square of the same sizes. A linear probe on the
backbone's features of these cut-outs is an upper bound for any head that has to find the
defect first. It prints the balanced accuracy on the test split.
"""

import csv
import pathlib
import sys

import numpy as np
import onnxruntime
from PIL import Image
from scipy import ndimage
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score

SIDE, LEAST, MARGIN = 224, 64, 1.5
MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


def largest_defect(path):
    mask = np.asarray(Image.open(path).convert("L")) > 0
    parts, n = ndimage.label(mask)
    if n == 0:  # a photo of a defect whose mask is empty
        return None
    biggest = 1 + np.argmax(ndimage.sum(mask, parts, range(1, n + 1)))
    ys, xs = np.where(parts == biggest)
    return xs.min(), ys.min(), xs.max(), ys.max()


def square(image, x, y, side):
    w, h = image.size
    side = min(max(LEAST, MARGIN * side), w, h)
    x, y = (min(max(c - side / 2, 0), full - side) for c, full in ((x, w), (y, h)))
    pixels = image.crop((int(x), int(y), int(x + side), int(y + side))).resize((SIDE, SIDE), Image.BILINEAR)
    return ((np.asarray(pixels, np.float32) / 255 - MEAN) / STD).transpose(2, 0, 1)


def cutouts(folder, rows):
    boxes = [largest_defect(folder / r["mask"]) if r["mask"] else None for r in rows]
    sides = [max(b[2] - b[0], b[3] - b[1]) for b in boxes if b]
    rng = np.random.default_rng(0)
    for r, b in zip(rows, boxes):
        image = Image.open(folder / r["path"]).convert("RGB")
        if b is None:
            yield square(image, rng.uniform(0, image.width), rng.uniform(0, image.height), rng.choice(sides))
        else:
            yield square(image, (b[0] + b[2]) / 2, (b[1] + b[3]) / 2, max(b[2] - b[0], b[3] - b[1]))


def main():
    shared = pathlib.Path(sys.argv[1])
    folder = shared / "data/vision/magnetic-tile"
    rows = list(csv.DictReader(open(folder / "labels.csv")))
    labels = np.array([r["label"] for r in rows])
    train = np.array([r["split"] == "train" for r in rows])
    pixels = np.stack(list(cutouts(folder, rows)))
    both = []
    for name in ("mobilenetv2", "resnet50v2-stage3"):
        session = onnxruntime.InferenceSession(str(shared / "models" / name / "model_features.onnx"))
        put, get = session.get_inputs()[0].name, session.get_outputs()[0].name
        features = np.concatenate([session.run([get], {put: pixels[i : i + 8]})[0] for i in range(0, len(pixels), 8)]).reshape(len(pixels), -1)
        features = (features - features[train].mean(0)) / (features[train].std(0) + 1e-6)
        both.append(features)
        report(name, features, labels, train)
    report("both", np.hstack(both), labels, train)


def report(name, features, labels, train):
    for c in (0.001, 0.01, 0.1):
        probe = LogisticRegression(C=c, class_weight="balanced", max_iter=500).fit(features[train], labels[train])
        print(f"{name}, C {c}: balanced accuracy {balanced_accuracy_score(labels[~train], probe.predict(features[~train])):.3f}", flush=True)


if __name__ == "__main__":
    main()
