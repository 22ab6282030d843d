"""A watcher in a process of its own, for tests that kill it or take its disk away.

`zygote` imports everything once and forks a watcher for each line on its standard input, so that a kill
costs no second start of Python. `full` runs one watcher and moves its limit on file sizes as it is told.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import sys
import threading
from pathlib import Path

import feedparser  # noqa: F401  (loaded before the fork, not in it)
from watch_bench import toy_reader

from mischmetal.watch.database import open_store
from mischmetal.watch.run import Watcher
from mischmetal.watch.settings import Settings


def turn(settings: Settings, stop: threading.Event) -> None:
    """Run a watcher until `stop`, or until the end of the process."""
    store = open_store(settings.store)
    watcher = Watcher(settings=settings, store=store, reader=toy_reader)
    watcher.run(stop)
    watcher.close()
    store.close()


def zygote(settings: Settings) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            turn(settings, threading.Event())
            os._exit(0)
        print(child, flush=True)


def full(settings: Settings) -> None:
    database = Path(settings.store.removeprefix("sqlite:///"))
    stop = threading.Event()
    thread = threading.Thread(target=turn, args=(settings, stop))
    thread.start()
    for line in sys.stdin:
        if line.strip() == "full":
            size = max(path.stat().st_size for path in database.parent.glob("watch.db*"))
            limit = size // 4096 * 4096
        else:
            limit = resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        print("ok", flush=True)
    stop.set()
    thread.join()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    mode = {"zygote": zygote, "full": full}[sys.argv[1]]
    mode(Settings.model_validate(json.loads(sys.argv[2])))
