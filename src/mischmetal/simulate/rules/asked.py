"""Asked prices: the open-market quote and the rent of a quota move between months at finite speed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def next_quote(
    quote: FloatArray, floor: FloatArray, wanted: FloatArray, available: FloatArray, speed: float,
    most: FloatArray | float = np.inf,
) -> FloatArray:  # fmt: skip
    r"""Next month's asked price in the open market.

    Equation
        quote' = min(most, max(floor, quote exp(k' ln(W / Q))));   k' = k where W > Q, else k / 2
        floor = p_CN + freight;  most: what lost output is worth
    Units
        `quote`, `floor`, `most` USD/kg; `wanted` W and `available` Q t a month, Q above 0; `speed` k per month.
        Broadcastable, last axis the elements. Raises ValueError where Q or k is not positive.
    Source
        Own; finite speed from the export quotas of 2010-12.
    """
    asked = np.maximum(floor, quote * _growth(wanted, available, speed))
    return np.asarray(np.minimum(asked, np.maximum(most, floor)), dtype=np.float64)


def next_rent(
    rent: FloatArray, wanted: FloatArray, available: FloatArray, speed: float, noticed: float
) -> FloatArray:
    r"""Next month's asked rent of a quota, one for every kilogram.

    Equation
        r' = max(0, (r0 + r) exp(k' ln(W / Q)) - r0);   k' = k where W > Q, else k / 2
    Units
        `rent` r and `noticed` r0 USD/kg; `wanted` W and `available` Q t a month, Q above 0; `speed` k per month.
        Raises ValueError where Q, k or r0 is not positive.
    Source
        Own; finite speed from the export quotas of 2010-12.
    """
    if noticed <= 0:
        raise ValueError("noticed must be positive")
    return np.asarray(
        np.maximum(0.0, (noticed + rent) * _growth(wanted, available, speed) - noticed), dtype=np.float64
    )


def _growth(wanted: FloatArray, available: FloatArray, speed: float) -> FloatArray:
    if speed <= 0 or np.any(np.asarray(available) <= 0):
        raise ValueError("speed and available must be positive")
    ratio = np.log(np.maximum(wanted, 1e-12) / available)
    ratio = np.maximum(ratio, -5.0)  # nothing wanted at all: fall by a finite factor
    return np.asarray(np.exp(np.where(ratio > 0, speed, speed / 2) * ratio), dtype=np.float64)
