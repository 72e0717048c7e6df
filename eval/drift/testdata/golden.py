"""Writes golden.json: tests and intervals by scipy and statsmodels for rows drawn here.
    python golden.py > golden.json
with scipy 1.17, statsmodels 0.15, numpy 2
"""
import json, sys
import numpy as np
from scipy import stats
from scipy.spatial.distance import cdist
from statsmodels.stats.proportion import confint_proportions_2indep as two

r = np.random.default_rng(1)
out = dict(table=[], welch=[], difference=[], energy=[])
for b, a in [([50, 30, 20], [40, 45, 25]), ([500, 300, 20, 80], [400, 350, 30, 60])]:
    t = stats.chi2_contingency([b, a], correction=False)
    out["table"].append(dict(before=b, after=a, statistic=t.statistic, p=t.pvalue))
for n, m, d in [(40, 60, 0.1), (300, 20, 0.0)]:
    b, a = r.normal(0.7, 0.1, n), r.normal(0.7 + d, 0.2, m)
    t = stats.ttest_ind(a, b, equal_var=False)
    ci = t.confidence_interval(0.95)
    out["welch"].append(dict(before=b.tolist(), after=a.tolist(), statistic=t.statistic, p=t.pvalue, low=ci.low, high=ci.high))
for x, n, y, m in [(56, 70, 48, 80), (0, 20, 3, 25), (10, 10, 9, 12)]:
    low, high = two(y, m, x, n, method="newcomb", compare="diff")
    out["difference"].append(dict(before=[x, n], after=[y, m], low=low, high=high))
for n, m in [(12, 9), (30, 40)]:
    b, a = r.normal(size=(n, 5)), r.normal(0.5, 1, size=(m, 5))
    e = 2 * cdist(b, a).mean() - cdist(b, b).mean() - cdist(a, a).mean()
    out["energy"].append(dict(before=b.tolist(), after=a.tolist(), statistic=e, effect=e / (2 * cdist(b, a).mean())))
json.dump(out, sys.stdout)
