"""`mischmetal backtest`: what the model gets right and wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mischmetal.backtest import Backtest

single = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@single.callback()
def _single() -> None:
    """Commands of their own."""


@single.command("backtest")
def backtest_command(
    which: Annotated[str, typer.Argument(help="2025, all, or score to score a saved run.")] = "2025",
    file: Annotated[Path | None, typer.Argument(help="With score: a csv of observed figures.")] = None,
    chain: Annotated[str, typer.Option("--chain", help="Folder of chain tables, or default.")] = "default",
    scenario: Annotated[str, typer.Option(help="Scenario file, for a back-test of your own.")] = "",
    observed: Annotated[Path | None, typer.Option(help="csv with series, date, value and unit.")] = None,
    result: Annotated[Path, typer.Option("--run", help="With score: folder of the saved run.")] = Path(
        "out/china-2025"
    ),
    page: Annotated[Path | None, typer.Option(help="Also write a page in Markdown.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON by the published schema.")] = False,
) -> None:
    """Hold the model against observation, beside four naive forecasts, worst series first.

    Example: mischmetal backtest 2025 --json
    Example: mischmetal backtest --chain gallium --scenario gallium.yaml --observed seen.csv
    """
    from mischmetal.app.run_cli import _bar
    from mischmetal.backtest import backtest, backtest_2025, read_observed
    from mischmetal.backtest.run import LEFT_OUT, score_saved
    from mischmetal.errors import InputError

    with _bar("back-test", 1) as done:
        if which == "score":
            if file is None:
                raise InputError(
                    "backtest score", found="no file", allowed="a csv with series, date, value, unit"
                )
            tests: list[Backtest] = [score_saved(result, read_observed(file))]
        elif scenario or observed is not None:
            if not scenario or observed is None:
                raise InputError("backtest", found="one of --scenario and --observed", allowed="both of them")
            tests = [
                backtest(scenario, read_observed(observed), chain=chain, kind=observed.name, progress=done)
            ]
        elif which in ("2025", "all"):
            tests = list(backtest_2025(done))
        else:
            raise InputError(
                "backtest", found=which, allowed="2025, all or score; the quotas of 2010 are not packaged yet"
            )
    if page is not None:
        from mischmetal.backtest.page import markdown

        aside = page.with_name(f".{page.name}.part")
        aside.write_text(markdown(tests), encoding="utf-8")
        aside.replace(page)
    if as_json:
        told = [test.to_json() for test in tests]
        whole = [{**s, "kind": t["kind"]} for t in told for s in t["series"]]
        typer.echo(json.dumps({"series": whole, "tests": told, "left_out": LEFT_OUT}, indent=1))
        return
    for test in tests:
        typer.echo(f"{test.name}, {test.kind}, from {test.shock}; worst first")
        typer.echo(f"  {'series':<22} {'n':>3} {'log error':>10} {'80%':>6}  best naive, skill over it")
        for s in test.series:
            hardest = min(s.skill, key=lambda n: s.skill[n]) if s.skill else ""
            skill = f"{hardest} {s.skill[hardest]:+.2f}" if hardest else "-"
            median, p80 = (s.scores.get(k, float("nan")) for k in ("log_error_median", "log_error_p80"))
            typer.echo(f"  {s.name:<22} {s.n:>3} {median:>10.2f} {p80:>6.2f}  {skill}")
        if test.missing:
            typer.echo(f"  nothing to compare with: {', '.join(test.missing)}")
