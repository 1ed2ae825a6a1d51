"""Writes known_answers.json: what SciPy makes of the same numbers, by other routes than ours.

    python known_answers.py > known_answers.json

Scaling is fitted as the nonlinear curve by Levenberg-Marquardt, where core/analysis solves a linear
problem; Fieller's intervals are found as roots, where it has their formula.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
from scipy import optimize, stats

RNG = np.random.default_rng(20261121)


def noisy(median: float, count: int) -> list[float]:
    """Times as they are: a floor, and delays that are mostly short."""
    return [round(float(t), 6) for t in median * (0.97 + RNG.exponential(0.03, count))]


def paired(cell: list[float], base: list[float]) -> dict[str, object]:
    logs = np.log(cell) - np.log(base)
    test = stats.ttest_1samp(logs, 0)
    low, high = np.exp(test.confidence_interval(0.95))
    return {
        "cell": cell,
        "base": base,
        "ratio": float(stats.gmean(np.divide(cell, base))),
        "low": float(low),
        "high": float(high),
        "p": float(test.pvalue),
    }


def interval(values: list[float]) -> dict[str, object]:
    """The narrowest pair of order statistics that covers the median with 95 % or more."""
    values = sorted(values)
    count = len(values)
    rank = 0
    while 1 - 2 * stats.binom.cdf(rank + 1, count, 0.5) >= 0.95:
        rank += 1
    return {
        "values": values,
        "low": values[rank],
        "high": values[count - 1 - rank],
        "coverage": float(1 - 2 * stats.binom.cdf(rank, count, 0.5)),
    }


def usl(n: np.ndarray, first: float, sigma: float, kappa: float) -> np.ndarray:
    return first * (1 + sigma * (n - 1) + kappa * n * (n - 1)) / n


def amdahl(n: np.ndarray, first: float, sigma: float) -> np.ndarray:
    return first * (sigma + (1 - sigma) / n)


def scaling(law: Callable[..., np.ndarray], truth: list[float], counts: list[int]) -> dict:
    n = np.array(counts, float)
    seconds = np.array(
        [round(float(t), 6) for t in law(n, *truth) * (1 + RNG.normal(0, 0.01, len(n)))]
    )
    found, covariance = optimize.curve_fit(law, n, seconds, p0=truth, sigma=seconds, method="lm")
    t = float(stats.t.ppf(0.975, len(n) - len(truth)))
    # Covariance of T(1), sigma T(1), kappa T(1).
    jacobian = np.eye(len(truth)) * found[0]
    jacobian[:, 0] = found
    jacobian[0, 0] = 1
    linear = jacobian @ covariance @ jacobian.T
    answer = {"workers": counts, "seconds": seconds.tolist(), "first": float(found[0])}
    for place, name in enumerate(["sigma", "kappa"][: len(truth) - 1], 1):
        value = float(found[place])

        def beyond(r: float, place: int = place) -> float:
            b, a = found[place] * found[0], found[0]
            spread = linear[place, place] - 2 * r * linear[0, place] + r * r * linear[0, 0]
            return float(abs(b - r * a) - t * np.sqrt(spread))

        low = optimize.brentq(beyond, value - 1, value, xtol=1e-14)
        high = optimize.brentq(beyond, value, value + 1, xtol=1e-14)
        answer[name] = [value, float(low), float(high)]
    if len(truth) == 3:
        answer["fastest"] = float(np.sqrt((1 - found[1]) / found[2]))
    return answer


if __name__ == "__main__":
    answers = {
        "paired": [
            paired(noisy(2.0, 6), noisy(1.6, 6)),
            paired(noisy(1.0, 5), noisy(1.0, 5)),
            paired(noisy(90.0, 10), noisy(88.0, 10)),
        ],
        "interval": [interval(noisy(3.0, n)) for n in (6, 8, 9, 12, 17, 30)],
        "amdahl": [
            scaling(amdahl, [40.0, 0.08], [1, 2, 4, 8]),
            scaling(amdahl, [3.0, 0.6], [1, 2, 3, 4, 6]),
        ],
        "usl": [
            scaling(usl, [60.0, 0.03, 0.002], [1, 2, 4, 8, 12, 16, 24]),
            scaling(usl, [5.0, 0.1, 0.02], [1, 2, 3, 4, 6, 8, 12, 16]),
        ],
    }
    print(json.dumps(answers, indent=1))
