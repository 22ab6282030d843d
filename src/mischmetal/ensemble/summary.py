"""What an ensemble says: bands, the chance of running out, and which assumptions matter.

Equation
    band: quantiles over members, month by month
    chance of running out: share of members in which some users of a group have stopped in a month
    S_k = Var(E[y | x_k]) / Var(y), estimated from the members already run
Units
    Those of the arrays; shares without unit.
Source
    First-order indices by random balance designs: Tarantola, Gatelli and Mara (2006), through SALib.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mischmetal.ensemble.run import Ensemble
from mischmetal.errors import MissingExtra

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
LEAST = 200  # members below which no index is told: the estimate would be noise
HARMONICS = 4
SHUFFLES = 40  # of the outcome, for what an assumption without any effect would show


def bands(ensemble: Ensemble, name: str, **labels: str) -> pd.DataFrame:
    """Quantiles by month of one array; `labels` choose an element, region, group or item, others are summed."""
    order = {
        "domestic_CN": ("element",),
        "quote": ("element",),
        "traded": ("element",),
        "exports_element": ("element",),
    }
    users = ("region", "group", "item")
    dims = order.get(name, users if name in ("short", "stopped_share", "cover_days") else ())
    values: Any = ensemble.array(name)
    known = ensemble.labels()
    axis = 1
    for dim in dims:
        if dim in labels:
            values = values.take(known[dim].index(labels[dim]), axis=axis)
        else:
            axis += 1
    if axis > 1:
        values = np.nansum(values, axis=tuple(range(1, axis)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a month without any price has no quantile
        table = np.nanquantile(values, QUANTILES, axis=0)
    return pd.DataFrame(table.T, index=list(ensemble.months), columns=[f"{q:g}" for q in QUANTILES])


def chance_of_running_out(ensemble: Ensemble) -> pd.DataFrame:
    """Each (region, group, item) that runs out in some member: first and worst month, chance, tonnes; most first."""
    stopped, short = ensemble.array("stopped_share"), ensemble.array("short")
    known = ensemble.labels()
    chance = (stopped > 0).mean(axis=0)
    rows = []
    for r, u, i in zip(*np.nonzero(chance.max(axis=-1) > 0), strict=True):
        by_month = chance[r, u, i]
        total = short[:, r, u, i].sum(axis=-1)
        rows.append(
            {
                "region": known["region"][r],
                "group": known["group"][u],
                "item": known["item"][i],
                "chance": float((stopped[:, r, u, i].max(axis=-1) > 0).mean()),
                "first": ensemble.months[int(np.argmax(by_month > 0))],
                "worst": ensemble.months[int(by_month.argmax())],
                "chance_worst": float(by_month.max()),
                "short_median": float(np.median(total)),
                "short_90": float(np.quantile(total, 0.9)),
            }
        )
    columns = [
        "region",
        "group",
        "item",
        "chance",
        "first",
        "worst",
        "chance_worst",
        "short_median",
        "short_90",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(
        ["chance", "short_median", "region", "group"], ascending=[False, False, True, True]
    )


def outcomes(ensemble: Ensemble) -> dict[str, np.ndarray]:
    """(member,) the headlines that indices are told for."""
    known = ensemble.labels()
    months = np.array(ensemble.months)
    year = (months >= f"{months[0][:4]}-04") & (months <= f"{months[0][:4]}-12")
    magnets = ensemble.array("exports_magnets")
    out = {
        "magnet exports, April to December": magnets[:, year].sum(axis=1),
        "magnet exports, lowest month": magnets.min(axis=1),
        "need not met": ensemble.array("short").reshape(len(magnets), -1).sum(axis=1),
        "output lost": ensemble.array("lost_output").sum(axis=1),
    }
    quote = ensemble.array("quote")
    for element in ("Dy", "Tb", "Y"):
        if element in known["element"]:
            own = quote[:, known["element"].index(element)]
            out[f"{element} quote, highest over the first"] = np.nanmax(own, axis=1) / own[:, 0]
    return {name: np.asarray(v, dtype=float) for name, v in out.items() if np.nanstd(v) > 0}


def _first_order(
    rbd_fast: Any, problem: Mapping[str, object], design: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """(assumption,) indices from members as they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = rbd_fast.analyze(
            problem, design, values, M=HARMONICS, num_resamples=2, print_to_console=False
        )
    return np.asarray(found["S1"], dtype=float)


def importance(ensemble: Ensemble, *, top: int = 10) -> pd.DataFrame:
    """First-order index of each assumption on each headline, the most important assumptions first.

    Columns: assumption, then one per headline. NaN where the index is not above what 95% of assumptions
    without any effect would show; an empty frame where there are fewer than 200 members.
    Raises MissingExtra without SALib.
    """
    if len(ensemble.members) < LEAST or not ensemble.ranges:
        return pd.DataFrame()
    try:
        from SALib.analyze import rbd_fast
    except ImportError:
        raise MissingExtra("first-order indices", "ensemble") from None
    problem: Mapping[str, object] = {
        "num_vars": len(ensemble.ranges),
        "names": [r.path for r in ensemble.ranges],
        "bounds": [[r.low, r.high] for r in ensemble.ranges],
    }
    design = ensemble.design[list(ensemble.members)]
    table = {"assumption": [r.name for r in ensemble.ranges]}
    for name, values in outcomes(ensemble).items():
        found = _first_order(rbd_fast, problem, design, values)
        rng = np.random.default_rng(len(values))
        idle = [
            _first_order(rbd_fast, problem, design, rng.permutation(values)).max() for _ in range(SHUFFLES)
        ]
        table[name] = np.where(found > np.quantile(idle, 0.95), np.clip(found, 0.0, 1.0), np.nan).tolist()
    frame = pd.DataFrame(table)
    order = frame.drop(columns="assumption").max(axis=1).sort_values(ascending=False, kind="stable").index
    return frame.loc[order].head(top).reset_index(drop=True)
