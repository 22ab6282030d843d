"""Commands that run a scenario and look at what came out."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run

single = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
BESIDE = ("no-policy", "china-2025-no-truce")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Chain = Annotated[str, typer.Option("--chain", help="Folder of chain tables, or default.")]


@single.callback()
def _single() -> None:
    """Commands of their own."""


@single.command("run")
def run_command(
    scenario: Annotated[str, typer.Argument(help="Packaged name or file.")] = "china-2025",
    chain: Chain = "default",
    out: Annotated[Path | None, typer.Option(help="Folder to write; out/NAME.")] = None,
    months: Annotated[int, typer.Option(min=1, max=240, help="Months from the scenario's start.")] = 24,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="path=value: events., switches., behaviour., chain.")
    ] = None,
    variants: Annotated[
        bool, typer.Option(help="Also run both ends of the assumptions, for the report.")
    ] = True,
    export_market: Annotated[
        bool, typer.Option("--export-market", help="Also write every month's market, for other programs.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes for variants and members.")] = 2,
    members: Annotated[int, typer.Option(min=0, help="Members of an ensemble; 0 for none.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the members' draws.")] = 2026,
    levers: Annotated[int, typer.Option(min=0, help="Members for each lever; 0: no levers.")] = 0,
    cluster: Annotated[str, typer.Option(help="Address of a Dask scheduler that runs the members.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result.")] = False,
) -> None:
    """Simulate a scenario month by month and write its report.

    Example: mischmetal run china-2025 --out out/china-2025 --set behaviour.hoarding=low
    """
    import tempfile

    from mischmetal.facts.claims import audit
    from mischmetal.report.folder import require_free, write_folder
    from mischmetal.simulate.run import run

    given = list(settings or [])
    with _bar("base year", 1) as done, tempfile.TemporaryDirectory() as scratch:
        target = out or Path("out") / Path(scenario).stem
        require_free(target, force)
        markets = Path(scratch) / "market" if export_market else None
        result = run(
            scenario, chain=chain, months=months, overrides=given, export=markets,
            progress=lambda k, n: done(k, n, f"{scenario}: months"),
        )  # fmt: skip
        manners = [text for text in given if text.startswith(("behaviour.", "chain."))]
        others = _beside(result, chain, months, manners, done)
        table = (
            _both_ends(result, scenario, chain, months, given, others, workers, done) if variants else None
        )
        many = None
        if members:
            from mischmetal.ensemble import run_ensemble

            # kept beside the result while it grows, so that an interrupted ensemble goes on
            growing = target.with_name(f"{target.name}.members")
            many = run_ensemble(
                scenario, growing, chain=chain, months=months, given=given, members=members, seed=seed,
                workers=workers, cluster=cluster or None,
                progress=lambda k, n: done(k, n, f"{scenario}: members"),
            )  # fmt: skip
        helped = []
        if levers:
            from mischmetal.ensemble.levers import run_levers

            helped = run_levers(
                scenario, chain=chain, months=months, given=given, members=levers, seed=seed, workers=workers,
                progress=lambda k, n: done(k, n, f"{scenario}: levers"),
            )  # fmt: skip
        extra = {"market": markets} if markets is not None else {}
        if many is not None:
            extra["members"] = many.folder
        page = write_folder(
            result,
            target,
            compare={name: other for name, other in others.items() if name != result.name},
            no_policy=others.get("no-policy", result),
            variants=table,
            claims=audit(),
            extra=extra,
            ensemble=many,
            levers=helped,
            force=force,
        )
    for line in _headlines(result):
        typer.echo(line)
    typer.echo(f"report: {page}")


def _beside(
    result: Run, chain: str, months: int, manners: list[str], done: Callable[[int, int, str], None]
) -> dict[str, Run]:
    """The scenarios that a result is held against, on the same chain and with the same behaviour."""
    from mischmetal.scenario import Scenario
    from mischmetal.simulate.run import run

    start = result.months[0]
    others: dict[str, Run] = {}
    calm = Scenario(
        name="no-policy", title="No measures after the base year", description="", start=start,
        events=(), switches={}, extends=(),
    )  # fmt: skip
    others["no-policy"] = run(
        calm,
        chain=chain,
        months=months,
        overrides=manners,
        progress=lambda k, n: done(k, n, "no-policy: months"),
    )
    if result.name.startswith("china-2025") and result.name != BESIDE[1]:
        others[BESIDE[1]] = run(
            BESIDE[1], chain=chain, months=months, overrides=manners,
            progress=lambda k, n: done(k, n, f"{BESIDE[1]}: months"),
        )  # fmt: skip
    return others


def _both_ends(
    result: Run, scenario: str, chain: str, months: int, given: list[str], others: dict[str, Run], workers: int,
    done: Callable[[int, int, str], None],
) -> Any:  # fmt: skip
    """Headlines and scores at both ends of the assumptions, in processes of their own."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from mischmetal.backtest.observed import observe
    from mischmetal.report.variants import (
        behaviour_ends,
        chain_ends,
        is_always,
        metrics,
        scenario_ends,
        table_of_ends,
    )
    from mischmetal.scenario import load, parse_overrides
    from mischmetal.scenario.vocabulary import of_chain
    from mischmetal.simulate.run import base_year

    if not result.events:
        return None
    own = base_year(chain).baseline.network.chain
    rest = [t for t in given if not t.startswith(("behaviour.", "chain."))]
    told = load(scenario, overrides=parse_overrides(rest), vocabulary=of_chain(own))
    ends = [*behaviour_ends(), *scenario_ends(told.numbers()), *chain_ends(own)]
    set_already = {text.partition("=")[0] for text in given}
    ends = [end for end in ends if end.path not in set_already]
    jobs = [(scenario, chain, months, [*given, f"{end.path}={end.setting}"]) for end in ends]
    results = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for k, found in enumerate(pool.map(metrics_of, jobs, chunksize=2), start=1):
            results.append(found)
            done(k, len(jobs), "both ends of the assumptions")
    central = metrics(result, others.get("no-policy", result), observe())
    return table_of_ends(ends, results, central, is_always)


def metrics_of(job: tuple[str, str, int, list[str]]) -> dict[str, float]:
    """Headlines and scores of one run; a run that does not clear gives none."""
    from mischmetal.backtest.observed import observe
    from mischmetal.errors import NotCleared
    from mischmetal.report.variants import metrics
    from mischmetal.scenario import Scenario
    from mischmetal.simulate.run import run

    scenario, chain, months, given = job
    manners = [text for text in given if text.startswith(("behaviour.", "chain."))]
    try:
        result = run(scenario, chain=chain, months=months, overrides=given)
        calm = Scenario(
            name="no-policy",
            title="",
            description="",
            start=result.months[0],
            events=(),
            switches={},
            extends=(),
        )
        return metrics(result, run(calm, chain=chain, months=months, overrides=manners), observe())
    except NotCleared:
        return {}


@contextmanager
def _bar(label: str, total: int) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on standard error; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(label, total=total)

        def done(k: int, n: int, text: str) -> None:
            progress.update(task, completed=k, total=n, description=text)

        yield done


def _headlines(result: Run) -> list[str]:
    """What a terminal shows at the end: the headlines, and how exact the markets are."""
    from mischmetal.report.compare import HEADLINES

    lines = [f"{result.title} ({result.months[0]} to {result.months[-1]})"]
    for headline in HEADLINES:
        value = headline.of(result)
        if not math.isnan(value):
            lines.append(f"  {headline.title}: {value:,.4g} {headline.unit}")
    checks = result.checks
    lines.append(
        f"  {checks['nodes']} nodes, {checks['activities']} activities; worst balance "
        f"{checks['mass_balance_max_relative']:.1e}, worst condition {checks['complementarity_max_relative']:.1e}"
    )
    return lines


@single.command()
def scenarios(as_json: Json = False) -> None:
    """List the packaged scenarios.

    Example: mischmetal scenarios
    """
    from mischmetal.scenario import names

    found = names()
    if as_json:
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    width = max(len(name) for name in found)
    for name, title in found.items():
        typer.echo(f"{name:<{width}}  {title}")


@single.command()
def timeline(
    scenario: Annotated[str, typer.Argument(help="Packaged name or file.")] = "china-2025",
    as_json: Json = False,
    chain: Chain = "default",
) -> None:
    """Show the dated measures of a scenario by phase.

    Example: mischmetal timeline china-2025
    """
    import textwrap

    from mischmetal.chain import load_chain
    from mischmetal.scenario import load
    from mischmetal.scenario import timeline as phases
    from mischmetal.scenario.vocabulary import of_chain

    found = phases(load(scenario, vocabulary=of_chain(load_chain(chain))))
    if as_json:
        rows = [
            {
                "start": p.start.isoformat(),
                "end": p.end.isoformat() if p.end else None,
                "direction": p.direction,
                "events": [{"id": e.id, "date": e.date.isoformat(), "title": e.title} for e in p.events],
            }
            for p in found
        ]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    if not found:
        typer.echo("no measure: nothing tightens and nothing eases")
    for phase in found:
        typer.echo(f"{phase.start} to {phase.end or '...'}  {phase.direction.upper()}")
        for event in phase.events:
            text = textwrap.fill(event.title, 76, initial_indent=" " * 4, subsequent_indent=" " * 16)
            typer.echo(text.replace(" " * 4, f"    {event.date}  ", 1))


@single.command()
def check(
    target: Annotated[Path, typer.Argument(help="Result folder, chain folder or scenario file.")],
    chain: Chain = "default",
) -> None:
    """Check a result folder, a chain folder or a scenario file.

    Example: mischmetal check out/china-2025
    """
    from mischmetal.errors import InputError

    if (target / "summary.json").is_file():
        _check_result(target)
    elif (target / "chain.csv").is_file():
        _check_chain(target)
    elif target.is_file():
        _check_scenario(target, chain)
    else:
        raise InputError(
            str(target),
            found="nothing to check",
            allowed="a result folder, a chain folder or a scenario file",
        )


def _check_result(folder: Path) -> None:
    """Accounting of a result: its checks, its licences and its schema."""
    from mischmetal.report.verify import verify

    problems = verify(folder)
    for line in problems:
        print(f"error: {line}", file=sys.stderr)
    if problems:
        raise SystemExit(1)
    typer.echo(f"{folder}: summary fits its schema, licences add up, markets balance")


def _check_chain(folder: Path) -> None:
    from mischmetal.simulate.run import base_year

    anchored = base_year(str(folder))
    network = anchored.baseline.network
    typer.echo(
        f"{folder}: {len(network.nodes)} nodes, {len(network.activities)} activities; "
        f"base year {network.chain.base_year} balances to {anchored.baseline.imbalance:.1e}"
    )


def _check_scenario(path: Path, chain: str) -> None:
    from mischmetal.chain import load_chain
    from mischmetal.scenario import load
    from mischmetal.scenario.vocabulary import of_chain

    scenario = load(path, vocabulary=of_chain(load_chain(chain)))
    typer.echo(
        f"{path}: {len(scenario.events)} events, {len(scenario.numbers())} numbers, each with its origin"
    )
