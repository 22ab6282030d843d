"""Four naive forecasts, issued once from what was observed up to the month before the shock.

Equation
    no change:        f = last
    seasonal:         f(t) = observed(t - 12 months), the last known year again and again
    fixed multiplier: f = 1.5 last for prices, 0.7 last for volumes, as dashboards do
    pass-through:     f = last (1 + c / e) for prices, last (1 - c) for volumes; c = 0.25, e = 0.25
Units
    Those of the series.
Source
    The multipliers and the cut of a quarter are assumptions, from memory of dashboards; e is in the middle of the
    short-run elasticities of the chain. Nothing after the shock enters.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

PRICE_MULTIPLIER, VOLUME_MULTIPLIER = 1.5, 0.7
CUT, ELASTICITY = 0.25, 0.25
NAIVE = ("no change", "seasonal", "fixed multiplier", "pass-through")
PRICES = ("domestic", "quote", "traded")


def forecasts(name: str, before: pd.Series[float], months: list[str]) -> dict[str, pd.Series[float]]:
    """Naive forecast -> series over `months`, from `before` (by month, all before the shock).

    A forecast that what is known does not allow (no figure before, no year before) is left out.
    """
    known = before.dropna()
    if known.empty:
        return {}
    last = float(known.iloc[-1])
    price = name.split(".", maxsplit=1)[0] in PRICES
    factor = PRICE_MULTIPLIER if price else VOLUME_MULTIPLIER
    passed = 1 + CUT / ELASTICITY if price else 1 - CUT
    flat = np.ones(len(months))
    out = {
        "no change": pd.Series(last * flat, index=months),
        "fixed multiplier": pd.Series(factor * last * flat, index=months),
        "pass-through": pd.Series(passed * last * flat, index=months),
    }
    earlier = [_year_before(m, known) for m in months]
    if all(e is not None for e in earlier):
        out["seasonal"] = pd.Series([float(e) for e in earlier if e is not None], index=months)
    return out


def _year_before(month: str, known: pd.Series[float]) -> float | None:
    year, rest = int(month[:4]), month[4:]
    for back in range(1, 4):
        key = f"{year - back}{rest}"
        if key in known.index:
            return float(known[key])
    return None
