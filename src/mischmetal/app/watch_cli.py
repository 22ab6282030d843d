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
