"""What the watch's tests stand on: a server that misbehaves on demand, and a reader of toy documents."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

from mischmetal.watch.finding import Document, Figure, Finding, Flag, Part, digest
from mischmetal.watch.pipeline import Reading
from mischmetal.watch.settings import Settings, SourceSettings
from mischmetal.watch.sources.base import Body


@dataclass
class Answer:
    """One answer of the server. `cut`: bytes of the body after which the connection is dropped."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip_s: float = 0.0  # seconds between single bytes
    delay_s: float = 0.0
    etag: str = ""


Route = Answer | list[Answer] | Callable[["Seen"], Answer]


@dataclass
class Seen:
    """One request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


class LocalServer:
    """`routes` maps a path to what it answers; a list is served one by one, its last for ever."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.seen: list[Seen] = []
        bench = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body go as two writes; do not wait in between

            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                self._serve(b"")

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def _serve(self, body: bytes) -> None:
                seen = Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                bench.seen.append(seen)
                answer = bench._answer(seen)
                try:
                    self._write(answer)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def _write(self, answer: Answer) -> None:
                time.sleep(answer.delay_s)
                data = b"" if answer.status == 304 else answer.body
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.kind)
                if answer.status != 304:
                    self.send_header("Content-Length", str(len(data)))
                if answer.etag:
                    self.send_header("ETag", answer.etag)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if answer.cut is not None:
                    self.wfile.write(data[: answer.cut])
                    self.close_connection = True
                elif answer.drip_s:
                    for place in range(len(data)):
                        self.wfile.write(data[place : place + 1])
                        self.wfile.flush()
                        time.sleep(answer.drip_s)
                else:
                    self.wfile.write(data)

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """A client that was killed leaves a broken connection; that is no news here."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    def _answer(self, seen: Seen) -> Answer:
        route = self.routes.get(seen.path)
        if route is None:
            return Answer(status=404)
        if isinstance(route, list):
            answer = route.pop(0) if len(route) > 1 else route[0]
        elif isinstance(route, Answer):
            answer = route
        else:
            answer = route(seen)
        if answer.etag and seen.headers.get("if-none-match") == answer.etag:
            return Answer(status=304, etag=answer.etag)
        return answer


class Receiver:
    """A webhook's other end: keeps every payload it was sent, and answers what it is told to."""

    def __init__(self, server: LocalServer, path: str = "/hook") -> None:
        self.got: list[dict[str, Any]] = []
        self.answers: list[Answer] = []
        self.url = server.url + path
        server.routes[path] = self._take

    def _take(self, seen: Seen) -> Answer:
        self.got.append(json.loads(seen.body) | {"_headers": seen.headers})
        return self.answers.pop(0) if self.answers else Answer(status=204)

    @property
    def ids(self) -> list[str]:
        return [payload["id"] for payload in self.got]

    def once_each(self) -> list[dict[str, Any]]:
        """What a receiver that drops repeated ids keeps."""
        kept = {}
        for payload in self.got:
            kept.setdefault(payload["id"], payload)
        return list(kept.values())

    def unmarked_repeats(self) -> list[str]:
        """Ids that came a second time without saying that it may be one."""
        seen: set[str] = set()
        bad = []
        for payload in self.got:
            if payload["id"] in seen and not payload["repeat_mark"].startswith("possible repeat (attempt "):
                bad.append(payload["id"])
            seen.add(payload["id"])
        return bad


def toy_reader(document: Document, body: Body, source: SourceSettings) -> Reading:
    """Reads lines like `FIND drill 80 Dy Long intercept`; everything else is only text."""
    if body.data.startswith(b"POISON"):
        return Reading(refused="refused: a toy poison")
    if body.data.startswith(b"CRASH"):
        raise RuntimeError("the toy reader falls over")
    text = body.data.decode("utf-8", "replace")
    findings = []
    for line in text.splitlines():
        at = line.find("FIND ")
        if at < 0:
            continue
        _, cls, score, commodity, *words = line[at:].partition("<")[0].split()
        start = text.index(line) + at
        value = None if score == "-" else float(score)
        findings.append(
            Finding(
                id=digest(line),
                document=document.id,
                cls=cls,
                title=" ".join(words),
                score=value,
                parts=(
                    Part(name="toy", points=value or 0.0, why="as the line says", source="toy table", n=7),
                ),
                red_flags=(Flag(id="toy", why="a toy flag", span=(start, start + 4)),),
                figures=(Figure(label="grade", value=1.5, unit="%", span=(start, start + len(line) - at)),),
                commodity=commodity,
                where="Toy Hill",
                region="AU",
            )
        )
    return Reading(text=text, findings=tuple(findings))


def rss(items: list[tuple[str, str, str]], *, base: str = "http://example.org") -> bytes:
    """A feed whose items are (guid, title, description), newest first as feeds are."""
    rows = "".join(
        f"<item><guid isPermaLink='false'>{escape(guid)}</guid><title>{escape(title)}</title>"
        f"<pubDate>Tue, 24 Nov 2026 0{1 + place % 8}:00:00 GMT</pubDate>"
        f"<description>{escape(text)}</description></item>"
        for place, (guid, title, text) in enumerate(items)
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Toy newsroom</title>"
        f"<link>{base}</link><description>x</description>{rows}</channel></rss>"
    ).encode()


def settings_for(server: LocalServer, store: str, **more: Any) -> Settings:
    """One feed at /feed, one webhook at /hook, one rule that wants everything."""
    data: dict[str, Any] = {
        "store": store,
        "contact": "test@example.org",
        "sources": [
            {
                "id": "newsroom",
                "kind": "feed",
                "url": f"{server.url}/feed",
                "private": True,
                "gap": 0,
                "every": 1,
            }
        ],
        "channels": [{"id": "hook", "kind": "webhook", "address": f"{server.url}/hook", "private": True}],
        "rules": [{"user": "anna", "channels": ["hook"]}],
    }
    return Settings.model_validate(data | more)


@contextmanager
def silent_listener() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield listener.getsockname()[1]
