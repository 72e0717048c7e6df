"""Writes figures.json: scikit-learn's, SciPy's and hiclass' values for rows drawn here, and
NumPy's for what they lack, computed another way than in Go.
    python figures.py > figures.json        (scikit-learn 1.5 or later, scipy 1.11, hiclass 5)
"""
import json, sys
from itertools import permutations
import numpy as np
from hiclass import metrics as h
from scipy import stats
from sklearn import metrics as m

r = np.random.default_rng(2)


def counts(truth, chosen, k):
    return m.confusion_matrix(truth, chosen, labels=range(k)).ravel().tolist()


def macro_f1(c):
    k = int(len(c) ** 0.5)
    c = np.reshape(c, (k, k))
    both = c.sum(0) + c.sum(1)
    return float(np.mean((2 * np.diag(c) / np.where(both > 0, both, 1))[both > 0]))


def macro_f1_interval(c):
    """Softened counts, and the delta method by numeric derivatives."""
    k = int(len(c) ** 0.5)
    seen = (np.reshape(c, (k, k)).sum(0) + np.reshape(c, (k, k)).sum(1)) > 0
    n = seen.sum()
    add = np.where(np.eye(k) > 0, 2 / n, 1 / n / (n - 1)) * np.outer(seen, seen)
    s = np.asarray(c, float) + add.ravel()
    grad = np.zeros_like(s)
    for i in range(len(s)):
        e = 1e-5
        up, down = s.copy(), s.copy()
        up[i] += e
        down[i] -= e
        grad[i] = (macro_f1(up) - macro_f1(down)) / (2 * e) if s[i] > 0 else 0
    half = stats.norm.ppf(0.975) * np.sqrt((s * grad ** 2).sum())
    return [max(0, macro_f1(s) - half), min(1, macro_f1(s) + half)]


def price_bonett(c):
    k = int(len(c) ** 0.5)
    c = np.reshape(c, (k, k))
    keep = c.sum(1) > 0
    n, x, m_ = c.sum(1)[keep], np.diag(c)[keep], keep.sum()
    p = (x + 2 / m_) / (n + 4 / m_)
    half = stats.norm.ppf(0.975) * np.sqrt((p * (1 - p) / (n + 4 / m_)).sum()) / m_
    return [max(0, p.mean() - half), min(1, p.mean() + half)]


def wilson(hits, n):
    i = stats.binomtest(int(hits), int(n)).proportion_ci(0.95, method="wilson")
    return [i.low, i.high]


def f1_interval(c, k, label):
    c = np.reshape(c, (k, k))
    hits, union = c[label, label], c[label].sum() + c[:, label].sum() - c[label, label]
    return [2 * j / (1 + j) for j in wilson(hits, union)] if union else [0, 1]


confusions = []
for n, k, skew in [(300, 4, 1.0), (60, 2, 0.7), (500, 6, 0.3), (12, 5, 1.0)]:
    truth = r.choice(k, n, p=r.dirichlet(np.full(k, skew)))
    z = r.normal(size=(n, k)) + 1.2 * np.eye(k)[truth]
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    chosen = p.argmax(1)
    seen = sorted(set(truth) | set(chosen))
    c = counts(truth, chosen, k)
    draws = r.dirichlet(np.asarray(c) + 4 / k ** 3, 200000).reshape(-1, k, k)
    t, q, hit = draws.sum(2), draws.sum(1), np.trace(draws, axis1=1, axis2=2)
    kappas = (hit - (t * q).sum(1)) / (1 - (t * q).sum(1))
    confusions.append(dict(
        counts=c, truth=truth.tolist(), probabilities=p.tolist(),
        weighted_f1=m.f1_score(truth, chosen, labels=seen, average="weighted", zero_division=0),
        micro_f1=m.f1_score(truth, chosen, labels=seen, average="micro"),
        kappa=m.cohen_kappa_score(truth, chosen), mcc=m.matthews_corrcoef(truth, chosen),
        top={str(j): m.top_k_accuracy_score(truth, p, k=j, labels=range(k)) if k > 2 else 1.0 for j in (2, 3) if j <= k},
        macro_f1_interval=macro_f1_interval(c), balanced_interval=price_bonett(c),
        f1_intervals=[f1_interval(c, k, i) for i in range(k)],
        kappa_draws=np.quantile(kappas, [0.025, 0.975]).tolist()))

shares = [dict(hits=x, n=n, interval=wilson(x, n)) for x, n in [(0, 1), (1, 1), (0, 7), (3, 7), (7, 7), (81, 263), (999, 1000)]]

ranked = []
for n, ties in [(9, 3), (7, 2), (400, 40), (1500, 100000)]:
    confidence = np.round(r.random(n) * ties) / ties
    correct = r.random(n) < 0.3 + 0.6 * confidence
    order = np.argsort(-confidence, kind="stable")

    def area(o):
        return float(np.mean(np.cumsum(~correct[o]) / np.arange(1, n + 1)))

    if n < 10:  # ties in all orders at once: the mean over all of them
        all_orders = [o for o in permutations(range(n)) if all(confidence[a] >= confidence[b] for a, b in zip(o, o[1:]))]
        aurc = float(np.mean([area(list(o)) for o in all_orders]))
    else:
        wrong, start, sum_ = 0.0, 0, 0.0
        for v in np.unique(confidence)[::-1]:
            group = ~correct[confidence == v]
            for i in range(1, len(group) + 1):
                sum_ += (wrong + group.mean() * i) / (start + i)
            wrong, start = wrong + group.sum(), start + len(group)
        aurc = sum_ / n
    w = 1 - correct.mean()
    auroc = m.roc_auc_score(correct, confidence)
    best = float(np.mean(np.cumsum(np.sort(~correct)) / np.arange(1, n + 1)))
    by = np.argsort(confidence, kind="stable")
    bins = [by[b * n // 5:(b + 1) * n // 5] for b in range(5)]
    ranked.append(dict(
        confidence=confidence.tolist(), correct=correct.tolist(), aurc=aurc, best=best,
        augrc=(1 - auroc) * w * (1 - w) + w * w / 2,  # equation in Traub et al. 2024
        ece=float(sum(len(b) * abs(confidence[b].mean() - correct[b].mean()) for b in bins) / n),
        reliability=float(sum(len(b) * (confidence[b].mean() - correct[b].mean()) ** 2 for b in bins) / n),
        resolution=float(sum(len(b) * (correct[b].mean() - correct.mean()) ** 2 for b in bins) / n),
        brier=m.brier_score_loss(correct, confidence)))

# Two levels of labels: 0 and 1 on top, 2 to 4 below 0, 5 and 6 below 1, 7 below 5.
parents = [-1, -1, 0, 0, 0, 1, 1, 5]


def path(l):
    out = []
    while l >= 0:
        out.insert(0, str(l))
        l = parents[l]
    return out + [""] * (3 - len(out))


truth, chosen = r.integers(0, 8, 200), r.integers(0, 8, 200)
chosen[:80] = truth[:80]
a, b = np.array([path(t) for t in truth]), np.array([path(c) for c in chosen])
tree = dict(parents=parents, counts=counts(truth, chosen, 8), precision=h.precision(a, b), recall=h.recall(a, b), f1=h.f1(a, b))

conformal = []
for n, miss in [(1, 0.1), (8, 0.1), (9, 0.1), (50, 0.1), (199, 0.05)]:
    p = r.random(n)
    place = int(np.ceil(round((n + 1) * (1 - miss), 9)))  # of the score, from 1
    at = float(1 - np.sort(1 - p)[place - 1]) if place <= n else 0.0
    conformal.append(dict(probabilities=p.tolist(), miss=miss, threshold=at))

means = []
for n in (2, 15, 400):
    v = r.exponential(size=n)
    i = stats.t.interval(0.95, n - 1, v.mean(), stats.sem(v))
    means.append(dict(values=v.tolist(), interval=[float(i[0]), float(i[1])]))

tails = [dict(hits=x, n=n, p=p, tail=float(stats.binom.cdf(x, n, p))) for x, n, p in [(0, 59, 0.05), (3, 59, 0.05), (40, 1000, 0.05), (59, 59, 0.05)]]
json.dump(dict(confusions=confusions, shares=shares, ranked=ranked, tree=tree, conformal=conformal, means=means, tails=tails), sys.stdout)
