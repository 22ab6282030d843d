"""Expected prices and perceived risk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def expected_price(
    expected: FloatArray, price: FloatArray, normal: FloatArray, speed: float, back: float
) -> FloatArray:
    r"""Adaptive expectation that returns to cost.

    Equation
        V' = V + a (p - V) + b (p0 - V)
    Units
        `expected` V, `price` p, `normal` p0 USD/kg; `speed` a and `back` b per month, a + b at most 1.
        Raises ValueError for a negative a or b, or a + b above 1.
    Source
        Adaptive expectations (Nerlove 1958, Q. J. Econ. 72(2), cited from memory); the return is own: without
        it a small error of the base year drifts into a trend.
    """
    if speed < 0 or back < 0 or speed + back > 1:
        raise ValueError("speed and back must not be negative and together at most 1")
    return np.asarray(expected + speed * (price - expected) + back * (normal - expected), dtype=np.float64)


def perceived_risk(risk: FloatArray, events: FloatArray, decay: float) -> FloatArray:
    r"""Perceived risk after a month with dated events.

    Equation
        risk' = max(0, v risk + events)
    Units
        One unit per large event; `decay` v per month in [0, 1]. Raises ValueError outside.
    Source
        Own assumption.
    """
    if not 0 <= decay <= 1:
        raise ValueError("decay must lie in [0, 1]")
    return np.asarray(np.maximum(0.0, decay * risk + events), dtype=np.float64)
