"""Kill -9 at random instants, and a disk that is full: nothing committed is lost, no repeat is silent.

The suite kills a few dozen times. `MISCHMETAL_KILLS=200 pytest tests/watch/service/test_watch_killed.py`
kills 200 times on each store.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from watch_bench import Answer, LocalServer, Receiver, Seen, rss, settings_for, toy_reader

from mischmetal.watch import schema
from mischmetal.watch.database import open_store
from mischmetal.watch.run import Watcher
from mischmetal.watch.settings import Settings
from mischmetal.watch.store import Store

KILLS = int(os.environ.get("MISCHMETAL_KILLS", "14"))


@contextmanager
def victim(mode: str, settings: Settings, log: Path) -> Iterator[subprocess.Popen[str]]:
    """The other process; its standard error goes to `log`."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("watch_victim.py")),
                mode,
                settings.model_dump_json(by_alias=True),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield process
        finally:
            process.stdin.close()
            process.wait(timeout=60)
            process.stdout.close()


def tell(process: subprocess.Popen[str], word: str) -> str:
    process.stdin.write(f"{word}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.1)


def committed(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(connection.execute(sa.select(schema.alert.c.id)).scalars())


class GrowingFeed:
    """Shows a few items more at each look, newest first, all of them for ever."""

    def __init__(self, server: LocalServer, step: int = 3) -> None:
        self.items: list[tuple[str, str, str]] = []
        self.step = step
        server.routes["/feed"] = self._answer

    def _answer(self, _: Seen) -> Answer:
        for _more in range(self.step):
            n = len(self.items)
            self.items.append((f"item-{n}", f"Item {n}", f"FIND drill {n % 100} Dy Intercept {n}"))
        return Answer(rss(self.items[::-1]), etag=f'"{len(self.items)}"')


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.005)


def test_kills_lose_nothing_and_hide_no_repeat(
    server: LocalServer, receiver: Receiver, store_url: str, tmp_path: Path
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    feed = GrowingFeed(server)

    def moody(seen: Seen) -> Answer:
        answer = take(seen)
        time.sleep(chance.random() * 0.08)
        return Answer(status=500) if chance.random() < 0.03 else answer

    take = server.routes["/hook"]
    server.routes["/hook"] = moody
    settings = settings_for(server, store_url, lease=1.0)
    store = open_store(store_url)
    promised: set[str] = set()
    with victim("zygote", settings, tmp_path / "log") as process:
        for _ in range(KILLS):
            pid = int(tell(process, "go"))
            time.sleep(chance.uniform(0.02, 1.0))
            kill(pid)
            now = committed(store)
            assert promised <= now, f"seed {seed}: committed alerts are gone"
            promised = now
        feed.step = 0
        wanted = {f"Intercept {n}" for n in range(len(feed.items))}
        pid = int(tell(process, "go"))

        def all_sent() -> bool:
            return set(store.alert_counts().get("hook", {})) == {"sent"} and committed(store) <= set(
                receiver.ids
            )

        wait_until(lambda: all_sent() and {p["finding"]["title"] for p in receiver.got} >= wanted, 90)
        kill(pid)
    assert promised <= set(receiver.ids), f"seed {seed}: committed and never told"
    told = [payload["finding"]["title"] for payload in receiver.once_each()]
    assert sorted(told) == sorted(wanted), f"seed {seed}"
    assert receiver.unmarked_repeats() == [], f"seed {seed}"
    with store.engine.connect() as connection:
        cut_short = connection.execute(
            sa.select(sa.func.count()).where(schema.attempt.c.detail.contains("stopped in the middle"))
        ).scalar_one()
    store.close()
    repeats = len(receiver.got) - len(told)
    print(f"{KILLS} kills, {cut_short} in the middle of an attempt, {repeats} marked repeats")


def test_a_full_disk_stops_the_watch_for_as_long_as_it_is_full(
    server: LocalServer, receiver: Receiver, tmp_path: Path
) -> None:
    feed = GrowingFeed(server, step=2)
    url = f"sqlite:///{tmp_path}/watch.db"
    settings = settings_for(server, url, lease=2.0)
    with victim("full", settings, tmp_path / "log") as process:
        wait_until(lambda: len(receiver.got) >= 4, 30)
        assert tell(process, "full") == "ok"
        wait_until(lambda: "the store fails" in (tmp_path / "log").read_text(), 30)
        time.sleep(2.0)
        while_full = len(receiver.got)
        assert process.poll() is None
        assert tell(process, "free") == "ok"
        wait_until(lambda: len(receiver.got) > while_full + 4, 30)
        feed.step = 0
        wanted = {f"Intercept {n}" for n in range(len(feed.items))}
        wait_until(lambda: {p["finding"]["title"] for p in receiver.got} >= wanted, 30)
    assert "the store fails" in (tmp_path / "log").read_text()
    told = [payload["finding"]["title"] for payload in receiver.once_each()]
    assert sorted(told) == sorted(f"Intercept {n}" for n in range(len(feed.items)))
    assert receiver.unmarked_repeats() == []
    store = open_store(url)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        cursor = connection.execute(sa.select(schema.source.c.cursor_json)).scalar_one()
    assert json.loads(cursor)["etag"] == f'"{len(feed.items)}"'
    store.close()


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_database_that_drops_its_connections_loses_nothing(
    server: LocalServer, receiver: Receiver, store_url: str
) -> None:
    feed = GrowingFeed(server, step=4)
    store = open_store(store_url)
    watcher = Watcher(settings=settings_for(server, store_url, lease=2.0), store=store, reader=toy_reader)
    stop = threading.Event()
    thread = threading.Thread(target=watcher.run, args=(stop,))
    thread.start()
    name = store_url.rpartition("/")[2]
    with psycopg.connect(store_url.removesuffix(name) + "postgres", autocommit=True) as admin:
        dropped = 0
        for _ in range(60):
            time.sleep(0.05 + random.random() * 0.05)
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            dropped += len(admin.execute(ended, (name,)).fetchall())
    feed.step = 0
    wanted = {f"Intercept {n}" for n in range(len(feed.items))}
    wait_until(lambda: {p["finding"]["title"] for p in receiver.got} >= wanted, 60)
    wait_until(lambda: set(store.alert_counts()["hook"]) == {"sent"}, 30)
    stop.set()
    thread.join()
    watcher.close()
    assert dropped > 0
    assert sorted(p["finding"]["title"] for p in receiver.once_each()) == sorted(wanted)
    assert receiver.unmarked_repeats() == []
    assert set(store.alert_counts()["hook"]) == {"sent"}
    store.close()
