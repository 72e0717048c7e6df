"""Linear probes on frozen features, to compare encoders. Measures, never trains one.

    python probe.py --data shared/data/vision --cache DIR \\
        student=encoder.onnx:160 random=random.onnx:160 mobilenetv2=model_features.onnx:224

Every photo is squashed to the encoder's square. Both outputs are standardised on
train and joined, rotated to at most 256 principal axes (for speed, the same for all
encoders), then classified by logistic regression with C from 4 folds of train, kept
whole by group. The test split is read once.
"""

import argparse
import csv
import hashlib
import pathlib
import time

import numpy as np
import onnxruntime as ort
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.preprocessing import StandardScaler

TASKS = (("car-damage", "severity"), ("car-damage", "component"), ("parcel-damage", "label"), ("steel-surface", "label"), ("magnetic-tile", "label"))
GRID = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
AXES = 256
BATCH = 16
MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
STD = np.array([0.229, 0.224, 0.225], np.float32) * 255


def open_session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def to_input(pixels):
    return np.ascontiguousarray(((pixels.astype(np.float32) - MEAN) / STD).transpose(0, 3, 1, 2))


def squashed(folder, rows, size, cache):
    """uint8 [N,size,size,3] of a set's photos."""
    kept = cache / f"{folder.name}-{size}.npy"
    if not kept.exists():
        stack = []
        for row in rows:
            with Image.open(folder / row["path"]) as photo:
                stack.append(np.asarray(photo.convert("RGB").resize((size, size), Image.BILINEAR)))
        np.save(kept, np.stack(stack))
    return np.load(kept, mmap_mode="r")


def encode(encoder, folder, rows, cache):
    """Both outputs joined, [N,D]; kept in the cache under the model file's digest."""
    _, path, session, size = encoder
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    kept = cache / f"{folder.name}-{digest}-{size}.npy"
    if not kept.exists():
        np.save(kept, run(session, squashed(folder, rows, size, cache)))
    return np.load(kept)


def run(session, pixels):
    name = session.get_inputs()[0].name
    rows = []
    for start in range(0, len(pixels), BATCH):
        batch = to_input(pixels[start : start + BATCH])
        outputs = session.run(["features", "features_mid"], {name: batch})
        rows.append(np.concatenate([o.reshape(len(batch), -1) for o in outputs], 1))
    return np.concatenate(rows)


def classify(c, x, y, x_test):
    model = LogisticRegression(C=c, max_iter=300, tol=1e-3)
    return model.fit(x, y).predict(x_test)


def probe(features, rows, column):
    """Test accuracy, balanced accuracy, macro-F1, the chosen C and its fold score."""
    labels = np.array([r[column] for r in rows])
    groups = np.array([r.get("group") or r["path"] for r in rows])
    split = np.array([r["split"] for r in rows])
    train, test = (np.flatnonzero((labels != "") & (split == s)) for s in ("train", "test"))
    scaler = StandardScaler().fit(features[train])
    x, x_test = (np.clip(scaler.transform(features[i]), -8, 8) for i in (train, test))
    rotation = PCA(min(AXES, len(train) - 1, x.shape[1]), svd_solver="covariance_eigh").fit(x)
    x, x_test = rotation.transform(x), rotation.transform(x_test)
    y, y_test = labels[train], labels[test]
    folds = list(StratifiedGroupKFold(4, shuffle=True, random_state=0).split(x, y, groups[train]))
    scores = [np.mean([f1_score(y[b], classify(c, x[a], y[a], x[b]), average="macro") for a, b in folds]) for c in GRID]
    best = GRID[int(np.argmax(scores))]
    guess = classify(best, x, y, x_test)
    return accuracy_score(y_test, guess), balanced_accuracy_score(y_test, guess), f1_score(y_test, guess, average="macro"), best, max(scores)


def milliseconds(session, size, calls=40):
    """Fastest single-photo call, in CPU time of the one thread that runs it.

    CPU time and the minimum keep the load of a shared machine mostly out of it.
    """
    x = np.zeros((1, 3, size, size), np.float32)
    name, best = session.get_inputs()[0].name, np.inf
    for _ in range(calls):
        start = time.thread_time()
        session.run(["features", "features_mid"], {name: x})
        best = min(best, time.thread_time() - start)
    return best * 1e3


def parse(text):
    name, _, rest = text.partition("=")
    path, _, size = rest.rpartition(":")
    return name, pathlib.Path(path), open_session(path), int(size)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("encoders", nargs="+", type=parse, metavar="name=file:size")
    args = parser.parse_args()
    args.cache.mkdir(parents=True, exist_ok=True)
    for name, _, session, size in args.encoders:
        print(f"{name} {size} px: {milliseconds(session, size):.2f} ms a photo, one thread", flush=True)
    print("| set | label | encoder | accuracy | balanced accuracy | macro-F1 | C | macro-F1 in folds |\n|---|---|---|---|---|---|---|---|")
    for folder, column in TASKS:
        with open(args.data / folder / "labels.csv", newline="") as handle:
            rows = list(csv.DictReader(handle))
        for encoder in args.encoders:
            features = encode(encoder, args.data / folder, rows, args.cache)
            accuracy, balanced, f1, c, folds = probe(features, rows, column)
            print(f"| {folder} | {column} | {encoder[0]} | {accuracy:.3f} | {balanced:.3f} | {f1:.3f} | {c} | {folds:.3f} |", flush=True)


if __name__ == "__main__":
    main()
