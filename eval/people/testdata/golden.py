"""Writes golden.json: agreement by scikit-learn, statsmodels and krippendorff, confident
joints by cleanlab, exact intervals by scipy, for rows drawn here.
    python golden.py > golden.json
with scikit-learn 1.9, statsmodels 0.15, krippendorff 0.9, cleanlab 2.9, scipy 1.17
"""
import json, sys
import numpy as np, krippendorff
from scipy.stats import beta
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa
from cleanlab.count import compute_confident_joint, get_confident_thresholds

r = np.random.default_rng(1)

def ratings(n, raters, k, noise, missing):
    truth = r.choice(k, n, p=r.dirichlet(np.full(k, 2.0)))
    out = np.where(r.random((n, raters)) < noise, r.integers(k, size=(n, raters)), truth[:, None]).astype(float)
    out[r.random((n, raters)) < missing] = np.nan
    return out

out = dict(kappa=[], fleiss=[], alpha=[], joint=[], share=[])
for n, k in [(50, 2), (80, 4), (300, 6)]:
    m = ratings(n, 2, k, 0.4, 0).astype(int)
    a, b = m[:, 0], m[:, 1]
    kw = lambda w: cohen_kappa_score(a, b, labels=range(k), weights=w)
    out["kappa"].append(dict(a=a.tolist(), b=b.tolist(), labels=k, nominal=kw(None), linear=kw("linear"), quadratic=kw("quadratic")))
for n, k, raters in [(40, 3, 4), (100, 5, 3)]:
    m = ratings(n, raters, k, 0.5, 0).astype(int)
    c = np.stack([(m == l).sum(1) for l in range(k)], 1)
    out["fleiss"].append(dict(counts=c.tolist(), kappa=fleiss_kappa(c, method="fleiss")))
for n, k, raters, missing in [(40, 3, 4, 0.3), (120, 5, 3, 0.2), (30, 4, 2, 0.0)]:
    m = ratings(n, raters, k, 0.4, missing)
    c = np.stack([(m == l).sum(1) for l in range(k)], 1)
    al = lambda level: krippendorff.alpha(value_counts=c, value_domain=list(range(k)), level_of_measurement=level)
    out["alpha"].append(dict(counts=c.tolist(), nominal=al("nominal"), ordinal=al("ordinal")))
for n, k in [(200, 3), (400, 6)]:
    y = r.integers(k, size=n)
    z = r.normal(size=(n, k)) + 2 * np.eye(k)[np.where(r.random(n) < 0.15, r.integers(k, size=n), y)]
    p = (np.exp(z) / np.exp(z).sum(1, keepdims=True)).astype(np.float32)
    out["joint"].append(dict(given=y.tolist(), probabilities=[[float(v) for v in row] for row in p],
        thresholds=get_confident_thresholds(y, p).tolist(), joint=compute_confident_joint(y, p, calibrate=False).tolist()))
for count, n in [(0, 12), (12, 12), (7, 19), (430, 1000)]:
    lo = 0.0 if count == 0 else beta.ppf(0.025, count, n - count + 1)
    hi = 1.0 if count == n else beta.ppf(0.975, count + 1, n - count)
    out["share"].append(dict(count=count, of=n, low=lo, high=hi))
json.dump(out, sys.stdout)
