"""The page's part on an ensemble: bands, the chance of running out, which assumptions matter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from mischmetal.ensemble.summary import bands, chance_of_running_out, importance
from mischmetal.report import figures
from mischmetal.report.first import points
from mischmetal.report.labels import figure_text, label, month_name
from mischmetal.report.tables import Table, table

if TYPE_CHECKING:
    from mischmetal.ensemble import Ensemble

MOST = 15  # rows of the table of users


def parts(ensemble: Ensemble, observed: pd.DataFrame) -> dict[str, Any]:
    """Figures and tables of an ensemble; how many members, how many did not clear."""
    known = ensemble.labels()
    volumes = [p for p in points(observed, "exports", "magnets") if len(p[0]) == 7]
    drawn = [
        figures.fan(
            "fan-magnets",
            "Magnet exports of China",
            "t gross",
            bands(ensemble, "exports_magnets"),
            observed=volumes,
        )
    ]
    for element in ("Dy", "Tb", "Y"):
        if element in known["element"]:
            drawn.append(
                figures.fan(
                    f"fan-quote-{element.lower()}",
                    f"{element} quote outside China",
                    "USD/kg REO",
                    bands(ensemble, "quote", element=element),
                    observed=points(observed, "quote", element),
                    log=True,
                )
            )
    return {
        "count": len(ensemble.members),
        "failed": len(ensemble.failed),
        "ranges": len(ensemble.ranges),
        "figures": drawn,
        "chance": _chance(ensemble),
        "importance": _importance(ensemble),
    }


def _chance(ensemble: Ensemble) -> Table | None:
    frame = chance_of_running_out(ensemble).head(MOST)
    if frame.empty:
        return None
    heads = [
        "who, of what",
        "chance over the run, %",
        "worst month",
        "chance then, %",
        "t short, median",
        "t short, 90%",
    ]
    rows = [
        [
            f"{label('group', r['group'])}, {label('region', r['region'])}: {r['item']}",
            100 * r["chance"],
            month_name(r["worst"]),
            100 * r["chance_worst"],
            r["short_median"],
            r["short_90"],
        ]
        for r in frame.to_dict("records")
    ]
    return table("Chance that some users of a group run out", heads, rows)


def _importance(ensemble: Ensemble) -> Table | None:
    frame = importance(ensemble)
    if frame.empty:
        return None
    heads = list(frame.columns)
    rows = [
        [row["assumption"], *("–" if math.isnan(row[h]) else figure_text(row[h]) for h in heads[1:])]
        for row in frame.to_dict("records")
    ]
    return table(
        "Share of the variance that an assumption explains alone; – is no more than chance", heads, rows
    )
