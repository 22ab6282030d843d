"""The watch's memory: what was seen, what was found, what is still to be told, in one database.

SQLite in WAL mode by default, PostgreSQL by an address; the same code on both. Every public method is one
transaction, and its docstring says what holds afterwards. A claim is one conditional UPDATE, so two
watchers on one store cannot both win it.

Clocks jump. A lease or a date that lies further ahead than it could have been set is treated as run out,
and a lease that runs out too early costs at most a repeat that says so.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mischmetal.watch.finding import Alert, Document, Finding
from mischmetal.watch.rows import document_row, dump, likeness, to_alert, to_document
from mischmetal.watch.schema import alert, attempt, document, finding, source

Cursor = dict[str, str]
_DAY_S = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An alert to be stored: when it may go, and whether it waits for a digest."""

    alert: Alert
    not_before: float
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An alert that this watcher alone may send now; its attempt is already on record.

    `attempts` counts this one, since the alert was stored or last taken up again.
    """

    alert: Alert
    stored: float
    attempts: int
    until: float  # when another watcher may take it over


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A source that is ours to look at; `broken_since` where its failure has been told."""

    cursor: Cursor
    broken_since: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The newest version of an item that the store has."""

    id: str
    version: int
    fingerprint: str
    text_digest: str


class Store:
    """Methods take `now` (seconds since 1970) from the caller, so that tests can turn the clock."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._insert: Callable[..., Any] = (
            postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        )
        # SQLite takes one writer at a time: queueing here is fairer than its busy loop.
        self._one_writer = threading.Lock()

    @property
    def engine(self) -> sa.Engine:
        """For tests and for the few who want to ask in SQL."""
        return self._engine

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        writing = self._engine.connect().execution_options(write=True)
        with self._one_writer, writing as connection, connection.begin():
            yield connection

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with self._engine.connect() as connection, connection.begin():
            yield connection

    # sources

    def claim_source(self, name: str, *, owner: str, now: float, every: float, lease: float) -> Look | None:
        """The source's state if it is due and nobody else looks at it; then it is ours for `lease` s."""
        due = sa.or_(source.c.next_look <= now, source.c.next_look > now + max(every, _DAY_S))
        idle = sa.or_(
            source.c.lease_owner.is_(None),
            source.c.lease_owner == owner,  # our own look broke off: the store failed in the middle of it
            source.c.lease_until <= now,
            source.c.lease_until > now + 2 * lease,
        )
        with self._read() as connection:
            row = connection.execute(sa.select(due).where(source.c.id == name)).first()
            if row is not None and not row[0]:
                return None
        with self._write() as connection:
            connection.execute(self._insert(source).values(id=name).on_conflict_do_nothing())
            won = connection.execute(
                sa.update(source)
                .where(source.c.id == name, due, idle)
                .values(lease_owner=owner, lease_until=now + lease, last_look=now)
            )
            if won.rowcount != 1:
                return None
            row = connection.execute(sa.select(source).where(source.c.id == name)).one()
        return Look(cursor=json.loads(row.cursor_json), broken_since=row.failing_since if row.told else None)

    def known(self, name: str, items: Iterable[str]) -> dict[str, Known]:
        """The newest stored version of each of these items of the source."""
        found: dict[str, Known] = {}
        wanted = list(dict.fromkeys(items))
        columns = [document.c[key] for key in ("item", "id", "version", "fingerprint", "text_digest")]
        with self._read() as connection:
            for start in range(0, len(wanted), 500):
                rows = connection.execute(
                    sa.select(*columns)
                    .where(document.c.source == name, document.c.item.in_(wanted[start : start + 500]))
                    .order_by(document.c.version)
                )
                for row in rows:
                    found[row.item] = Known(
                        id=row.id,
                        version=row.version,
                        fingerprint=row.fingerprint,
                        text_digest=row.text_digest,
                    )
        return found

    def commit_document(
        self,
        new: Document,
        fingerprint: str,
        findings: Iterable[Finding],
        plan: Callable[[Document, Finding], list[Planned]],
        *,
        now: float,
        cursor: Cursor | None = None,
        next_look: float | None = None,
        lease_until: float | None = None,
    ) -> int:
        """Document, findings, alerts and cursor, all or nothing. Returns the number of alerts.

        A second commit of the same version changes nothing but the cursor. A finding that the previous
        version already had is stored and not told again. `plan` makes a finding's alerts. With
        `next_look` the look is over, with `lease_until` it goes on.
        """
        with self._write() as connection:
            values = document_row(new, fingerprint, now)
            told = 0
            if self._add(connection, document, values):
                before = set(
                    connection.execute(
                        sa.select(finding.c.likeness).where(finding.c.document == new.previous)
                    ).scalars()
                )
                for found in findings:
                    told += self._add_finding(connection, new, found, before, plan, now)
                connection.execute(sa.update(source).where(source.c.id == new.source).values(last_new=now))
            self._set_cursor(connection, new.source, cursor, now, next_look)
            if lease_until is not None:
                connection.execute(
                    sa.update(source).where(source.c.id == new.source).values(lease_until=lease_until)
                )
        return told

    def _add(self, connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> bool:
        """Insert a row unless it is there; whether it was new."""
        insert = self._insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
        return connection.execute(insert).first() is not None

    def _add_finding(
        self,
        connection: sa.Connection,
        new: Document,
        found: Finding,
        before: set[str],
        plan: Callable[[Document, Finding], list[Planned]],
        now: float,
    ) -> int:
        like = likeness(found)
        values = {
            "id": found.id,
            "document": new.id,
            "cls": found.cls,
            "score": found.score,
            "likeness": like,
            "stored": now,
            "finding_json": dump(found.to_json()),
        }
        self._add(connection, finding, values)
        return 0 if like in before else self._add_alerts(connection, plan(new, found), now)

    def _add_alerts(self, connection: sa.Connection, planned: Iterable[Planned], now: float) -> int:
        count = 0
        for one in planned:
            values = {
                "id": one.alert.id,
                "channel": one.alert.channel,
                "address": one.alert.address,
                "finding": one.alert.finding,
                "state": "held" if one.held else "waiting",
                "title": one.alert.title,
                "body": one.alert.body,
                "link": one.alert.link,
                "payload_json": dump(one.alert.payload),
                "stored": now,
                "not_before": one.not_before,
            }
            count += self._add(connection, alert, values)
        return count

    def _set_cursor(
        self, connection: sa.Connection, name: str, cursor: Cursor | None, now: float, next_look: float | None
    ) -> None:
        """With `next_look` the look is over and went well; the lease ends with it."""
        values: dict[str, Any] = {}
        if cursor is not None:
            values["cursor_json"] = dump(cursor)
        if next_look is not None:
            values |= {
                "next_look": next_look,
                "last_success": now,
                "failures": 0,
                "failing_since": None,
                "told": False,
                "last_error": "",
                "lease_owner": None,
                "lease_until": 0.0,
            }
        if values:
            connection.execute(sa.update(source).where(source.c.id == name).values(values))

    def touch_item(self, known: Known, fingerprint: str) -> None:
        """The list says the item was edited and its text says it was not: remember not to ask again."""
        with self._write() as connection:
            connection.execute(
                sa.update(document).where(document.c.id == known.id).values(fingerprint=fingerprint)
            )

    def source_ok(self, name: str, cursor: Cursor, *, now: float, next_look: float, note: str = "") -> None:
        """A look that ended well without anything left to store."""
        with self._write() as connection:
            self._set_cursor(connection, name, cursor, now, next_look)
            if note:
                connection.execute(sa.update(source).where(source.c.id == name).values(last_error=note))

    def source_failed(
        self, name: str, error: str, *, now: float, next_look: float, cursor: Cursor | None = None
    ) -> tuple[int, float, bool]:
        """Count a failed look. Returns (failures in a row, failing since, whether it was told already)."""
        with self._write() as connection:
            connection.execute(self._insert(source).values(id=name).on_conflict_do_nothing())
            connection.execute(
                sa.update(source)
                .where(source.c.id == name)
                .values(
                    failures=source.c.failures + 1,
                    failing_since=sa.func.coalesce(source.c.failing_since, now),
                    last_error=error,
                    next_look=next_look,
                    lease_owner=None,
                    lease_until=0.0,
                )
            )
            self._set_cursor(connection, name, cursor, now, None)
            row = connection.execute(
                sa.select(source.c.failures, source.c.failing_since, source.c.told).where(source.c.id == name)
            ).one()
        return row.failures, row.failing_since, row.told

    def tell_of_source(
        self,
        name: str,
        new: Document,
        found: Finding,
        plan: Callable[[Document, Finding], list[Planned]],
        *,
        now: float,
        broken: bool,
    ) -> None:
        """Store the alert that a source broke or works again, with the mark that this has been told."""
        with self._write() as connection:
            values = document_row(new, new.id, now)
            self._add(connection, document, values)
            self._add_finding(connection, new, found, set(), plan, now)
            connection.execute(sa.update(source).where(source.c.id == name).values(told=broken))

    # alerts

    def due_channels(self, *, now: float) -> set[tuple[str, str]]:
        """(channel, address) pairs for which something may be sent now."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(alert.c.channel, alert.c.address).where(_due(now)).distinct()
            ).all()
        return {(row.channel, row.address) for row in rows}

    def claim_alert(
        self, channel: str, address: str, *, owner: str, now: float, lease: float
    ) -> Claimed | None:
        """Take the oldest alert due for an address and put the attempt on record, before it is made."""
        mine = sa.and_(alert.c.channel == channel, alert.c.address == address, _due(now))
        with self._write() as connection:
            pick = sa.select(alert.c.id).where(mine).order_by(alert.c.stored, alert.c.id).limit(1)
            if self._engine.dialect.name == "postgresql":
                pick = pick.with_for_update(skip_locked=True)
            name = connection.execute(pick).scalar()
            if name is None:
                return None
            won = connection.execute(
                sa.update(alert)
                .where(alert.c.id == name, _due(now))
                .values(
                    state="sending", lease_owner=owner, lease_until=now + lease, attempts=alert.c.attempts + 1
                )
            )
            if won.rowcount != 1:
                return None
            row = connection.execute(sa.select(alert).where(alert.c.id == name)).one()
            open_ones = sa.and_(attempt.c.alert == name, attempt.c.outcome.is_(None))
            connection.execute(
                sa.update(attempt)
                .where(open_ones)
                .values(outcome="unknown", ended=now, detail="the watcher stopped in the middle of it")
            )
            doubtful = connection.execute(
                sa.select(sa.func.count()).where(attempt.c.alert == name, attempt.c.outcome == "unknown")
            ).scalar_one()
            connection.execute(
                sa.insert(attempt).values(alert=name, number=row.attempts, owner=owner, started=now)
            )
        return Claimed(
            alert=replace(to_alert(row), attempt=row.attempts, repeat=doubtful > 0),
            stored=row.stored,
            attempts=row.attempts - row.spent,
            until=now + lease,
        )

    def finish_alert(
        self,
        claimed: Claimed,
        outcome: str,
        detail: str,
        *,
        now: float,
        retry_at: float | None,
    ) -> None:
        """Put an attempt's outcome on record; without `retry_at` the alert is sent, or dead."""
        state = "sent" if outcome == "sent" else "waiting" if retry_at is not None else "dead"
        values: dict[str, Any] = {"state": state, "last_error": "" if state == "sent" else detail}
        if state == "sent":
            values["sent"] = now
        if retry_at is not None:
            values["not_before"] = retry_at
        with self._write() as connection:
            connection.execute(
                sa.update(attempt)
                .where(attempt.c.alert == claimed.alert.id, attempt.c.number == claimed.alert.attempt)
                .values(outcome=outcome, ended=now, detail=detail)
            )
            # If another watcher took over meanwhile, its newer attempt decides, unless ours arrived.
            still_mine = alert.c.attempts == claimed.alert.attempt
            fits = sa.true() if state == "sent" else still_mine
            connection.execute(
                sa.update(alert)
                .where(alert.c.id == claimed.alert.id, fits)
                .values(lease_owner=None, lease_until=0.0, **values)
            )

    def fold_digests(self, *, now: float, compose: Callable[[str, str, list[Alert]], Alert]) -> int:
        """Turn held alerts whose time has come into one alert for each address. Returns how many."""
        ripe = sa.and_(alert.c.state == "held", _ripe(now))
        with self._read() as connection:
            if connection.execute(sa.select(alert.c.id).where(ripe).limit(1)).first() is None:
                return 0
        made = 0
        with self._write() as connection:
            query = (
                sa.select(alert)
                .where(ripe)
                .order_by(alert.c.channel, alert.c.address, alert.c.stored, alert.c.id)
            )
            if self._engine.dialect.name == "postgresql":
                query = query.with_for_update(skip_locked=True)
            groups: dict[tuple[str, str], list[Alert]] = {}
            for row in connection.execute(query):
                groups.setdefault((row.channel, row.address), []).append(to_alert(row))
            for (channel, address), members in groups.items():
                whole = compose(channel, address, members)
                made += self._add_alerts(connection, [Planned(alert=whole, not_before=now)], now)
                connection.execute(
                    sa.update(alert)
                    .where(alert.c.id.in_([member.id for member in members]))
                    .values(state="folded", folded_into=whole.id)
                )
        return made

    def send_again(self, name: str, *, now: float) -> bool:
        """Give a dead letter another set of attempts. False where there is no such dead letter."""
        with self._write() as connection:
            done = connection.execute(
                sa.update(alert)
                .where(alert.c.id == name, alert.c.state == "dead")
                .values(state="waiting", not_before=now, stored=now, spent=alert.c.attempts)
            )
        return done.rowcount == 1

    # looking back

    def source_rows(self) -> list[dict[str, Any]]:
        """All that is known of each source."""
        with self._read() as connection:
            return [dict(row._mapping) for row in connection.execute(sa.select(source).order_by(source.c.id))]

    def alert_counts(self) -> dict[str, dict[str, int]]:
        """Channel -> state -> number of alerts."""
        counts: dict[str, dict[str, int]] = {}
        with self._read() as connection:
            query = sa.select(alert.c.channel, alert.c.state, sa.func.count()).group_by(
                alert.c.channel, alert.c.state
            )
            for channel, state, count in connection.execute(query):
                counts.setdefault(channel, {})[state] = count
        return counts

    def unfinished(self, *, state: str, limit: int = 50) -> list[dict[str, Any]]:
        """Alerts in one state, oldest first, without their texts."""
        columns = [alert.c[name] for name in ("id", "channel", "title", "stored", "attempts", "last_error")]
        with self._read() as connection:
            query = sa.select(*columns).where(alert.c.state == state).order_by(alert.c.stored).limit(limit)
            return [dict(row._mapping) for row in connection.execute(query)]

    def findings(self, *, limit: int = 500) -> list[tuple[Document, Finding, float]]:
        """The newest findings with their documents and the time they were stored, newest first."""
        query = (
            sa.select(document, finding.c.finding_json, finding.c.stored.label("found"))
            .join_from(finding, document, finding.c.document == document.c.id)
            .order_by(finding.c.stored.desc(), finding.c.id)
            .limit(limit)
        )
        with self._read() as connection:
            rows = connection.execute(query).all()
        return [
            (to_document(row), Finding.from_json(json.loads(row.finding_json)), row.found) for row in rows
        ]

    def documents(self, *, refused: bool = False, limit: int = 50) -> list[Document]:
        """The newest documents; with `refused` only those that no text could be taken from."""
        query = sa.select(document).order_by(document.c.stored.desc(), document.c.id).limit(limit)
        if refused:
            query = query.where(document.c.refused != "")
        with self._read() as connection:
            return [to_document(row) for row in connection.execute(query)]

    def newest_stored(self) -> float:
        """When the last finding came in; 0 for an empty store."""
        with self._read() as connection:
            return connection.execute(sa.select(sa.func.max(finding.c.stored))).scalar() or 0.0


def _ripe(now: float) -> sa.ColumnElement[bool]:
    # What was stored in the future, or is put off by more than two days, was dated by a clock that has
    # been set back since: rather early than late.
    return sa.or_(
        alert.c.not_before <= now, alert.c.not_before > now + 2 * _DAY_S, alert.c.stored > now + 60.0
    )


def _due(now: float) -> sa.ColumnElement[bool]:
    waiting = sa.and_(alert.c.state == "waiting", _ripe(now))
    given_up = sa.or_(alert.c.lease_until <= now, alert.c.lease_until > now + _DAY_S)
    return sa.or_(waiting, sa.and_(alert.c.state == "sending", given_up))
