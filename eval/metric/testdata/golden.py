"""Writes golden.json: scikit-learn's values for rows drawn here.
    python golden.py > golden.json        (scikit-learn 1.5 or later, numpy)
"""
import json, sys
import numpy as np
from sklearn import metrics as m

r = np.random.default_rng(1)
out = []
for n, k, skew in [(200, 4, 1.0), (57, 3, 3.0), (400, 6, 0.3), (9, 5, 1.0)]:
    prior = r.dirichlet(np.full(k, skew))
    truth = r.choice(k, n, p=prior)
    z = r.normal(size=(n, k)) + 1.2 * np.eye(k)[truth]
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    chosen = p.argmax(1)
    labels = list(range(k))
    seen = sorted(set(truth) | set(chosen))
    pr, rc, f1, sup = m.precision_recall_fscore_support(truth, chosen, labels=labels, zero_division=0)
    out.append(dict(
        classes=k, truth=truth.tolist(), probabilities=p.tolist(),
        accuracy=m.accuracy_score(truth, chosen),
        macro_f1=m.f1_score(truth, chosen, labels=seen, average="macro", zero_division=0),
        balanced_accuracy=float(np.mean([rc[i] for i in sorted(set(truth))])),
        quadratic_kappa=m.cohen_kappa_score(truth, chosen, weights="quadratic", labels=labels),
        log_loss=m.log_loss(truth, p, labels=labels),
        brier=float(np.mean(((p - np.eye(k)[truth]) ** 2).sum(1))),
        ordinal_error=float(np.abs(truth - chosen).mean()),
        precision=pr.tolist(), recall=rc.tolist(), f1=f1.tolist(), support=sup.tolist()))
json.dump(out, sys.stdout)
