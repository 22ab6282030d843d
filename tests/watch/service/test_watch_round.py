"""From an item at a server to a notification, with everything that can go wrong on the way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from watch_bench import Answer, LocalServer, Receiver, rss, settings_for, toy_reader

from mischmetal.watch import schema
from mischmetal.watch.database import open_store
from mischmetal.watch.run import Watcher
from mischmetal.watch.store import Store

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC).timestamp()


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(server: LocalServer, store: Store, store_url: str, clock: Clock) -> Callable[..., Watcher]:
    made: list[Watcher] = []

    def make(**more: object) -> Watcher:
        watcher = Watcher(
            settings=settings_for(server, store_url, **more), store=store, reader=toy_reader, clock=clock
        )
        source = watcher.settings.sources[0]
        watcher.client(source).attempts = 1
        made.append(watcher)
        return watcher

    yield make
    for watcher in made:
        watcher.close()


def feed(*items: tuple[str, str, str], etag: str = "") -> Answer:
    return Answer(rss(list(items)), kind="application/rss+xml", etag=etag)


A = ("a", "First", "FIND drill 80 Dy Long intercept")
B = ("b", "Second", "FIND resource - TREO New resource")


LINKED = (
    '<entry><id>a</id><title>First</title><updated>2026-11-24T01:00:00Z</updated><link href="/doc"/></entry>'
)


def test_an_item_becomes_an_alert(server: LocalServer, receiver: Receiver, watch, store: Store) -> None:
    server.routes["/feed"] = feed(A, B, etag='"1"')
    [looked] = watch().once()
    assert (looked.new, looked.alerts, looked.error) == (2, 2, "")
    assert {payload["title"] for payload in receiver.got} == {
        "Long intercept (significant drill result, 80/100)",
        "New resource (initial resource, not ranked)",
    }
    assert store.alert_counts() == {"hook": {"sent": 2}}
    [row] = store.source_rows()
    assert '"1"' in row["cursor_json"].replace('\\"', '"')


def test_nothing_new_is_asked_for_by_etag_and_told_never(
    server: LocalServer, receiver: Receiver, watch, clock: Clock
) -> None:
    server.routes["/feed"] = feed(A, etag='"1"')
    watcher = watch()
    watcher.once()
    assert watcher.once()[0].mine is False  # not due yet
    clock.now += 2
    assert watcher.once()[0].new == 0
    assert server.asked("/feed")[1].headers["if-none-match"] == '"1"'
    assert len(receiver.got) == 1


def test_a_repeated_item_is_told_once(server: LocalServer, receiver: Receiver, watch, clock: Clock) -> None:
    server.routes["/feed"] = [feed(A, A), feed(A, B, A)]
    watcher = watch()
    watcher.once()
    clock.now += 2
    watcher.once()
    assert len(receiver.got) == 2


def test_an_edited_announcement_is_a_linked_version(
    server: LocalServer, receiver: Receiver, watch, store: Store, clock: Clock
) -> None:
    edited = ("a", "First", "FIND drill 80 Dy Long intercept\nFIND drill 40 Dy Corrected intercept")
    server.routes["/feed"] = [feed(A), feed(edited), feed(A)]
    watcher = watch()
    for _ in range(3):
        watcher.once()
        clock.now += 2
    versions = sorted(store.documents(), key=lambda one: one.version)
    assert [one.version for one in versions] == [1, 2, 3]
    assert [one.previous for one in versions] == [None, versions[0].id, versions[1].id]
    assert [payload["title"].split(" (")[0] for payload in receiver.got] == [
        "Long intercept",
        "Edited: Corrected intercept",
    ]
    assert "replaces version 1" in receiver.got[1]["text"]


def test_an_edit_of_the_list_alone_is_no_new_version(
    server: LocalServer, receiver: Receiver, watch, store: Store, clock: Clock
) -> None:
    server.routes["/doc"] = Answer(b"FIND drill 80 Dy Long intercept", kind="text/plain")

    def linked(updated: str) -> Answer:
        return Answer(
            f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>a</id>'
            f'<title>First</title><updated>{updated}</updated><link href="/doc"/></entry></feed>'.encode(),
            kind="application/atom+xml",
        )

    server.routes["/feed"] = [linked("2026-11-24T01:00:00Z"), linked("2026-11-24T02:00:00Z")]
    watcher = watch()
    for _ in range(3):
        watcher.once()
        clock.now += 2
    assert len(store.documents()) == len(receiver.got) == 1
    assert len(server.asked("/doc")) == 2  # asked again once, and then remembered


@pytest.mark.parametrize("first", ["POISON", "CRASH now"])
def test_a_poisoned_document_is_a_record_and_stops_nothing(
    server: LocalServer, receiver: Receiver, watch, store: Store, first: str
) -> None:
    server.routes["/bad"] = Answer(first.encode(), kind="text/plain")
    entry = (
        "<entry><id>{0}</id><title>{0}</title><updated>2026-11-24T0{1}:00:00Z</updated>"
        '<link href="{2}"/></entry>'
    )
    server.routes["/good"] = Answer(A[2].encode(), kind="text/plain")
    rows = (
        entry.format("good", 2, "/good") + entry.format("bad", 1, "/bad") + entry.format("none", 1, "/none")
    )
    server.routes["/feed"] = Answer(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{rows}</feed>'.encode()
    )
    [looked] = watch().once()
    assert (looked.new, looked.error) == (3, "")
    refused = {one.title: one.refused for one in store.documents(refused=True)}
    assert set(refused) == {"bad", "none"}
    assert "404" in refused["none"]
    assert len(receiver.got) == 1


def test_a_document_that_cannot_be_had_now_is_asked_for_again(
    server: LocalServer, receiver: Receiver, watch, store: Store, clock: Clock
) -> None:
    server.routes["/doc"] = [Answer(status=500), Answer(A[2].encode(), kind="text/plain")]
    server.routes["/feed"] = Answer(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{LINKED}</feed>'.encode(), etag='"1"'
    )
    watcher = watch()
    assert "1 of 1 documents" in watcher.once()[0].error
    clock.now += 60
    assert watcher.once()[0].new == 1
    assert len(receiver.got) == 1


def test_a_document_that_never_comes_ends_as_a_record(
    server: LocalServer, watch, store: Store, clock: Clock
) -> None:
    server.routes["/doc"] = Answer(status=500)
    server.routes["/feed"] = Answer(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{LINKED}</feed>'.encode()
    )
    watcher = watch()
    for _ in range(8):
        watcher.once()
        clock.now += 4000
    [document] = [one for one in store.documents(refused=True) if one.source == "newsroom"]
    assert "given up after 5 looks" in document.refused
    assert store.source_rows()[0]["failures"] == 0


@pytest.mark.parametrize(
    "trouble",
    [Answer(status=500), Answer(status=429), Answer(b"x" * 90, cut=5), Answer(status=403)],
    ids=["500", "429", "cut", "403"],
)
def test_a_broken_source_is_an_alert_and_so_is_its_return(
    server: LocalServer, receiver: Receiver, watch, clock: Clock, tmp_path, trouble: Answer
) -> None:
    server.routes["/feed"] = trouble
    (tmp_path / "inbox").mkdir()
    sources = [
        {
            "id": "newsroom",
            "kind": "feed",
            "url": f"{server.url}/feed",
            "private": True,
            "gap": 0,
            "every": 1,
        },
        {"id": "drop", "kind": "folder", "path": str(tmp_path / "inbox"), "every": 1},
    ]
    watcher = watch(sources=sources)
    for _ in range(2):
        watcher.once()
        clock.now += 100
    assert receiver.got == []
    for _ in range(3):
        watcher.once()
        clock.now += 300
    [broken] = receiver.got
    assert broken["title"] == "Source newsroom is broken"
    assert "drop, last read 2026-11-24" in broken["text"]
    server.routes["/feed"] = feed(A)
    watcher.once()
    assert sorted(payload["title"].split(" (")[0] for payload in receiver.got[1:]) == [
        "Long intercept",
        "Source newsroom works again",
    ]


def test_a_changed_layout_is_told_at_once(server: LocalServer, receiver: Receiver, watch) -> None:
    server.routes["/feed"] = Answer(b"<html>we have moved</html>")
    watch().once()
    assert "the layout has changed" in receiver.got[0]["text"]
    assert "No other source is known to work." in receiver.got[0]["text"]


def test_an_exchange_is_not_touched_without_its_terms(server: LocalServer, watch) -> None:
    sources = [{"id": "asx", "kind": "asx-page", "url": f"{server.url}/list", "private": True}]
    watcher = watch(sources=sources)
    assert watcher.once() == []
    assert server.seen == []


def test_what_was_there_before_can_be_passed_over(
    server: LocalServer, receiver: Receiver, watch, store: Store, clock: Clock
) -> None:
    server.routes["/feed"] = [feed(A), feed(B, A)]
    source = {
        "id": "newsroom",
        "kind": "feed",
        "url": f"{server.url}/feed",
        "private": True,
        "gap": 0,
        "every": 1,
    }
    watcher = watch(sources=[source | {"backlog": False}])
    watcher.once()
    assert (len(store.documents()), receiver.got) == (1, [])
    clock.now += 2
    watcher.once()
    assert [payload["finding"]["title"] for payload in receiver.got] == ["New resource"]


# delivery


def test_an_unknown_outcome_comes_again_to_that_channel_alone(
    server: LocalServer, receiver: Receiver, watch, store: Store, clock: Clock
) -> None:
    other = Receiver(server, "/other")
    receiver.answers = [Answer(status=500), Answer(status=502)]
    channels = [
        {"id": "hook", "kind": "webhook", "address": f"{server.url}/hook", "private": True},
        {"id": "other", "kind": "webhook", "address": f"{server.url}/other", "private": True},
    ]
    server.routes["/feed"] = feed(A)
    watcher = watch(channels=channels, rules=[{"user": "a", "channels": ["hook", "other"]}])
    for _ in range(3):
        watcher.once()
        clock.now += 100
    assert [payload["repeat_mark"] for payload in receiver.got] == [
        "",
        "possible repeat (attempt 2)",
        "possible repeat (attempt 3)",
    ]
    assert len(set(receiver.ids)) == 1
    assert len(receiver.once_each()) == len(other.got) == 1
    assert receiver.unmarked_repeats() == []


def test_a_channel_that_keeps_refusing_ends_in_dead_letters(
    server: LocalServer, receiver: Receiver, watch, store: Store, clock: Clock
) -> None:
    receiver.answers = [Answer(status=403) for _ in range(99)]
    server.routes["/feed"] = feed(A)
    watcher = watch(attempts=4)
    for _ in range(12):
        watcher.once()
        clock.now += 4000
    assert len(receiver.got) == 4
    assert receiver.unmarked_repeats() == receiver.ids[1:]  # plain refusals need no mark
    [dead] = store.unfinished(state="dead")
    assert "403" in dead["last_error"]
    receiver.answers = []
    assert store.send_again(dead["id"], now=clock.now)
    watcher.once()
    assert store.alert_counts()["hook"] == {"sent": 1}


def test_one_refused_alert_does_not_stop_the_next(
    server: LocalServer, receiver: Receiver, watch, store: Store
) -> None:
    receiver.answers = [Answer(status=400)]
    server.routes["/feed"] = feed(A, B)
    watch().once()
    assert store.alert_counts()["hook"] == {"sent": 1, "waiting": 1}


def test_a_channel_that_left_the_settings_ends_in_dead_letters(
    server: LocalServer, receiver: Receiver, watch, store: Store, clock: Clock
) -> None:
    receiver.answers = [Answer(status=400)]
    server.routes["/feed"] = feed(A)
    watch(attempts=2).once()
    clock.now += 100
    watch(attempts=2, channels=[], rules=[]).once()
    assert "no longer have" in store.unfinished(state="dead")[0]["last_error"]


def test_a_missing_secret_waits_and_is_not_lost(
    server: LocalServer,
    receiver: Receiver,
    watch,
    store: Store,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TOY_HOOK", raising=False)
    server.routes["/feed"] = feed(A)
    hook = {"id": "hook", "kind": "webhook", "address": "env:TOY_HOOK", "private": True}
    watcher = watch(channels=[hook])
    watcher.once()
    assert "TOY_HOOK" in store.unfinished(state="waiting")[0]["last_error"]
    monkeypatch.setenv("TOY_HOOK", f"{server.url}/hook")
    clock.now += 100
    watcher.once()
    assert receiver.got[0]["repeat_mark"] == ""


def test_secrets_are_in_no_table_and_no_log(
    server: LocalServer,
    receiver: Receiver,
    watch,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="mischmetal")
    monkeypatch.setenv("TOY_HOOK", f"{server.url}/hook/correct-horse-battery")
    monkeypatch.setenv("TOY_KEY", "staple-of-the-key")
    monkeypatch.setenv("TOY_FEED", f"{server.url}/feed?key=open-sesame-1001")
    server.routes["/hook/correct-horse-battery"] = Answer(status=500)
    server.routes["/feed"] = feed(A)
    hook = {
        "id": "hook",
        "kind": "webhook",
        "address": "env:TOY_HOOK",
        "secret": "env:TOY_KEY",
        "private": True,
    }
    watch(channels=[hook]).once()
    with store.engine.connect() as connection:
        kept = "".join(
            str(tuple(row))
            for table in schema.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )
    for word in ("correct-horse", "staple-of", "open-sesame"):
        assert word not in kept
        assert word not in caplog.text
    assert "correct-horse" in server.seen[-1].path


def test_a_watcher_that_was_held_up_does_not_send_behind_anothers_back(
    server: LocalServer,
    receiver: Receiver,
    watch,
    store: Store,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.routes["/feed"] = feed(A)
    watcher, other = watch(lease=10), watch(lease=10)
    claim = store.claim_alert

    def held_up(*place: str, **more: object):
        claimed = claim(*place, **more)
        if claimed is not None and claimed.alert.attempt == 1:
            clock.now += 11
            monkeypatch.setattr(store, "claim_alert", claim)
            other.once()
        return claimed

    monkeypatch.setattr(store, "claim_alert", held_up)
    watcher.once()
    assert [payload["repeat_mark"] for payload in receiver.got] == ["possible repeat (attempt 2)"]
    assert store.alert_counts() == {"hook": {"sent": 1}}


def test_digests_and_quiet_hours_hold_back_until_their_time(
    server: LocalServer, receiver: Receiver, watch, clock: Clock
) -> None:
    server.routes["/feed"] = feed(A, B)
    watcher = watch(rules=[{"user": "a", "channels": "hook", "digest": "18:00"}])
    watcher.once()
    clock.now += 5 * 3600
    watcher.once()
    assert receiver.got == []
    clock.now += 3601
    watcher.once()
    assert receiver.got[0]["title"] == "Digest: 2 findings"
    assert len(receiver.got[0]["digest"]) == 2


# several watchers, turning clocks


def test_two_watchers_on_one_store_tell_everything_once(
    server: LocalServer, receiver: Receiver, store_url: str
) -> None:
    items = [(f"i{n}", f"Item {n}", f"FIND drill {n % 100} Dy Intercept {n}") for n in range(30)]
    shown = [0]

    def growing(_seen: object) -> Answer:
        shown[0] = min(shown[0] + 6, len(items))
        return feed(*reversed(items[: shown[0]]))

    server.routes["/feed"] = growing
    stop = threading.Event()
    stores = [open_store(store_url) for _ in range(2)]
    watchers = [
        Watcher(settings=settings_for(server, store_url), store=store, reader=toy_reader) for store in stores
    ]
    threads = [threading.Thread(target=watcher.run, args=(stop,)) for watcher in watchers]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 60
    while len(set(receiver.ids)) < len(items) and time.monotonic() < end:
        time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join()
    assert sorted(payload["finding"]["title"] for payload in receiver.got) == sorted(
        f"Intercept {n}" for n in range(30)
    )
    with stores[0].engine.connect() as connection:
        owners = connection.execute(sa.select(schema.attempt.c.owner).distinct()).scalars().all()
    assert 1 <= len(owners) <= 2
    for watcher, store in zip(watchers, stores, strict=True):
        watcher.close()
        store.close()


@pytest.mark.parametrize("jump_days", [-400, -1, 1, 400])
def test_a_clock_that_jumps_loses_nothing(
    server: LocalServer, receiver: Receiver, store: Store, store_url: str, jump_days: int
) -> None:
    """Real clocks this time, turned under the watcher's feet while an alert waits and a lease runs."""
    server.routes["/feed"] = [feed(A), feed(B, A)]
    receiver.answers = [Answer(status=503)]
    with time_machine.travel(NOW, tick=True):
        watcher = Watcher(settings=settings_for(server, store_url), store=store, reader=toy_reader)
        watcher.once()
        store.claim_source("newsroom", owner="dead", now=time.time() + 2, every=1, lease=120)
    for later in (0, 130, 200, 400):
        with time_machine.travel(NOW + jump_days * 86400 + later, tick=True):
            watcher.once()
    watcher.close()
    assert len(receiver.once_each()) == 2
    assert receiver.unmarked_repeats() == []
    assert store.alert_counts() == {"hook": {"sent": 2}}


def test_the_wheel_turns_until_it_is_stopped(
    server: LocalServer, receiver: Receiver, store: Store, store_url: str, tmp_path
) -> None:
    server.routes["/feed"] = feed(A)
    settings = settings_for(server, store_url, publish=str(tmp_path / "out"))
    watcher = Watcher(settings=settings, store=store, reader=toy_reader)
    stop = threading.Event()
    thread = threading.Thread(target=watcher.run, args=(stop,))
    thread.start()
    end = time.monotonic() + 30
    page = tmp_path / "out" / "findings.html"
    while not (receiver.got and page.exists() and "Long" in page.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    stop.set()
    thread.join()
    watcher.close()
    assert len(receiver.got) == 1
    assert "Long intercept" in page.read_text()
