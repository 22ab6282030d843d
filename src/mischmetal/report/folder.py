"""A run's folder: everything is written aside and takes its name only when it is whole."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mischmetal.backtest.observed import observe
from mischmetal.ensemble.summary import chance_of_running_out
from mischmetal.errors import InputError
from mischmetal.report.page import write_report
from mischmetal.report.scorecard import COLUMNS, scorecard
from mischmetal.report.summary import write_summary, write_tables
from mischmetal.scenario.vocabulary import ELEMENTS

if TYPE_CHECKING:
    from mischmetal.ensemble import Ensemble
    from mischmetal.ensemble.levers import LeverResult
    from mischmetal.simulate.results import Run

PARTS = ("report.html", "results.nc", "summary.json", "provenance.json", "tables")
MARK = "provenance.json"  # a folder that holds it was written here and may be replaced


def require_free(out: Path, force: bool) -> None:
    """Refuse to write over anything that is not an earlier result, and over that only where `force` says so.

    Raises InputError.
    """
    if out.is_file():
        raise InputError(str(out), found="a file", allowed="a folder to be made")
    if not out.exists() or not any(out.iterdir()):
        return
    if not (out / MARK).is_file():
        raise InputError(str(out), found="a folder with other things in it", allowed="a new or empty folder")
    if not force:
        raise InputError(
            str(out), found="an earlier result", allowed="another folder, or --force to replace it"
        )


def write_folder(
    run: Run,
    out: Path,
    *,
    compare: Mapping[str, Run],
    no_policy: Run,
    variants: pd.DataFrame | None = None,
    claims: pd.DataFrame | None = None,
    extra: Mapping[str, Path] | None = None,
    ensemble: Ensemble | None = None,
    levers: Sequence[LeverResult] = (),
    force: bool = False,
) -> Path:
    """Write report, arrays, tables, summary and provenance of a run to `out`; returns the report's path.

    `extra` moves further folders in, by name. Whatever stops the writing, `out` is what it was before or
    whole. Raises InputError where `out` may not be written.
    """
    require_free(out, force)
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        observed = observe() if of_rare_earths(run) else observe().head(0)
        scored = of_rare_earths(run) and "2025-05" in run.months
        card = scorecard(run, no_policy, observed) if scored else pd.DataFrame(columns=COLUMNS)
        write_report(
            run,
            aside / "report.html",
            compare=compare,
            variants=variants,
            scorecard=card,
            claims=claims if of_rare_earths(run) else None,
            ensemble=ensemble,
            levers=levers,
        )
        write_summary(run, observed, aside / "summary.json")
        write_tables(run, aside / "tables", observed)
        if variants is not None and len(variants):
            _csv(variants, aside / "tables" / "variants.csv")
        _csv(card, aside / "tables" / "scorecard.csv")
        if levers:
            told = json.dumps([r.to_json() for r in levers], indent=1)
            (aside / "levers.json").write_text(told + "\n", encoding="utf-8")
        if ensemble is not None:
            _csv(chance_of_running_out(ensemble), aside / "tables" / "chance_of_running_out.csv")
        run.data.to_netcdf(aside / "results.nc", engine="h5netcdf")
        plain = {**run.provenance, "scenario": run.scenario, "checks": run.checks}
        (aside / MARK).write_text(
            json.dumps(plain, sort_keys=True, indent=1, default=str) + "\n", encoding="utf-8"
        )
        for name, path in (extra or {}).items():
            shutil.move(str(path), str(aside / name))
        aside.chmod(0o755)
        _take_place(aside, out)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return out / "report.html"


def of_rare_earths(run: Run) -> bool:
    """True for a chain of rare earths: only then are packaged observations and quoted figures about it."""
    return {str(e) for e in run.data["element"].values} <= ELEMENTS


def _csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, float_format="%.10g", lineterminator="\n", encoding="utf-8")


def _take_place(aside: Path, out: Path) -> None:
    """Give the new folder its name; an earlier one steps aside first and goes last."""
    if not out.exists():
        aside.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
    out.rename(old / "was")
    try:
        aside.rename(out)
    except OSError:
        (old / "was").rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
