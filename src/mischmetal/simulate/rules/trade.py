"""What buyers pay, and how long a new route takes to open."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def traded_price(
    spot: FloatArray, index: FloatArray, volume: FloatArray, quote: FloatArray, open_volume: FloatArray,
    contract_share: float,
) -> FloatArray:  # fmt: skip
    r"""Volume-weighted price of what is really bought outside China.

    Equation
        traded = (sum_j v_j (kappa index + (1 - kappa) spot_j) + v_open quote) / (sum_j v_j + v_open)
    Units
        `spot` and `volume` (arc,) USD/kg and t of direct purchases; `index` USD/kg, the contracts' lagged mean of
        spot; `quote`, `open_volume` scalars of the open market; `contract_share` kappa in [0, 1].
        NaN where nothing is bought. Raises ValueError for a share outside [0, 1].
    Source
        Definition of a volume-weighted price; the contract terms are assumptions.
    """
    if not 0 <= contract_share <= 1:
        raise ValueError("contract_share must lie in [0, 1]")
    paid = contract_share * index + (1 - contract_share) * spot
    bought = volume.sum() + open_volume
    if bought <= 1e-9:
        return np.asarray(np.nan)
    return np.asarray(((volume * paid).sum() + open_volume * quote) / bought, dtype=np.float64)


def qualified_months(months: FloatArray, margin: FloatArray) -> FloatArray:
    r"""Months for which a route not used so far has paid in a row.

    Equation
        q' = q + 1 where margin > 0, else 0
    Units
        `months` q; `margin` USD/kg of the first unit. Same shape.
    Source
        Own assumption: buyers qualify a new source while it pays, and start again when it does not.
    """
    return np.asarray(np.where(margin > 0, months + 1, 0.0), dtype=np.float64)
