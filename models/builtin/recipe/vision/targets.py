"""Writes shards of student pixels and the features of several teachers.

    python targets.py --photos DIR --teacher A.onnx --teacher B.onnx --out SHARDS

Each teacher's outputs `features` and `features_mid` are kept, as t0.features,
t0.features_mid, t1.features and so on. Shard vVV_cC.npz is one quarter of one pass
over the photos plus drawn textures.
Shards are written whole or not at all, an existing one is kept, so the program can
be stopped and started again and train.py can read while this one writes.
"""

import argparse
import pathlib
import time

import numpy as np
import onnxruntime as ort
from PIL import Image

import augment

MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
STD = np.array([0.229, 0.224, 0.225], np.float32) * 255
CHUNKS = 4
TEXTURES = 200  # drawn textures in each shard
BATCH = 16


def load_teacher(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


OUTPUTS = ("features", "features_mid")


def teacher_features(sessions, images):
    """One row a picture by teacher and output; both teachers share a preprocessing."""
    pixels = np.stack([np.asarray(i) for i in images]).astype(np.float32)
    batch = np.ascontiguousarray(((pixels - MEAN) / STD).transpose(0, 3, 1, 2))
    rows = {}
    for at, session in enumerate(sessions):
        outputs = session.run(OUTPUTS, {session.get_inputs()[0].name: batch})
        for name, values in zip(OUTPUTS, outputs):
            rows[f"t{at}.{name}"] = values.reshape(len(images), -1).astype(np.float16)
    return rows


def shard(paths, seed, sessions):
    rng = np.random.default_rng(seed)
    jobs = [*paths, *[None] * TEXTURES]
    pixels, rows = [], {}
    for start in range(0, len(jobs), BATCH):
        views = []
        for path in jobs[start : start + BATCH]:
            if path is None:
                views.append(augment.texture_view(rng))
                continue
            with Image.open(path) as photo:
                views.append(augment.photo_view(photo.convert("RGB"), rng))
        for name, values in teacher_features(sessions, views).items():
            rows.setdefault(name, []).append(values)
        pixels.extend(augment.student_pixels(v) for v in views)
    return {"pixels": np.stack(pixels)} | {name: np.concatenate(parts) for name, parts in rows.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=pathlib.Path, required=True)
    parser.add_argument("--teacher", type=pathlib.Path, required=True, action="append")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--views", type=int, default=8, help="passes over the photos")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    sessions = [load_teacher(path) for path in args.teacher]
    paths = sorted(args.photos.glob("*/**/*.jpg"))
    if not paths:
        raise SystemExit(f"no .jpg under {args.photos}")
    for view in range(args.views):
        order = np.random.default_rng([7, view]).permutation(len(paths))
        for chunk in range(CHUNKS):
            target = args.out / f"v{view:02d}_c{chunk}.npz"
            if target.exists():
                continue
            start = time.time()
            mine = [paths[i] for i in order[chunk::CHUNKS]]
            arrays = shard(mine, [11, view, chunk], sessions)
            part = target.with_suffix(".part")
            with open(part, "wb") as handle:
                np.savez(handle, **arrays)
            part.rename(target)
            print(f"{target.name} {len(arrays['pixels'])} views {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
