"""Makes small.static and golden.json with the recipe's own code: python3 make.py (needs numpy)."""

import json
import pathlib
import sys

import numpy as np

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here / "../../../builtin/recipe/text"))
import export  # noqa: E402
import words  # noqa: E402

BUCKETS, DIM = 16, 6
TEXTS = ["The zip broke after 2 days.", "Fermeture éclair cassée, déjà", "Rädchen GRÖẞE weiß; Straße", "låsen knækkede æøå", "¿Está roto? ½ 24V/3A",
         "hinge", "unbekanntes Scharnierblech", "", "漏水", "漏水 pump", "变速箱漏水 CVT", "e\u0301tui", "ﬁeld", "a.b-c_d"]
vocabulary = sorted(["broke", "zip", "the", "hinge", "roto", "2", "weiss", "pump", "a"])
rng = np.random.default_rng(1)
vectors = rng.normal(size=(len(vocabulary) + BUCKETS, DIM)).astype(np.float32)
(here / "small.static").write_bytes(export.stored(vocabulary, vectors, BUCKETS))
scale, levels = export.quantise(vectors)
rows = levels * scale[:, None]


def vector(text, tokens):
    foreign = sum(c.isalpha() and c > "\u024f" for c in words.fold(text))
    if not tokens or foreign > sum(map(len, tokens)):
        return None
    total = np.zeros(DIM)
    for t in tokens:
        if t in vocabulary:
            total += rows[vocabulary.index(t)]
        else:
            g = words.grams(t, BUCKETS)
            total += sum(rows[len(vocabulary) + b] for b in g) / len(g)
    return [float(x) for x in total / np.linalg.norm(total)]


out = [{"Text": t, "Tokens": words.split(t), "Vector": vector(t, words.split(t))} for t in TEXTS]
(here / "golden.json").write_text(json.dumps({"Texts": out}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
