"""The report: one offline HTML page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mischmetal.backtest.observed import observe, packaged_facts
from mischmetal.report import appendix, first, members, sections
from mischmetal.report.explain import equations, explain, slug
from mischmetal.report.labels import figure_text, label, month_name

if TYPE_CHECKING:
    from mischmetal.ensemble import Ensemble
    from mischmetal.ensemble.levers import LeverResult
    from mischmetal.simulate.results import Run


def write_report(
    run: Run,
    path: Path,
    *,
    compare: Mapping[str, Run],
    variants: pd.DataFrame | None,
    scorecard: pd.DataFrame,
    claims: pd.DataFrame | None,
    observed: pd.DataFrame | None = None,
    facts: pd.DataFrame | None = None,
    ensemble: Ensemble | None = None,
    levers: Sequence[LeverResult] = (),
) -> None:
    """Write the page; arguments as `render`. Written aside, then renamed: no half page is ever left."""
    html = render(
        run,
        compare=compare,
        variants=variants,
        scorecard=scorecard,
        claims=claims,
        observed=observed,
        facts=facts,
        ensemble=ensemble,
        levers=levers,
    )
    aside = path.with_name(path.name + ".part")
    try:
        aside.write_text(html, encoding="utf-8", newline="\n")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def render(
    run: Run,
    *,
    compare: Mapping[str, Run],
    variants: pd.DataFrame | None,
    scorecard: pd.DataFrame,
    claims: pd.DataFrame | None,
    observed: pd.DataFrame | None = None,
    facts: pd.DataFrame | None = None,
    ensemble: Ensemble | None = None,
    levers: Sequence[LeverResult] = (),
) -> str:
    """The page as text.

    `compare` holds the runs shown beside this one by name; `variants` is the table of
    `compare.variants_table`; `scorecard` that of `scorecard.scorecard`; `claims` that of the claims audit.
    `observed` and `facts` default to the packaged ones.
    """
    if facts is None:
        facts = packaged_facts()
    every = observe(facts) if observed is None else observed
    seen = every[every["month"].between(run.months[0], run.months[-1])]
    explained = explain(run, facts)
    context: dict[str, Any] = {
        "run": run,
        "data_date": first.data_date(seen),
        "latest_event": max(run.events, key=lambda e: str(e["date"]), default=None),
        "cards": first.cards(run, compare, seen, every),
        "misses": first.misses(scorecard),
        "parts": sections.parts(run, compare, seen),
        "headlines": appendix.headline_rows(run, variants, explained),
        "assumptions": appendix.assumption_names(variants),
        "scores": appendix.score_rows(scorecard, variants),
        "claims": appendix.claims_table(claims),
        "explained": explained,
        "equations": equations(e.equation for e in explained),
        "facts": appendix.fact_rows(facts, explained, seen),
        "observed": appendix.observed_table(seen),
        "checks": appendix.check_rows(run),
        "levers": appendix.levers_table(levers),
        "ensemble": None if ensemble is None else members.parts(ensemble, seen),
    }
    return _environment().get_template("report.html.jinja").render(context)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("mischmetal.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"slug": slug, "number": figure_text, "month": month_name, "safe_url": safe_url}
    environment.globals |= {"label": label, "drawing": Markup}
    return environment


def safe_url(url: object) -> str:
    """The address if it is one of the web, else nothing: a source row cannot put a script into a link."""
    text = str(url)
    return text if text.startswith(("https://", "http://")) else ""
