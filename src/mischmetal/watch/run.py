"""The wheel: look at each source in its time, store what it says, send what is due, and start over.

Looks and sends run side by side in threads, one at a time for each source and each address, so that a
slow server delays nobody else. All that must survive lies in the store; the threads may die at any time.
"""

from __future__ import annotations

import json
import logging
import os
import random
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from mischmetal.errors import MischmetalError
from mischmetal.watch.deliver.outbox import Sender
from mischmetal.watch.finding import Document, Finding, digest
from mischmetal.watch.page import publish
from mischmetal.watch.pipeline import Reader, item_key, named, take, unreadable
from mischmetal.watch.rules import planner
from mischmetal.watch.secret import redact
from mischmetal.watch.settings import Settings, SourceSettings, is_reference
from mischmetal.watch.sources import open_source
from mischmetal.watch.sources.base import Cursor, Item, ItemGone, Listing, Source, SourceError
from mischmetal.watch.sources.client import HostGate, PoliteClient, user_agent
from mischmetal.watch.store import Known, Look, Planned, Store

log = logging.getLogger("mischmetal.watch")

TICK_S = 0.2
READERS = max(2, min(8, os.cpu_count() or 2))  # documents of one source that are read at once
ITEM_TRIES = 5
_TOLD_AT_ONCE = {"layout", "robots", "refused", "file"}
_LONGEST_PAUSE_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one look brought."""

    source: str
    new: int = 0
    alerts: int = 0
    error: str = ""
    mine: bool = True  # False: not due, or another watcher is at it


def new_owner() -> str:
    """A name for this process that no other watcher has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass(slots=True, kw_only=True)
class Watcher:
    """One watcher; several may share a store."""

    settings: Settings
    store: Store
    reader: Reader
    clock: Callable[[], float] = time.time
    owner: str = field(default_factory=new_owner)
    gate: HostGate = field(default_factory=HostGate)
    _sender: Sender | None = None
    _clients: dict[str, PoliteClient] = field(default_factory=dict)
    _published: float = -1.0

    @property
    def sender(self) -> Sender:
        """The outbox of this watcher."""
        if self._sender is None:
            self._sender = Sender(
                store=self.store, settings=self.settings, owner=self.owner, clock=self.clock
            )
        return self._sender

    def close(self) -> None:
        """Give connections back; the store stays open."""
        for client in self._clients.values():
            client.close()

    def client(self, source: SourceSettings) -> PoliteClient:
        """The source's own polite client; the gap between requests to one host is kept over all."""
        if source.id not in self._clients:
            self._clients[source.id] = PoliteClient(
                agent=user_agent(self.settings.contact),
                private=source.private,
                gap_s=source.gap,
                gate=self.gate,
            )
        return self._clients[source.id]

    # one look

    def look(self, source: SourceSettings) -> Looked:
        """Look at one source if it is due and free. Raises only what the store raises."""
        now = self.clock()
        held = self.store.claim_source(
            source.id, owner=self.owner, now=now, every=source.every, lease=self.settings.lease
        )
        if held is None:
            return Looked(source=source.id, mine=False)
        try:
            adapter = open_source(source)
            listing = adapter.look(self.client(source), held.cursor)
        except SourceError as error:
            return self._failed(source, str(error), kind=error.kind, wait_s=error.wait_s)
        except MischmetalError as error:
            return self._failed(source, str(error), kind="refused")
        except SQLAlchemyError:
            raise
        except Exception as error:
            log.exception("%s: the adapter failed", source.id)
            return self._failed(source, f"the adapter failed ({type(error).__name__})", kind="layout")
        if held.broken_since is not None:
            self._tell(source, works=True, since=held.broken_since, error="")
        return self._take_all(source, adapter, listing, held, started=now)

    def _take_all(
        self, source: SourceSettings, adapter: Source, listing: Listing, held: Look, *, started: float
    ) -> Looked:
        known = self.store.known(source.id, [item_key(item) for item in listing.items])
        fresh = [item for item in listing.items if _is_new(item, known.get(item_key(item)))]
        first_look = "started" not in held.cursor
        silent = first_look and not source.backlog
        tries: dict[str, int] = json.loads(held.cursor.get("tries", "{}"))
        end: Cursor = {key: value for key, value in listing.cursor.items() if value} | {"started": "1"}
        new = alerts = 0
        errors: list[SourceError] = []
        over = False
        for place, (item, future) in enumerate(self._ahead(source, adapter, fresh, known, tries)):
            try:
                taken = future.result()
            except SourceError as error:
                errors.append(error)
                tries[item.id] = tries.get(item.id, 0) + 1
                continue
            now = self.clock()
            if taken is None:
                self.store.touch_item(known[item_key(item)], item.fingerprint)
                continue
            tries.pop(item.id, None)
            document, findings = taken
            last = place == len(fresh) - 1 and not errors
            alerts += self.store.commit_document(
                document,
                item.fingerprint,
                findings,
                (lambda _document, _finding: []) if silent else self._plan(now),
                now=now,
                cursor=end if last else None,
                next_look=self._next(source, started) if last else None,
                lease_until=None if last else now + self.settings.lease,
            )
            new += 1
            over = last
        if errors:
            kept = {key: value for key, value in held.cursor.items() if key != "tries"} | {"started": "1"}
            text = f"{len(errors)} of {len(fresh)} documents could not be had, first: {errors[0]}"
            wait_s = max(error.wait_s for error in errors)
            failed = self._failed(
                source, text, kind=errors[0].kind, wait_s=wait_s, cursor=kept | {"tries": json.dumps(tries)}
            )
            return Looked(source=source.id, new=new, alerts=alerts, error=failed.error)
        if not over or listing.note:
            now = self.clock()
            self.store.source_ok(
                source.id, end, now=now, next_look=self._next(source, now), note=listing.note
            )
        return Looked(source=source.id, new=new, alerts=alerts)

    def _ahead(
        self,
        source: SourceSettings,
        adapter: Source,
        items: list[Item],
        known: dict[str, Known],
        tries: dict[str, int],
    ) -> Iterator[tuple[Item, Future[tuple[Document, list[Finding]] | None]]]:
        """The items in their order, a few of them fetched and read ahead of time, side by side."""
        waiting: deque[tuple[Item, Future[tuple[Document, list[Finding]] | None]]] = deque()
        tried = dict(tries)
        with ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="read") as readers:
            for item in items:
                known_one = known.get(item_key(item))
                waiting.append((item, readers.submit(self._take, source, adapter, item, known_one, tried)))
                if len(waiting) >= 2 * READERS:
                    yield waiting.popleft()
            yield from waiting

    def _take(
        self, source: SourceSettings, adapter: Source, item: Item, known: Known | None, tries: dict[str, int]
    ) -> tuple[Document, list[Finding]] | None:
        try:
            body = adapter.fetch(self.client(source), item)
        except ItemGone as error:
            return unreadable(item, source, known, str(error), now=self.clock()), []
        except SourceError as error:
            if tries.get(item.id, 0) + 1 < ITEM_TRIES:
                raise
            why = f"given up after {ITEM_TRIES} looks: {error}"
            return unreadable(item, source, known, why, now=self.clock()), []
        return take(item, body, source, known, reader=self.reader, now=self.clock())

    def _plan(self, now: float) -> Callable[[Document, Finding], list[Planned]]:
        return planner(self.settings, now)

    def _next(self, source: SourceSettings, started: float) -> float:
        # From start to start, early by a little chance: watchers that started together drift apart.
        return started + source.every * random.uniform(0.95, 1.0)  # noqa: S311

    # a broken source

    def _failed(
        self,
        source: SourceSettings,
        error: str,
        *,
        kind: str,
        wait_s: float = 0.0,
        cursor: Cursor | None = None,
    ) -> Looked:
        now = self.clock()
        error = redact(error)
        before = next((row["failures"] for row in self.store.source_rows() if row["id"] == source.id), 0)
        pause = min(source.every * 2.0 ** min(before, 6), max(_LONGEST_PAUSE_S, source.every))
        pause *= random.uniform(0.8, 1.0)  # noqa: S311
        failures, since, told = self.store.source_failed(
            source.id, error, now=now, next_look=now + max(wait_s, pause), cursor=cursor
        )
        log.warning("%s: %s", source.id, error)
        if not told and (kind in _TOLD_AT_ONCE or failures >= self.settings.failures_until_alert):
            self._tell(source, works=False, since=since, error=error)
        return Looked(source=source.id, error=error)

    def _tell(self, source: SourceSettings, *, works: bool, since: float, error: str) -> None:
        now = self.clock()
        title = f"Source {source.id} works again" if works else f"Source {source.id} is broken"
        failing = f"It failed since {_day(since)}."
        text = failing if works else f"{error}\n{failing}\n\n{self._still_working(source.id)}"
        document = named(
            Document(
                id="",
                source="watch",
                item=f"{source.id}:{since}:{'works' if works else 'broken'}",
                title=title,
                link="" if is_reference(source.url) else source.url,
                fetched=_day(now),
                text=text,
            )
        )
        found = Finding(id=digest("source", document.id), document=document.id, cls="source", title=title)
        self.store.tell_of_source(source.id, document, found, self._plan(now), now=now, broken=not works)

    def _still_working(self, broken: str) -> str:
        rows = {row["id"]: row for row in self.store.source_rows()}
        lines = []
        for source in self.settings.sources:
            row = rows.get(source.id)
            if source.id == broken or source.needs_terms or row is None or row["last_success"] is None:
                continue
            if row["failures"] == 0:
                lines.append(f"  {source.id}, last read {_day(row['last_success'])}")
        return "Still working:\n" + "\n".join(lines) if lines else "No other source is known to work."

    # rounds

    def once(self) -> list[Looked]:
        """One round: every source that is due, then everything that may be sent."""
        looked = [self.look(source) for source in self.settings.sources if not source.needs_terms]
        for place in self.sender.due():
            self.sender.empty(place)
        self.publish()
        return looked

    def publish(self) -> None:
        """Write page and feed anew if something was found since."""
        if not self.settings.publish:
            return
        newest = self.store.newest_stored()
        if newest != self._published:
            publish(self.store, self.settings)
            self._published = newest

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. A store that fails (a full disk, a lost server) is waited for."""
        busy: dict[object, Future[float]] = {}
        due: dict[object, float] = {}
        sources = {source.id: source for source in self.settings.sources if not source.needs_terms}
        with (
            ThreadPoolExecutor(max_workers=min(32, len(sources) + 1), thread_name_prefix="look") as looks,
            ThreadPoolExecutor(max_workers=16, thread_name_prefix="send") as sends,
        ):
            while not stop.is_set():
                for name, source in sources.items():
                    if name not in busy and time.monotonic() >= due.get(name, 0.0):
                        busy[name] = looks.submit(self._guarded, self._look_due, source)
                for place in self._places(busy):
                    busy[place] = sends.submit(self._guarded, self._send_due, place, stop)
                if "publish" not in busy and time.monotonic() >= due.get("publish", 0.0):
                    busy["publish"] = looks.submit(self._guarded, self._publish_due)
                stop.wait(TICK_S)
                for key in [key for key, future in busy.items() if future.done()]:
                    due[key] = time.monotonic() + busy.pop(key).result()

    def _places(self, busy: dict[object, Future[float]]) -> list[tuple[str, str]]:
        try:
            return [place for place in self.sender.due() if place not in busy]
        except SQLAlchemyError as error:
            log.error("the store fails: %s", redact(_first_line(error)))
            time.sleep(1.0)
            return []

    def _guarded(self, work: Callable[..., float], *arguments: object) -> float:
        """Seconds until `work` is wanted again; the store's failures end here and are tried again."""
        try:
            return work(*arguments)
        except SQLAlchemyError as error:
            log.error("the store fails: %s", redact(_first_line(error)))
            return 2.0
        except OSError as error:
            log.error("%s", redact(str(error)))
            return 5.0
        except Exception:
            log.exception("a fault of the watch itself; it goes on")
            return 10.0

    def _look_due(self, source: SourceSettings) -> float:
        looked = self.look(source)
        # Asking the store costs little: often enough to take over from another watcher in time.
        return min(1.0, source.every / 10) if not looked.mine else min(0.5, source.every / 10)

    def _send_due(self, place: tuple[str, str], stop: threading.Event) -> float:
        self.sender.empty(place, stop=stop.is_set)
        return 0.0

    def _publish_due(self) -> float:
        self.publish()
        return 2.0


def _is_new(item: Item, known: Known | None) -> bool:
    return known is None or known.fingerprint != item.fingerprint


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _first_line(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(error).__name__
