"""How need moves between months: slow demand, and what blocked users design out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def slow_demand(
    use: FloatArray, normal: FloatArray, price_ratio: FloatArray, short_run: FloatArray,
    *, long_run: float, speed: float, up: float,
) -> FloatArray:  # fmt: skip
    r"""Position of the short-run demand curve, moving to the long-run one.

    Equation
        x0' = x0 + s (x_base (p / p0)^-(eL - eS) - x0);   s times `up` on the way up
    Units
        `use` x0 and `normal` x_base t a month; `price_ratio` p/p0 > 0; `short_run` eS, `long_run` eL;
        `speed` s per month, `up` share. Broadcastable. Raises ValueError where a ratio is not positive or s is
        outside [0, 1].
    Source
        Partial adjustment of demand (Houthakker and Taylor 1970, cited from memory).
    """
    if np.any(np.asarray(price_ratio) <= 0) or not 0 <= speed <= 1:
        raise ValueError("price_ratio must be positive and speed in [0, 1]")
    goal = normal * price_ratio ** -np.maximum(long_run - short_run, 0.0)
    gap = goal - use
    return np.asarray(use + speed * np.where(gap > 0, up, 1.0) * gap, dtype=np.float64)


def designed_out(share: FloatArray, stopped: FloatArray, most: float, months: float) -> FloatArray:
    r"""Share of need that users can do without by another design, growing while they are short.

    Equation
        d' = min(most, d + stopped most / months)
    Units
        `share` d of need; `stopped` share of need not met this month; `most` share; `months` > 0.
        Raises ValueError where months is not positive.
    Source
        Own assumption: a redesign starts with the shortage and stays.
    """
    if months <= 0:
        raise ValueError("months must be positive")
    return np.asarray(np.minimum(most, share + np.clip(stopped, 0, 1) * most / months), dtype=np.float64)
