"""Unlisted goods held at the port for inspection: what can leave in a month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def hold_cap(normal: FloatArray, held: FloatArray, release: FloatArray) -> FloatArray:
    r"""Most that can leave the port in a month.

    Equation
        cap(t) = normal (1 - f + f H(t))                                                    (5)
        f = `held`, the share of shipments that is held; H = `release`, held shipments that leave per month
        of normal shipments: 1 without a hold, 0 while all wait, above 1 when the backlog leaves.
    Units
        `normal` (member, flow) t a month; `held` (member,) share; `release` (member,) or scalar, share.
        Returns (member, flow) t a month. Raises ValueError for a share outside [0, 1] or a negative release.
    Source
        Delays: packaged port-hold and inspection facts (30 to 60 days). The share held is an assumption.
    """
    f = np.asarray(held, dtype=np.float64)[..., None]
    h = np.asarray(release, dtype=np.float64)[..., None]
    if np.any((f < 0) | (f > 1)):
        raise ValueError(f"held must lie in [0, 1]: found {np.min(f)} to {np.max(f)}")
    if np.any(h < 0):
        raise ValueError(f"release must not be negative: found {np.min(h)}")
    return np.asarray(normal * (1 - f + f * h), dtype=np.float64)
