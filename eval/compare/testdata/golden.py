# Makes golden.json: python golden.py > golden.json (statsmodels 0.15.0, scipy 1.17.1).
import json
from scipy.stats import binom, binomtest
from statsmodels.stats.contingency_tables import mcnemar
cases = []
for fixed, broken in [(0, 0), (1, 0), (0, 5), (6, 0), (3, 3), (5, 16), (9, 4), (25, 40), (59, 6), (120, 90), (500, 501), (1000, 880), (40000, 39000)]:
    m = fixed + broken
    exact = float(mcnemar([[100, broken], [fixed, 50]], exact=True).pvalue) if m else 1.0
    least = min(fixed, broken)
    # Fagerland et al. 2013: the exact conditional p-value less the probability of what was observed.
    if m == 0:
        mid = 1.0
    elif fixed == broken:
        mid = 1.0 - float(binom.pmf(least, m, 0.5))
    else:
        mid = float(2 * binom.cdf(least, m, 0.5) - binom.pmf(least, m, 0.5))
    assert m == 0 or abs(exact - min(1, binomtest(least, m).pvalue)) < 1e-9
    cases.append(dict(fixed=fixed, broken=broken, exact=min(1.0, exact), mid=mid))
print(json.dumps(cases))
