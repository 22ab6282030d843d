"""The run as tidy csv tables that a spreadsheet or pandas opens as they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run

# table -> variables that share its dimensions, in the order of the columns
SUBJECTS: dict[str, tuple[str, ...]] = {
    "prices": ("domestic_CN", "quote", "quote_dual", "traded", "asked_rent"),
    "exports_magnets": ("exports_magnets",),
    "exports_elements": ("exports_element",),
    "licences": ("applied", "approved", "denied", "withdrawn", "pending"),
    "queue": ("queue_days",),
    "shortage": ("need", "short", "stopped_share", "cover_days", "lost_output"),
    "flows": ("flows",),
    "production": ("mine_output", "separation_output", "magnet_output"),
    "port_hold": ("hold_share",),
}
SPARSE = {"flows", "licences", "exports_elements", "shortage"}  # rows of nothing but zeros are left out


def subject_frame(run: Run, subject: str) -> pd.DataFrame:
    """One row for each combination of labels, months last; columns are the subject's variables."""
    present = [name for name in SUBJECTS[subject] if name in run.data]
    if not present:
        return pd.DataFrame()
    first = run.data[present[0]]
    dims = [str(d) for d in first.dims if d != "month"] + ["month"]
    columns = {name: run.data[name].transpose(*dims).to_series() for name in present}
    frame = pd.DataFrame(columns)
    if subject in SPARSE:
        frame = frame[(frame.fillna(0.0).abs() > 0).any(axis=1)]
    return frame.reset_index()


def write_tables(run: Run, folder: Path, observed: pd.DataFrame | None = None) -> list[Path]:
    """Write one csv per subject, `units.csv` with each column's unit and meaning, and the events.

    UTF-8, comma, point, empty for unknown, 10 significant digits; the same run gives the same bytes.
    Returns the paths written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = {subject: subject_frame(run, subject) for subject in SUBJECTS}
    frames["events"] = pd.DataFrame(run.events)
    frames["units"] = _units(run)
    if observed is not None:
        frames["observed"] = observed
    written = []
    for subject, frame in frames.items():
        if frame.empty:
            continue
        path = folder / f"{subject}.csv"
        frame.to_csv(path, index=False, float_format="%.10g", lineterminator="\n", encoding="utf-8")
        written.append(path)
    return written


def _units(run: Run) -> pd.DataFrame:
    rows = []
    for subject, names in SUBJECTS.items():
        for name in names:
            if name in run.data:
                attrs = run.data[name].attrs
                rows.append((subject, name, attrs.get("units", ""), attrs.get("long_name", "")))
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"])
