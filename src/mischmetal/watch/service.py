"""What the commands do: start and stop a watcher, try things out, tell how it is doing."""

from __future__ import annotations

import logging
import math
import re
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from mischmetal.errors import InputError, NotFound
from mischmetal.watch.database import open_store
from mischmetal.watch.deliver.message import compose, subject
from mischmetal.watch.deliver.outbox import send_one
from mischmetal.watch.finding import Alert, Document, digest
from mischmetal.watch.pipeline import make_reader, take
from mischmetal.watch.rules import address_key, matches
from mischmetal.watch.run import Looked, Watcher
from mischmetal.watch.secret import Redacting, redact, resolve
from mischmetal.watch.settings import (
    CHANNEL_KINDS,
    FILE_KINDS,
    SOURCE_KINDS,
    ChannelSettings,
    Settings,
    SourceSettings,
    load,
)
from mischmetal.watch.sources import open_source
from mischmetal.watch.sources.base import Body, Item, SourceError, kind_of
from mischmetal.watch.sources.client import PoliteClient, user_agent
from mischmetal.watch.store import Claimed, Store


def log_to_stderr(*, verbose: bool) -> None:
    """One line an event, without secrets, for a terminal or a journal."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Redacting())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("mischmetal").setLevel(logging.DEBUG if verbose else logging.INFO)


def open_settings_store(settings: Settings) -> Store:
    """The store of the settings, whose address may be a secret's reference."""
    return open_store(resolve(settings.store))


def once(settings: Settings) -> list[Looked]:
    """One round of looks and sends."""
    reader = make_reader(settings)
    store = open_settings_store(settings)
    watcher = Watcher(settings=settings, store=store, reader=reader)
    try:
        return watcher.once()
    finally:
        watcher.close()
        store.close()


def run(settings: Settings) -> None:
    """Turn the wheel until SIGTERM or SIGINT; attempts under way are finished first."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    reader = make_reader(settings)
    store = open_settings_store(settings)
    watcher = Watcher(settings=settings, store=store, reader=reader)
    logging.getLogger("mischmetal.watch").info(
        "watching %d sources as %s", len(settings.sources), watcher.owner
    )
    try:
        watcher.run(stop)
    finally:
        watcher.close()
        store.close()


def add(path: Path, *, kind: str, place: str, name: str, more: list[str]) -> list[str]:
    """Write a source or a channel into the settings file, whose comments and order stay.

    Returns lines to print. Raises InputError where the file would no longer be good settings.
    """
    from ruamel.yaml import YAML

    if kind not in (*SOURCE_KINDS, *CHANNEL_KINDS):
        raise InputError("watch add", field="kind", found=kind, choices=(*SOURCE_KINDS, *CHANNEL_KINDS))
    yaml = YAML()
    yaml.preserve_quotes = True
    data: Any = {}
    if path.exists():
        load(path)
        data = yaml.load(path.read_text(encoding="utf-8")) or {}
    where = "sources" if kind in SOURCE_KINDS else "channels"
    row = _row(kind, place, name, more)
    if data.get(where) is None:
        data[where] = []
    data[where].append(row)
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            yaml.dump(data, file)
        settings = load(fresh)
    except InputError as error:
        raise InputError(f"watch add {kind}: {str(error).partition(', ')[2] or error}") from None
    else:
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    lines = [f"{path}: {where.removesuffix('s')} {row['id']} ({kind}) added"]
    if where == "sources" and settings.sources[-1].needs_terms:
        lines.append(
            "It stays off until you accept the exchange's terms and write the day as terms_accepted."
        )
    if not any(row["id"] in rule.channels for rule in settings.rules) and where == "channels":
        lines.append("No rule names it yet, so nothing goes there: add one under rules.")
    return lines


def _row(kind: str, place: str, name: str, more: list[str]) -> dict[str, Any]:
    from ruamel.yaml import YAML

    short = re.sub(r"[^a-z0-9]+", "-", re.sub(r"^(https?://(www\.)?|env:|keyring:)", "", place.lower()))
    row: dict[str, Any] = {"id": name or short.strip("-")[:40].strip("-") or kind, "kind": kind}
    if place:
        field = "address" if kind in CHANNEL_KINDS else "path" if kind in FILE_KINDS else "url"
        row[field] = place
    for pair in more:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InputError("watch add", field="--set", found=pair, allowed="NAME=VALUE")
        row[key] = YAML(typ="safe", pure=True).load(value)
    return row


def try_out(settings: Settings, name: str) -> tuple[bool, list[str]]:
    """Try a source, a channel or a document; nothing is stored. Returns (fine, lines to print)."""
    for source in settings.sources:
        if source.id == name:
            return _try_source(settings, source)
    for channel in settings.channels:
        if channel.id == name:
            return _try_channel(settings, channel)
    if Path(name).is_file():
        return _try_document(settings, Path(name))
    choices = [source.id for source in settings.sources] + [channel.id for channel in settings.channels]
    raise NotFound("source, channel or file", name, choices or ["none yet; see `mischmetal watch add`"])


def _try_source(settings: Settings, source: SourceSettings) -> tuple[bool, list[str]]:
    client = PoliteClient(agent=user_agent(settings.contact), private=source.private, gap_s=source.gap)
    try:
        listing = open_source(source).look(client, {})
    except SourceError as error:
        return False, [f"{source.id}: {error}"]
    finally:
        client.close()
    lines = [f"{source.id}: {len(listing.items)} items{', ' + listing.note if listing.note else ''}"]
    newest = [f"  {item.published or '(no date)'}  {item.title}" for item in listing.items[-5:]]
    return True, lines + newest[::-1]


def _try_channel(settings: Settings, channel: ChannelSettings) -> tuple[bool, list[str]]:
    fine, lines = True, []
    for place, address in enumerate(channel.addresses, 1):
        alert = Alert(
            id=digest("test", channel.id, address, str(time.time_ns())),
            channel=channel.id,
            address=address_key(channel, address),
            finding=None,
            title="Mischmetal watch: a test",
            body="This is a test of a channel. Nothing has happened.",
        )
        outcome = send_one(
            Claimed(alert=alert, stored=0.0, attempts=1, until=math.inf),
            channel,
            resolve(address),
            contact=settings.contact,
        )
        fine = fine and outcome.kind == "sent"
        lines.append(f"{channel.id}, address {place}: {outcome.kind} {redact(outcome.detail)}".rstrip())
    return fine, lines


def _try_document(settings: Settings, path: Path) -> tuple[bool, list[str]]:
    data = path.read_bytes()
    source = SourceSettings(id="test", kind="folder", path=str(path.parent))
    item = Item(id=path.name, title=path.stem, fingerprint="", link=path.resolve().as_uri())
    body = Body(data=data, kind=kind_of(data, name=path.name), link=item.link)
    taken = take(item, body, source, None, reader=make_reader(settings), now=time.time())
    if taken is None or taken[0].refused:
        return False, [f"{path}: {taken[0].refused if taken else 'no text'}"]
    document, findings = taken
    lines = [f"{path}: {len(document.text)} characters, {len(findings)} findings"]
    for found in findings:
        alert = compose(document, found, "test", "test")
        told = [rule.user for rule in settings.rules if matches(rule, document, found)]
        lines += ["", subject(alert), f"told to: {', '.join(told) or 'nobody'}", "", alert.body]
    return True, lines


def send_again(settings: Settings, name: str) -> None:
    """Give a dead letter new attempts. Raises NotFound."""
    store = open_settings_store(settings)
    try:
        if not store.send_again(name, now=time.time()):
            dead = [str(row["id"]) for row in store.unfinished(state="dead")]
            raise NotFound("dead letter", name, dead)
    finally:
        store.close()


def status(settings: Settings) -> dict[str, Any]:
    """How sources, queue and channels are doing; times in seconds."""
    store = open_settings_store(settings)
    try:
        now = time.time()
        sources = _sources(settings, store, now)
        counts = store.alert_counts()
        waiting = [row for state in ("waiting", "sending") for row in store.unfinished(state=state, limit=1)]
        dead = store.unfinished(state="dead")
        trouble = {
            row["channel"]: row["last_error"]
            for row in store.unfinished(state="waiting")
            if row["last_error"]
        }
        return {
            "healthy": not dead and not any(source["failures"] for source in sources),
            "sources": sources,
            "channels": [
                {"id": name, "alerts": counts.get(name, {}), "error": trouble.get(name, "")}
                for name in sorted({channel.id for channel in settings.channels} | set(counts))
            ],
            "queue": sum(
                count.get(state, 0) for count in counts.values() for state in ("waiting", "sending")
            ),
            "oldest_s": max((now - row["stored"] for row in waiting), default=0.0),
            "dead": dead,
            "refused": [_refusal(document) for document in store.documents(refused=True, limit=10)],
        }
    finally:
        store.close()


def _sources(settings: Settings, store: Store, now: float) -> list[dict[str, Any]]:
    rows = {row["id"]: row for row in store.source_rows()}
    shown = []
    for source in settings.sources:
        row = rows.get(source.id, {})
        success = row.get("last_success")
        failures = row.get("failures", 0)
        state = "off" if source.needs_terms else "failing" if failures else "works" if success else "new"
        shown.append(
            {
                "id": source.id,
                "state": state,
                "last_success": success,
                "lag_s": None if success is None else max(0.0, now - success),
                "last_new": row.get("last_new"),
                "failures": failures,
                "failing_since": row.get("failing_since"),
                "error": row.get("last_error", ""),
            }
        )
    return shown


def _refusal(document: Document) -> dict[str, str]:
    return {"source": document.source, "title": document.title, "why": document.refused}
