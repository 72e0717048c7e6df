"""Writes the vectors as the file that models/text/static reads.

    python export.py --vectors static.npz --out text.static

int8 with one scale a row. Prints the sha256 and how far a text's vector moves by it.
"""

import argparse
import hashlib
import pathlib
import struct
import zlib

import numpy as np

MAGIC = b"DFST\x01"


def quantise(vectors):
    scale = np.maximum(np.abs(vectors).max(1), 1e-12).astype(np.float32) / np.float32(127)
    return scale, np.clip(np.rint(vectors / scale[:, None]), -127, 127).astype(np.int8)


def stored(vocabulary, vectors, buckets):
    words = "".join(w + "\n" for w in vocabulary).encode("ascii")
    scale, levels = quantise(vectors)
    body = MAGIC + struct.pack("<4I", vectors.shape[1], len(vocabulary), buckets, len(words)) + words
    body += scale.astype("<f4").tobytes() + levels.tobytes()
    return body + struct.pack("<I", zlib.crc32(body))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    data = np.load(args.vectors, allow_pickle=True)
    vectors = data["vectors"]
    file = stored(list(data["vocabulary"]), vectors, int(data["buckets"]))
    args.out.write_bytes(file)
    scale, levels = quantise(vectors)
    back = levels * scale[:, None]
    cosine = (back * vectors).sum(1) / np.maximum(np.linalg.norm(back, axis=1) * np.linalg.norm(vectors, axis=1), 1e-12)
    print(f"{args.out} {len(file)} bytes sha256 {hashlib.sha256(file).hexdigest()} smallest cosine of a row {cosine.min():.5f}")


if __name__ == "__main__":
    main()
