"""Writes clusters.json: scikit-learn's values for groupings drawn here.
    python clusters.py > clusters.json        (scikit-learn 1.5 or later, numpy)
"""
import json, sys
import numpy as np
from sklearn import metrics as m

r = np.random.default_rng(7)
cases = [([0, 0, 1, 1], [1, 1, 0, 0]), ([0, 0, 0, 0], [3, 3, 3, 3]), ([0, 1, 2, 3], [5, 4, 3, 2]),
         ([0, 0, 0, 0], [0, 1, 2, 3]), ([0, 0, 1, 1], [0, 1, 0, 1]), ([4], [2])]
for n, ka, kb, agree in [(30, 3, 5, 0.5), (200, 14, 20, 0.0), (500, 19, 60, 0.6), (999, 2, 300, 0.8), (1500, 40, 40, 0.9)]:
    a = r.choice(ka, n, p=r.dirichlet(np.full(ka, 0.7)))
    b = np.where(r.random(n) < agree, a % kb, r.choice(kb, n, p=r.dirichlet(np.full(kb, 0.7))))
    cases.append((a.tolist(), b.tolist()))
out = []
for a, b in cases:
    (tn, fp), (fn, tp) = m.cluster.pair_confusion_matrix(a, b)
    out.append(dict(a=a, b=b, ami=m.adjusted_mutual_info_score(a, b), rand=m.rand_score(a, b),
                    jaccard=float(tp / (tp + fp + fn)) if tp + fp + fn else 1.0))
json.dump(out, sys.stdout)
