"""What holders of stock want to hold, and what the next unit is worth to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def desired_stock(cover: FloatArray, use: FloatArray, risk: FloatArray, hoarding: float) -> FloatArray:
    r"""Stock that a holder would like to have.

    Equation
        S* = cover use (1 + h risk)
    Units
        `cover` months, `use` t a month, `risk` one unit per large event, `hoarding` h; broadcastable, last
        axis the holders. Returns t. Raises ValueError for a negative cover or h.
    Source
        Own assumption: event risk enters desired cover and not expected prices, so it counts once.
    """
    if np.any(np.asarray(cover) < 0) or hoarding < 0:
        raise ValueError("cover and hoarding must not be negative")
    return np.asarray(cover * np.maximum(use, 0.0) * (1 + hoarding * np.maximum(risk, 0.0)), dtype=np.float64)


def target_stock(stock: FloatArray, desired: FloatArray, months: float) -> FloatArray:
    r"""Stock aimed at for the end of this month: a gap is closed over several months.

    Equation
        T = S + (S* - S) / tau
    Units
        `stock` S and `desired` S* t, `months` tau > 0. Returns t. Raises ValueError for tau below 1.
    Source
        Partial adjustment (Lovell 1961, Econometrica 29(3), cited from memory).
    """
    if months < 1:
        raise ValueError("months must be at least 1")
    return np.asarray(stock + (desired - stock) / months, dtype=np.float64)


def holding_curve(
    value: FloatArray, target: FloatArray, beta: float, least: FloatArray
) -> tuple[FloatArray, FloatArray]:
    r"""Marginal value of the stock at a month's end as cost and slope of the activity that holds it.

    Equation
        U'(x) = V (1 + beta (1 - x / T));   cost = -V (1 + beta),  slope = V beta / T
    Units
        `value` V USD/kg, `target` T t, `least` t: a target below it counts as this much. Returns USD/kg
        and USD/kg per t. Raises ValueError where beta or a `least` is not positive.
    Source
        Linear form of the supply-of-storage curve (Working 1949, Am. Econ. Rev. 39(6), cited from memory).
    """
    if beta <= 0 or np.any(np.asarray(least) <= 0):
        raise ValueError("beta and least must be positive")
    width = np.maximum(target, least)
    return np.asarray(-value * (1 + beta), dtype=np.float64), np.asarray(
        value * beta / width, dtype=np.float64
    )
