# Makes golden.json: python golden.py > golden.json (scipy 1.17.1, statsmodels 0.15.0).
import json, numpy as np
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
r = np.random.default_rng(7)
fisher = []
for n, right, all_right, all_ in [(20, 10, 80, 100), (20, 20, 80, 100), (5, 0, 3, 60), (300, 200, 7000, 10000),
                                  (40000, 39000, 190000, 200000), (40000, 37800, 190000, 200000), (30, 29, 800, 1000), (1, 0, 1, 2),
                                  (25, 25, 50, 50), (50, 41, 900, 1000), (500, 400, 900, 1000)]:
    table = [[right, n - right], [all_right - right, all_ - all_right - (n - right)]]
    fisher.append(dict(n=n, right=right, all_right=all_right, all=all_, p=float(fisher_exact(table, alternative="less")[1])))
adjust = []
for size in (1, 2, 7, 30, 200):
    p = np.concatenate([r.uniform(0, 1, size - size // 3), r.uniform(0, 0.004, size // 3)])
    p[0] = p[-1]  # a tie
    adjust.append(dict(p=p.tolist(), bh=multipletests(p, method="fdr_bh")[1].tolist(), by=multipletests(p, method="fdr_by")[1].tolist(),
                       holm=multipletests(p, method="holm")[1].tolist()))
print(json.dumps(dict(fisher=fisher, adjust=adjust)))
