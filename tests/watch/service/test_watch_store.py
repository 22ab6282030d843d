"""The store keeps its promises on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import alembic.autogenerate
import alembic.command
import alembic.config
import alembic.migration
import pytest
import sqlalchemy as sa

from mischmetal.watch import schema
from mischmetal.watch.database import StoreError, open_store
from mischmetal.watch.deliver.message import compose_digest
from mischmetal.watch.finding import Alert, Document, Finding
from mischmetal.watch.pipeline import named
from mischmetal.watch.store import Planned, Store

DAY = 86400.0
T0 = 1_790_000_000.0


def document(text: str = "words", version: int = 1, **more: str) -> Document:
    return named(Document(id="", source="s", item="i", version=version, text=text, **more))


def finding(of: Document, title: str = "Long intercept", **more: object) -> Finding:
    return Finding(id=f"f-{of.id}-{title}", document=of.id, cls="drill", title=title, **more)


def plan(of: Document, found: Finding) -> list[Planned]:
    alert = Alert(id=f"a-{found.id}", channel="hook", address="x", finding=found.id, title="t", body="b")
    return [Planned(alert=alert, not_before=T0)]


def put(store: Store, new: Document, *findings: Finding, now: float = T0) -> int:
    return store.commit_document(new, f"print {new.text}", findings, plan, now=now)


def claim(store: Store, now: float = T0, owner: str = "me", lease: float = 60.0):
    return store.claim_alert("hook", "x", owner=owner, now=now, lease=lease)


def test_tables_are_what_the_migrations_make(store: Store) -> None:
    with store.engine.connect() as connection:
        context = alembic.migration.MigrationContext.configure(connection)
        assert alembic.autogenerate.compare_metadata(context, schema.metadata) == []


def test_migrations_go_down_and_up_again(store: Store) -> None:
    with store.engine.connect().execution_options(write=True) as connection, connection.begin():
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, "base")
        assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
        alembic.command.upgrade(config, "head")
        assert "alert" in sa.inspect(connection).get_table_names()


def test_opening_twice_keeps_what_is_there(store_url: str) -> None:
    first = open_store(store_url)
    put(first, document())
    first.close()
    again = open_store(store_url)
    assert [one.text for one in again.documents()] == ["words"]
    again.close()


def test_a_store_from_the_future_is_refused(store_url: str) -> None:
    store = open_store(store_url)
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="newer version"):
        open_store(store_url)


def test_sqlite_runs_in_wal_mode_with_full_sync(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/w.db")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    store.close()


def test_an_unreachable_store_is_one_line_without_its_password() -> None:
    with pytest.raises(StoreError) as caught:
        open_store("postgresql://watch:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_document_findings_alerts_and_cursor_come_together_or_not_at_all(store: Store) -> None:
    new = document()
    store.claim_source("s", owner="me", now=T0, every=60, lease=60)

    def broken_plan(of: Document, found: Finding) -> list[Planned]:
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        store.commit_document(
            new, "p", [finding(new)], broken_plan, now=T0, cursor={"etag": "new"}, next_look=T0
        )
    assert store.documents() == []
    assert store.findings() == []
    assert json.loads(store.source_rows()[0]["cursor_json"]) == {}

    store.commit_document(new, "p", [finding(new)], plan, now=T0, cursor={"etag": "new"}, next_look=T0 + 60)
    assert len(store.documents()) == len(store.findings()) == 1
    assert json.loads(store.source_rows()[0]["cursor_json"]) == {"etag": "new"}
    assert store.alert_counts() == {"hook": {"waiting": 1}}


def test_the_same_document_twice_is_told_once(store: Store) -> None:
    new = document()
    assert put(store, new, finding(new)) == 1
    assert put(store, new, finding(new)) == 0
    assert store.alert_counts() == {"hook": {"waiting": 1}}


def test_an_edit_tells_only_what_is_new(store: Store) -> None:
    first = document("one")
    put(store, first, finding(first), finding(first, "Other"))
    second = named(replace(document("two", 2), previous=first.id))
    moved = replace(finding(second), id="moved")
    assert put(store, second, moved, finding(second, "Corrected")) == 1
    assert store.known("s", ["i"])["i"].version == 2
    kept = {one.version: one for one in store.documents()}
    assert kept[2].previous == kept[1].id


def test_a_finding_survives_the_store_unchanged(store: Store) -> None:
    new = document("Dy \u00b2 \u7a00\u571f")
    found = finding(new, score=61.5, commodity="Dy", where="Toy Hill")
    put(store, new, found)
    [(stored, back, when)] = store.findings()
    assert (stored, back, when) == (new, found, T0)


def test_an_attempt_is_on_record_before_it_is_made(store: Store) -> None:
    new = document()
    put(store, new, finding(new))
    claimed = claim(store)
    assert claimed.alert.attempt == 1
    assert claimed.alert.repeat_mark == ""
    with store.engine.connect() as connection:
        [row] = connection.execute(sa.select(schema.attempt)).all()
    assert (row.number, row.outcome, row.owner) == (1, None, "me")


def test_an_attempt_without_outcome_makes_the_next_a_possible_repeat(store: Store) -> None:
    new = document()
    put(store, new, finding(new))
    first = claim(store, lease=60)
    assert claim(store, now=T0 + 59, owner="other") is None
    second = claim(store, now=T0 + 61, owner="other")
    assert second.alert.id == first.alert.id
    assert second.alert.repeat_mark == "possible repeat (attempt 2)"
    store.finish_alert(second, "sent", "", now=T0 + 62, retry_at=None)
    assert claim(store, now=T0 + DAY) is None


def test_a_clear_refusal_leaves_no_mark(store: Store) -> None:
    new = document()
    put(store, new, finding(new))
    store.finish_alert(claim(store), "refused", "no", now=T0, retry_at=T0 + 5)
    assert claim(store, now=T0 + 4) is None
    again = claim(store, now=T0 + 5)
    assert (again.alert.attempt, again.alert.repeat_mark) == (2, "")
    store.finish_alert(again, "unknown", "timeout", now=T0 + 6, retry_at=T0 + 7)
    assert claim(store, now=T0 + 7).alert.repeat_mark == "possible repeat (attempt 3)"


def test_a_late_answer_of_a_watcher_that_lost_its_lease_counts_only_if_it_arrived(store: Store) -> None:
    new = document()
    put(store, new, finding(new))
    slow = claim(store, lease=10)
    quick = claim(store, now=T0 + 11, owner="other")
    store.finish_alert(slow, "refused", "late no", now=T0 + 12, retry_at=None)
    assert store.alert_counts() == {"hook": {"sending": 1}}
    store.finish_alert(slow, "sent", "", now=T0 + 13, retry_at=None)
    store.finish_alert(quick, "sent", "", now=T0 + 14, retry_at=None)
    assert store.alert_counts() == {"hook": {"sent": 1}}


def test_a_dead_letter_can_be_sent_again(store: Store) -> None:
    new = document()
    put(store, new, finding(new))
    claimed = claim(store)
    store.finish_alert(claimed, "refused", "gone", now=T0, retry_at=None)
    assert [row["last_error"] for row in store.unfinished(state="dead")] == ["gone"]
    assert claim(store, now=T0 + DAY) is None
    assert not store.send_again("nonsense", now=T0)
    assert store.send_again(claimed.alert.id, now=T0 + DAY)
    again = claim(store, now=T0 + DAY)
    assert (again.alert.attempt, again.attempts) == (2, 1)


def test_only_one_watcher_gets_a_source(store: Store) -> None:
    def ask(owner: str, now: float):
        return store.claim_source("s", owner=owner, now=now, every=60, lease=120)

    assert ask("a", T0).cursor == {}
    assert ask("b", T0) is None
    assert ask("b", T0 + 121) is not None
    store.source_ok("s", {"etag": "e"}, now=T0 + 122, next_look=T0 + 182)
    assert ask("a", T0 + 181) is None
    assert ask("a", T0 + 182).cursor == {"etag": "e"}


def test_a_clock_that_jumps_back_stops_nothing(store: Store) -> None:
    new = document()
    put(store, new, finding(new), now=T0)
    store.claim_source("s", owner="a", now=T0, every=60, lease=120)
    store.source_ok("s", {}, now=T0, next_look=T0 + 60)
    claim(store)
    past = T0 - 30 * DAY
    assert store.claim_source("s", owner="b", now=past, every=60, lease=120) is not None
    assert store.claim_source("s", owner="c", now=T0 - 90 * DAY, every=60, lease=120) is not None
    assert claim(store, now=past).alert.repeat_mark == "possible repeat (attempt 2)"


def test_held_alerts_become_one_digest(store: Store) -> None:
    new = document()

    def hold(of: Document, found: Finding) -> list[Planned]:
        return [replace(plan(of, found)[0], held=True, not_before=T0 + 100)]

    store.commit_document(new, "p", [finding(new), finding(new, "Other")], hold, now=T0)
    assert claim(store, now=T0 + 200) is None
    assert store.fold_digests(now=T0 + 99, compose=compose_digest) == 0
    assert store.fold_digests(now=T0 + 100, compose=compose_digest) == 1
    assert store.fold_digests(now=T0 + 100, compose=compose_digest) == 0
    whole = claim(store, now=T0 + 100)
    assert whole.alert.title == "Digest: 2 findings"
    assert len(whole.alert.payload["digest"]) == 2
    assert store.alert_counts() == {"hook": {"folded": 2, "sending": 1}}
