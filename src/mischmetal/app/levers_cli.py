"""`mischmetal levers`: what would have helped."""

from __future__ import annotations

import json
import math
from typing import Annotated

import typer

single = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@single.callback()
def _single() -> None:
    """Commands of their own."""


@single.command("levers")
def levers_command(
    scenario: Annotated[str, typer.Argument(help="Packaged name or file.")] = "china-2025",
    chain: Annotated[str, typer.Option("--chain", help="Folder of chain tables, or default.")] = "default",
    months: Annotated[int, typer.Option(min=1, max=240, help="Months from the scenario's start.")] = 24,
    settings: Annotated[list[str] | None, typer.Option("--set", help="path=value")] = None,
    members: Annotated[int, typer.Option(min=1, help="Members, the same for every lever.")] = 16,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Output that each lever would have saved, and the best pairs; cost, and saved per dollar.

    Example: mischmetal levers china-2025 --members 16
    """
    from mischmetal.app.run_cli import _bar
    from mischmetal.ensemble.levers import LEVERS, run_levers

    with _bar("levers", 1) as done:
        found = run_levers(
            scenario, chain=chain, months=months, given=list(settings or []), members=members, workers=workers,
            progress=lambda k, n: done(k, n, f"{scenario}: levers"),
        )  # fmt: skip
    told = [r.to_json() for r in found]
    if as_json:
        costs = {lever.name: lever.assumption for lever in LEVERS}
        typer.echo(json.dumps({"scenario": scenario, "results": told, "cost_assumptions": costs}, indent=1))
        return
    typer.echo(
        f"{scenario}: million USD of lost output avoided over {months} months, mean of members (10% to 90%)"
    )
    for row in told:
        per = (
            "-" if row["per_dollar"] is None or math.isnan(row["per_dollar"]) else f"{row['per_dollar']:.2f}"
        )
        typer.echo(
            f"  {row['avoided_million_usd']:>8,.0f} ({row['avoided_10']:,.0f} to {row['avoided_90']:,.0f})  "
            f"cost {row['cost_million_usd']:,.0f}, per dollar {per}: {row['title']}"
        )
