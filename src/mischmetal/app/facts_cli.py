"""Commands about facts: find, show, validate, import; and the audit of often-quoted figures."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mischmetal.errors import InputError
    from mischmetal.facts import Fact

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Look up, show and validate sourced figures.",
)
single = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
readers = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Turn an official file into a table of facts.",
)
app.add_typer(readers, name="import")

Out = Annotated[Path, typer.Option(help="Folder for the tables.")]
Json = typer.Option(False, "--json", help="Print JSON.")


@single.callback()
def _single() -> None:
    """Commands of their own."""


@app.command()
def find(
    query: str = typer.Argument("", help="Words that all have to occur."),
    table: str | None = typer.Option(None, help="Table, as prices or licensing."),
    variable: str | None = typer.Option(None, help="Variable, as mine_production."),
    commodity: str | None = typer.Option(None, help="Element or product, as Dy."),
    entity: str | None = typer.Option(None, help="Country code, EU, World or a name."),
    partner: str | None = typer.Option(None, help="Other side of a flow."),
    period: str | None = typer.Option(None, help="Year, month or day; 2025 finds 2025-06 too."),
    confidence: str | None = typer.Option(None, help="high, medium, low or memory."),
    limit: int = typer.Option(20, min=1, help="Most rows to print."),
    as_json: bool = Json,
) -> None:
    """Find facts by words and fields.

    Example: mischmetal facts find "oxide price" --commodity Dy --period 2025
    """
    from mischmetal.facts import facts_of
    from mischmetal.facts import find as search

    frame = search(
        query, table=table, variable=variable, commodity=commodity, entity=entity, partner=partner,
        period=period, confidence=confidence,
    )  # fmt: skip
    found = facts_of(frame.head(limit))
    if as_json:
        _print_json([_plain(fact) for fact in found])
        return
    for fact in found:
        typer.echo(_line(fact))
    if len(frame) > limit:
        typer.echo(f"... and {len(frame) - limit} more; --limit shows more, more words find less")
    elif not found:
        typer.echo("no fact; try fewer words, or 'mischmetal facts tables'")


@app.command()
def tables(as_json: bool = Json) -> None:
    """List the packaged tables with their number of facts.

    Example: mischmetal facts tables
    """
    from mischmetal.facts import load

    counts = load()["table"].value_counts().sort_index()
    if as_json:
        _print_json({str(name): int(n) for name, n in counts.items()})
        return
    for name, n in counts.items():
        typer.echo(f"{n:7,d}  {name}")


@app.command()
def show(fact_id: str = typer.Argument(..., help="Id, as found by 'find'."), as_json: bool = Json) -> None:
    """Show a fact with all its fields and its source.

    Example: mischmetal facts show baseline-2024.cn.oxide-output.dy-oxide.2024
    """
    from mischmetal.facts import get, sources

    fact = get(fact_id)
    listed = sources().set_index("id")
    source = listed.loc[fact.source].to_dict() if fact.source in listed.index else {}
    if as_json:
        _print_json(_plain(fact) | {"source": {"id": fact.source} | source})
        return
    rows = [(name, str(value)) for name, value in _plain(fact).items() if value not in {None, ""}]
    rows += [(f"source {name}", str(value)) for name, value in source.items() if value]
    _print_pairs(rows)


@app.command()
def validate(
    path: Annotated[
        Path | None, typer.Argument(help="A table or a folder of tables; none: the packaged ones.")
    ] = None,
    as_json: bool = Json,
) -> None:
    """Check tables of facts: one line for each problem, exit code 2 if there is one.

    Example: mischmetal facts validate my-facts/
    """
    from mischmetal.facts.load import folder
    from mischmetal.facts.validate import check

    _report(check(folder() if path is None else path), as_json=as_json)


def _report(found: list[InputError], *, as_json: bool) -> None:
    if as_json:
        _print_json({"problems": [str(problem) for problem in found]})
    else:
        for problem in found:
            print(f"error: {problem}", file=sys.stderr)
        typer.echo(
            "no problem found" if not found else f"{len(found)} problem{'s' if len(found) > 1 else ''}"
        )
    if found:
        raise typer.Exit(2)


@readers.command()
def usgs(
    path: Annotated[
        Path, typer.Argument(help="World table of Mineral Commodity Summaries (CSV), any edition since 2024.")
    ],
    out: Out = Path("facts"),
) -> None:
    """Read a USGS world table of production and reserves.

    Example: mischmetal facts import usgs MCS2025_World_Data.csv --out my-facts
    """
    from mischmetal.facts import usgs as reader

    facts = reader.read(path)
    _write(facts, [reader.source_of(facts)], out)


@readers.command()
def comtrade(
    path: Annotated[Path, typer.Argument(help="Reply of the UN Comtrade API saved to a file (JSON).")],
    out: Out = Path("facts"),
) -> None:
    """Read a reply of UN Comtrade: exports and imports by partner and customs item.

    Example: mischmetal facts import comtrade china-850511-2024.json --out my-facts
    """
    from mischmetal.facts import comtrade as reader

    _write(reader.read(path), [reader.SOURCE], out)


@readers.command()
def customs(
    path: Annotated[Path, typer.Argument(help="Table of the Chinese customs' online query (CSV or HTML).")],
    flow: str = typer.Option("exports", help="exports or imports."),
    out: Out = Path("facts"),
) -> None:
    """Read a table downloaded from the Chinese customs.

    Example: mischmetal facts import customs 202507.csv --flow exports --out my-facts
    """
    from mischmetal.facts import customs as reader

    _write(reader.read(path, flow), [reader.SOURCE], out)


def _write(facts: list[Fact], sources: list[Any], out: Path) -> None:
    from mischmetal.errors import InputError
    from mischmetal.facts.writing import write_sources, write_table

    if not facts:
        raise InputError("import", found="no figure", allowed="a file with at least one figure")
    try:
        out.mkdir(parents=True, exist_ok=True)
        table = out / f"{facts[0].table}.csv"
        write_table(facts, table)
        write_sources(sources, out / "sources.csv")
    except OSError as error:
        raise InputError(str(out), found=error.strerror, allowed="a folder that can be written") from None
    typer.echo(f"{len(facts)} facts: {table}")


@single.command()
def claims(
    as_json: bool = Json,
    details: bool = typer.Option(
        False, "--details", help="Also print the facts and the range of each check."
    ),
) -> None:
    """Check the figures most often quoted about 2025 against the facts.

    Example: mischmetal claims --details
    """
    from mischmetal.facts.claims import audit

    rows = audit().to_dict("records")
    if as_json:
        _print_json(rows)
        return
    fields = ["measured", "elsewhere", "agrees_with"] + (["range", "facts"] if details else [])
    for row in rows:
        typer.echo(f"{str(row['verdict']).upper()}: {row['claim']}")
        for field in fields:
            for part in filter(None, str(row[field]).split("; " if field != "facts" else ";")):
                typer.echo(_wrapped(f"{field.replace('_', ' ')}: {part}"))


def _plain(fact: Fact) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(fact)


def _line(fact: Fact) -> str:
    """Two lines of at most 80 columns: the id, and what it says."""
    return f"{fact.id}\n{_wrapped(f'{_figure(fact)} [{fact.confidence}]', '    ')}"


def _figure(fact: Fact) -> str:
    """The figure as one reads it: value and range with its unit and, for a price, its basis."""
    numbers = "" if fact.value is None else f"{fact.value:,.10g}"
    if fact.low is not None or fact.high is not None:
        ends = [("" if end is None else f"{end:,.10g}") for end in (fact.low, fact.high)]
        numbers = f"{numbers} ({ends[0]} to {ends[1]})".strip()
    basis = " ".join(part for part in (fact.incoterm, f"{fact.vat} VAT" if fact.vat else "") if part)
    words = [numbers, fact.unit, basis, "" if numbers else fact.text]
    return " ".join(word for word in words if word)


def _wrapped(text: str, indent: str = "  ") -> str:
    import textwrap

    return textwrap.fill(text, 80, initial_indent=indent, subsequent_indent=indent + "  ")


def _print_pairs(rows: list[tuple[str, str]]) -> None:
    import textwrap

    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        start = f"{name:<{width}}  "
        rest = " " * len(start)
        typer.echo(
            textwrap.fill(value, 80, initial_indent=start, subsequent_indent=rest, break_long_words=False)
        )


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1, ensure_ascii=False))
