"""`mischmetal watch run|add|list|test|status`: the running watch's commands, mounted by `watch_cli`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

SETTINGS = typer.Option(
    Path("watch.yaml"), "--settings", "-s", envvar="MISCHMETAL_WATCH", help="The watch's settings file."
)
MORE = typer.Option([], "--set", metavar="NAME=VALUE", help="Another setting, like every=300.")
AS_JSON = typer.Option(False, "--json", help="Print JSON.")


def register(app: typer.Typer) -> None:
    """Add the commands of the running watch to the group `watch`."""
    app.command("run")(run)
    app.command("add")(add)
    app.command("list")(show_list)
    app.command("test")(try_out)
    app.command("status")(status)


def run(
    settings: Path = SETTINGS,
    once: bool = typer.Option(False, "--once", help="One round, then stop."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Log every look."),
) -> None:
    """Look at the sources in their time and send what the rules want told, until stopped.

    Example: mischmetal watch run --once --settings watch.yaml
    """
    from mischmetal.watch import service
    from mischmetal.watch.settings import load

    service.log_to_stderr(verbose=verbose)
    wanted = load(settings)
    if not once:
        service.run(wanted)
        return
    for looked in service.once(wanted):
        if looked.mine:
            typer.echo(f"{looked.source}: {looked.new} new, {looked.alerts} alerts{_tail(looked.error)}")
        else:
            typer.echo(f"{looked.source}: not due")


def add(
    kind: str = typer.Argument(
        ...,
        help="A source (asx-json, asx-page, feed, folder, customs, mailbox) or a channel "
        "(email, webhook, slack, telegram, discord, ntfy, desktop).",
    ),
    place: str = typer.Argument(
        "", help="Its web address, file or folder; a channel's address, or env:NAME."
    ),
    name: str = typer.Option("", "--id", help="A short name for it; made from the place if not given."),
    more: list[str] = MORE,
    settings: Path = SETTINGS,
) -> None:
    """Add a source or a channel to the settings file; makes the file if there is none.

    Example: mischmetal watch add feed https://example.org/news.rss --id newsroom --set company=Example
    """
    from mischmetal.watch import service

    for line in service.add(settings, kind=kind, place=place, name=name, more=more):
        typer.echo(line)


def show_list(settings: Path = SETTINGS, as_json: bool = AS_JSON) -> None:
    """List sources, channels and rules.

    Example: mischmetal watch list
    """
    from mischmetal.watch.settings import load

    wanted = load(settings)
    if as_json:
        typer.echo(wanted.model_dump_json(by_alias=True, exclude_defaults=True))
        return
    for source in wanted.sources:
        off = "  off: the exchange's terms are not accepted" if source.needs_terms else ""
        place = f"{source.url or source.path}  every {source.every:g} s"
        typer.echo(f"source   {source.id:16} {source.kind:9} {place}{off}")
    for channel in wanted.channels:
        typer.echo(f"channel  {channel.id:16} {channel.kind:9} {', '.join(channel.addresses)}")
    for rule in wanted.rules:
        given = rule.model_dump(
            by_alias=True, exclude_defaults=True, exclude={"user", "channels"}, mode="json"
        )
        what = json.dumps(given) if given else "everything"
        typer.echo(f"rule     {rule.user:16} -> {', '.join(rule.channels)}  {what}")


def try_out(
    name: str = typer.Argument(..., help="A source or a channel of the settings, or a document's file."),
    settings: Path = SETTINGS,
) -> None:
    """Try a source without storing anything, a channel with a test alert, or the rules on a document.

    Example: mischmetal watch test newsroom
    """
    from mischmetal.watch import service
    from mischmetal.watch.settings import load

    wanted = load(settings)
    fine, lines = service.try_out(wanted, name)
    for line in lines:
        typer.echo(line)
    if not fine:
        raise typer.Exit(1)


def status(
    settings: Path = SETTINGS,
    as_json: bool = AS_JSON,
    again: str = typer.Option("", "--send-again", metavar="ALERT", help="Give a dead letter new attempts."),
) -> None:
    """Show each source's last success, the lag, the queue, failures and dead letters.

    Ends with 1 where a source fails or a letter is dead, so that a monitor can ask.

    Example: mischmetal watch status --json
    """
    from mischmetal.watch import service
    from mischmetal.watch.settings import load

    wanted = load(settings)
    if again:
        service.send_again(wanted, again)
        typer.echo(f"alert {again} waits to be sent again")
        return
    state = service.status(wanted)
    typer.echo(json.dumps(state) if as_json else _in_words(state))
    if not state["healthy"]:
        raise typer.Exit(1)


def _in_words(state: dict[str, Any]) -> str:
    lines = []
    for source in state["sources"]:
        lag = "never read" if source["lag_s"] is None else f"read {source['lag_s']:.0f} s ago"
        failing = f", {source['failures']} failures: {source['error']}" if source["failures"] else ""
        lines.append(f"source   {source['id']:16} {source['state']:8} {lag}{failing}")
    for channel in state["channels"]:
        counts = (
            ", ".join(f"{count} {name}" for name, count in sorted(channel["alerts"].items())) or "nothing yet"
        )
        lines.append(f"channel  {channel['id']:16} {counts}{_tail(channel['error'])}")
    lines.append(f"queue    {state['queue']} waiting, oldest {state['oldest_s']:.0f} s")
    for letter in state["dead"]:
        lines.append(
            f"dead     {letter['id']} to {letter['channel']}: {letter['title']} ({letter['last_error']})"
        )
    for document in state["refused"]:
        lines.append(f"refused  {document['source']}: {document['title']}: {document['why']}")
    return "\n".join(lines)


def _tail(error: str) -> str:
    return f"; {error}" if error else ""
