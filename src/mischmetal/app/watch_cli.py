"""`mischmetal watch`: read, judge and measure; the running watch's commands are mounted from their own module."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Read and judge announcements, customs releases and notices.",
)


@app.command()
def extract(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Documents to read; - is standard input.")
    ],
) -> None:
    """Print the drill intercepts and mineral resources of documents as JSON.

    One object on one line for one document; with several FILEs one a line, with its `source`. PDF and
    HTML files are turned to text first, in a process with time and memory limits.

    Example: mischmetal watch extract - < announcement.txt
    """
    import json

    from mischmetal.errors import InputError
    from mischmetal.watch.read import extract as read_text
    from mischmetal.watch.read.document import read_document

    for name in files:
        if name == "-":
            text = sys.stdin.buffer.read().decode("utf-8", "replace")
        else:
            path = Path(name)
            if not path.is_file():
                raise InputError(
                    name, found="no such file", allowed="a text, HTML or PDF file, or - for standard input"
                )
            record = read_document(path)
            if record.refused:
                raise InputError(name, found=record.refused, allowed="a readable text, HTML or PDF file")
            text = record.text
        row = read_text(text)
        told = {"source": name, **row} if len(files) > 1 else row
        sys.stdout.write(json.dumps(told, ensure_ascii=True, allow_nan=False) + "\n")


@app.command()
def draft(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A policy notice; - is standard input.")],
    title: str = typer.Option("", help="Title of the draft."),
) -> None:
    """Print a policy notice as a draft scenario that `mischmetal run` accepts.

    Example: mischmetal watch draft notice.html > draft.yaml
    """
    import datetime

    from mischmetal.errors import InputError
    from mischmetal.watch.draft import draft as drafted
    from mischmetal.watch.read.document import read_document
    from mischmetal.watch.read.notices import read_notice

    if file == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    else:
        record = read_document(Path(file))
        if record.refused:
            raise InputError(file, found=record.refused, allowed="a readable text, HTML or PDF file")
        text = record.text
    notice = read_notice(text)
    told = drafted(notice, title=title, today=datetime.date.today()) if notice else None
    if told is None:
        raise InputError(file, found="no notice with authority, measure and goods", allowed="a policy notice")
    sys.stdout.write(told)


@app.command()
def discoveries(
    file: Annotated[Path | None, typer.Argument(help="With --html: where the page is written.")] = None,
    html: Annotated[bool, typer.Option("--html", help="A page, to FILE or standard output.")] = False,
    settings: Annotated[Path | None, typer.Option(help="Settings of a watch, for its own findings.")] = None,
    prices: Annotated[Path | None, typer.Option(help="csv with name, date and close.")] = None,
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Past discoveries, what the share did afterwards, and the base rates of each kind.

    Example: mischmetal watch discoveries --html discoveries.html
    """
    import json

    from mischmetal.watch import discoveries as past

    events = past.packaged()
    mine = []
    if settings is not None:
        from mischmetal.watch.service import open_settings_store
        from mischmetal.watch.settings import load

        closes = past.read_prices(prices) if prices else {}
        mine = past.own(open_settings_store(load(settings)).findings(), closes)
    if html and file is None:
        sys.stdout.write(past.html(events, mine))
        return
    if html and file is not None:
        aside = file.with_name(f".{file.name}.part")
        aside.write_text(past.html(events, mine), encoding="utf-8")
        aside.replace(file)
        typer.echo(f"{file}: {len(events)} events; {past.BIAS}")
        return
    rates = past.base_rates(events)
    if as_json:
        typer.echo(json.dumps({"bias": past.BIAS, "rates": rates, "own": mine}, indent=1))
        return
    typer.echo(past.BIAS)
    for row in rates:
        share = "-" if row["median"] is None else f"{row['median']:+,.0f}%"
        typer.echo(f"{row['kind']:<18} {row['span']:<16} n {row['n']:>3}  median {share:>8}")


@app.command()
def evaluate(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help="Labelled texts, one JSON object a line.")
    ],
    as_json: bool = typer.Option(False, "--json", help="Print the scores and every miss as JSON."),
) -> None:
    """Score the reader against labels made by hand.

    Example: mischmetal watch evaluate labels.jsonl --json
    """
    import json

    from mischmetal.watch.evaluate import evaluate as score
    from mischmetal.watch.evaluate import in_words, read_labels

    scores = score(read_labels(file))
    if as_json:
        typer.echo(json.dumps([one.to_json() for one in scores] if len(scores) > 1 else scores[0].to_json()))
        return
    for one in scores:
        typer.echo(in_words(one))


if importlib.util.find_spec("mischmetal.app.watch_service_cli") is not None:
    from mischmetal.app import watch_service_cli

    watch_service_cli.register(app)
