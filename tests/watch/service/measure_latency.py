"""From a new item at a local server to the delivered notification: run by hand, not by the suite.

    python tests/watch/service/measure_latency.py [--items 1000] [--every 5] [--per-second 10] [--store URL]

A feed shows items at random moments; each links to a page of its own, which the watch fetches, reads with
its own reader (`--toy` for the tests' one) and tells to a webhook. The latency of an item runs from the
moment at which the feed first could show it to the arrival of its alert. The promise is: at the 99th
percentile no more than the poll interval plus two seconds.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import threading
import time
from pathlib import Path

from watch_bench import Answer, LocalServer, Seen, settings_for, toy_reader

from mischmetal.watch.database import open_store
from mischmetal.watch.finding import Document, Finding
from mischmetal.watch.pipeline import Reader, Reading, make_reader
from mischmetal.watch.run import Watcher
from mischmetal.watch.settings import Settings, SourceSettings
from mischmetal.watch.sources.base import Body

PAGE = """<!doctype html><html><body><h1>Item {n}</h1><p>FIND drill {score} Dy Intercept {n}</p>
<p>Hole TH-{n} returned {metres} m at {grade} % TREO from {start} m at Toy Hill.</p></body></html>"""


def own_reader(settings: Settings) -> Reader:
    """The watch's own reader, and one finding for each item however it is judged."""
    read = make_reader(settings)

    def told(document: Document, body: Body, source: SourceSettings) -> Reading:
        reading = read(document, body, source)
        number = re.search(r"Item (\d+)", reading.text)
        title = f"Intercept {number[1]}" if number else "?"
        found = Finding(id="told", document="", cls="drill", title=title, score=50.0)
        return Reading(text=reading.text, refused=reading.refused, findings=(found,))

    return told


class TimedFeed:
    """Items appear one after another; `born` keeps when."""

    def __init__(self, server: LocalServer) -> None:
        self.server = server
        self.born: list[float] = []
        self.lock = threading.Lock()
        server.routes["/feed"] = self._answer

    def grow(self, count: int, per_second: float) -> None:
        for n in range(count):
            page = PAGE.format(n=n, score=n % 100, metres=4 + n % 30, grade=1 + n % 7, start=10 + n % 90)
            self.server.routes[f"/item/{n}"] = Answer(page.encode())
            with self.lock:
                self.born.append(time.monotonic())
            time.sleep(random.expovariate(per_second))

    def _answer(self, _: Seen) -> Answer:
        with self.lock:
            count = len(self.born)
        rows = "".join(
            f"<item><guid>i{n}</guid><title>Item {n}</title><link>{self.server.url}/item/{n}</link></item>"
            for n in reversed(range(max(0, count - 200), count))
        )
        body = (
            f"<rss version='2.0'><channel><title>t</title><link>x</link><description/>{rows}</channel></rss>"
        )
        return Answer(body.encode(), kind="application/rss+xml", etag=f'"{count}"')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--per-second", type=float, default=10.0)
    parser.add_argument("--store", default="")
    parser.add_argument("--toy", action="store_true")
    asked = parser.parse_args()
    server = LocalServer()
    arrived: dict[int, float] = {}

    def take(seen: Seen) -> Answer:
        number = re.search(rb"Intercept (\d+)", seen.body)
        if number:
            arrived.setdefault(int(number[1]), time.monotonic())
        return Answer(status=204)

    server.routes["/hook"] = take
    feed = TimedFeed(server)
    with tempfile.TemporaryDirectory() as folder:
        url = asked.store or f"sqlite:///{Path(folder)}/watch.db"
        source = {"id": "feed", "kind": "feed", "url": f"{server.url}/feed", "private": True, "gap": 0}
        settings = settings_for(server, url, sources=[source | {"every": asked.every}])
        store = open_store(url)
        reader = toy_reader if asked.toy else own_reader(settings)
        watcher = Watcher(settings=settings, store=store, reader=reader)
        stop = threading.Event()
        thread = threading.Thread(target=watcher.run, args=(stop,))
        thread.start()
        feed.grow(asked.items, asked.per_second)
        end = time.monotonic() + 60 + asked.every
        while len(arrived) < asked.items and time.monotonic() < end:
            time.sleep(0.1)
        stop.set()
        thread.join()
        watcher.close()
        store.close()
    server.close()
    late = sorted(arrived[n] - feed.born[n] for n in arrived)
    p99 = late[min(len(late) - 1, int(len(late) * 0.99))]
    promise = asked.every + 2
    verdict = "kept" if p99 <= promise else "BROKEN"
    print(
        f"{len(late)} of {asked.items} told at {asked.per_second:g} a second, a look every {asked.every:g} s"
    )
    print(f"median {late[len(late) // 2]:.2f} s, 99th percentile {p99:.2f} s, most {late[-1]:.2f} s")
    print(f"promised {promise:.1f} s at the 99th percentile: {verdict}")


if __name__ == "__main__":
    main()
