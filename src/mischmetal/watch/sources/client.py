"""A polite client: says who it is, asks before it reads, comes back only when something has changed.

Conditional requests (ETag, Last-Modified), robots.txt, a gap between two requests to one host, back-off
with jitter that obeys Retry-After, a size limit and a deadline for the whole body, addresses checked at
connection.
"""

from __future__ import annotations

import email.utils
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx2
import stamina

from mischmetal import __version__
from mischmetal.watch import net
from mischmetal.watch.sources.errors import ItemGone, SourceError
from mischmetal.watch.sources.robots import Robots

LIST_BYTES = 16 * 2**20
DOCUMENT_BYTES = 64 * 2**20
_LONG_WAIT_S = 30.0  # a longer Retry-After is left to the next look


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A good answer: 200 with its body, or 304 without."""

    url: str  # after redirects
    body: bytes
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    unchanged: bool = False


class Client(Protocol):
    """What adapters need of the network."""

    def get(self, url: str, *, etag: str = "", modified: str = "", max_bytes: int = LIST_BYTES) -> Reply:
        """The answer, or SourceError."""


class HostGate:
    """Keeps a gap between requests to one host, over all sources of the process."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, gap_s: float) -> None:
        """Sleep until `host` may be asked again and take that slot."""
        with self._lock:
            now = time.monotonic()
            slot = max(now, self._next.get(host, 0.0))
            self._next[host] = slot + gap_s
        if slot > now:
            time.sleep(slot - now)


class _Again(Exception):
    """An answer worth asking for once more; carries what to raise if it stays so."""

    def __init__(self, error: Exception, wait_s: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s


def user_agent(contact: str) -> str:
    """How the watch introduces itself; `contact` is a page or mail address of who runs it."""
    return f"mischmetal-watch/{__version__} (+{contact})" if contact else f"mischmetal-watch/{__version__}"


@dataclass(slots=True)
class PoliteClient:
    """GET and nothing else. Times in seconds."""

    agent: str
    private: bool = False
    gap_s: float = 0.5
    timeout_s: float = 20.0
    deadline_s: float = 90.0
    attempts: int = 3
    first_wait_s: float = 0.5
    gate: HostGate = field(default_factory=HostGate)
    _http: httpx2.Client | None = None
    _robots: dict[str, tuple[float, Robots]] = field(default_factory=dict)

    def get(self, url: str, *, etag: str = "", modified: str = "", max_bytes: int = LIST_BYTES) -> Reply:
        """The answer to a conditional GET, after as many tries as are polite. Raises SourceError."""
        headers = {}
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        return self._patiently(lambda: self._follow(url, headers, max_bytes))

    def close(self) -> None:
        """Give the connections back."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def _patiently(self, ask: Callable[[], Reply]) -> Reply:
        def again(error: Exception) -> bool | float:
            if not isinstance(error, _Again) or error.wait_s > _LONG_WAIT_S:
                return False
            return error.wait_s or True

        try:
            for attempt in stamina.retry_context(
                on=again,
                attempts=self.attempts,
                timeout=self.deadline_s,
                wait_initial=self.first_wait_s,
                wait_max=10.0,
                wait_jitter=self.first_wait_s,
            ):
                with attempt:
                    return ask()
        except _Again as error:
            raise error.error from None
        raise AssertionError("the loop above returns or raises")

    def _follow(self, url: str, headers: dict[str, str], max_bytes: int) -> Reply:
        for _ in range(6):
            self._ask_robots(url)
            answer = self._once(url, headers, max_bytes)
            if isinstance(answer, Reply):
                return answer
            url = urllib.parse.urljoin(url, answer)
        raise SourceError(f"{url}: more than five redirects", kind="status")

    def _ask_robots(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SourceError(f"{url[:200]}: not a web address", kind="refused")
        base = f"{parts.scheme}://{parts.netloc}"
        kept = self._robots.get(base)
        if kept is None or time.monotonic() - kept[0] > 24 * 3600:
            kept = (time.monotonic(), self._fetch_robots(base))
            self._robots[base] = kept
        if not kept[1].allows(url):
            raise SourceError(f"{url}: robots.txt asks us not to read this", kind="robots")

    def _fetch_robots(self, base: str) -> Robots:
        url = f"{base}/robots.txt"
        for _ in range(6):
            try:
                answer = self._once(url, {}, 512 * 1024)
            except SourceError as error:
                # RFC 9309: no rules where there is no file, no reading where the server is broken.
                if error.kind == "status":
                    return Robots("", self.agent)
                raise
            if isinstance(answer, Reply):
                return Robots(answer.body.decode("utf-8", "replace"), self.agent)
            url = urllib.parse.urljoin(url, answer)
        return Robots("", self.agent)

    def _once(self, url: str, headers: dict[str, str], max_bytes: int) -> Reply | str:
        """One request: a Reply, or where a redirect leads."""
        parts = urllib.parse.urlsplit(url)
        robots = self._robots.get(f"{parts.scheme}://{parts.netloc}")
        self.gate.wait(parts.netloc, max(self.gap_s, robots[1].delay_s if robots else 0.0))
        if self._http is None:
            self._http = net.client(private=self.private, agent=self.agent, timeout=self.timeout_s)
        end = time.monotonic() + self.deadline_s
        try:
            with self._http.stream("GET", url, headers=headers) as response:
                status = response.status_code
                if status == 304:
                    return Reply(url=url, body=b"", unchanged=True)
                if status in {301, 302, 303, 307, 308} and "location" in response.headers:
                    return response.headers["location"]
                if status in {404, 410}:
                    raise ItemGone(f"{url}: the server answers {status}", kind="status")
                if status == 429 or status >= 500:
                    wait = retry_after(response.headers.get("retry-after", ""))
                    error = SourceError(f"{url}: the server answers {status}", kind="network", wait_s=wait)
                    raise _Again(error, wait)
                if status != 200:
                    raise SourceError(f"{url}: the server answers {status}", kind="status")
                body = _body(response, url, max_bytes, end)
                return Reply(
                    url=url,
                    body=body,
                    content_type=response.headers.get("content-type", ""),
                    etag=response.headers.get("etag", ""),
                    modified=response.headers.get("last-modified", ""),
                )
        except httpx2.ConnectError as error:
            if isinstance(_root(error), net.AddressRefused):
                raise SourceError(f"{url}: {_root(error)}", kind="refused") from None
            raise _Again(SourceError(f"{url}: no connection ({error})", kind="network")) from None
        except httpx2.TimeoutException:
            raise _Again(SourceError(f"{url}: no answer in time", kind="network")) from None
        except httpx2.RemoteProtocolError:
            raise _Again(SourceError(f"{url}: the answer was cut off", kind="network")) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _Again(SourceError(f"{url}: {type(error).__name__}", kind="network")) from None


def retry_after(value: str) -> float:
    """Seconds that a Retry-After header asks for, as a number or a date; 0 where it says nothing."""
    value = value.strip()
    if value.isdigit():
        return float(min(int(value), 86400))
    try:
        asked = email.utils.parsedate_to_datetime(value).timestamp()
    except (TypeError, ValueError):
        return 0.0
    return min(max(0.0, asked - time.time()), 86400.0)


def _body(response: Any, url: str, max_bytes: int, end: float) -> bytes:
    """The whole body, unpacked, within its limits (a packed bomb counts by its unpacked size)."""
    parts: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():  # as they come: a size asked for would hide a dripping server
        size += len(chunk)
        if size > max_bytes:
            raise ItemGone(f"{url}: more than {max_bytes // 2**20} MiB", kind="size")
        if time.monotonic() > end:
            raise _Again(SourceError(f"{url}: too slow, given up", kind="network"))
        parts.append(chunk)
    return b"".join(parts)


def _root(error: BaseException) -> BaseException:
    """The first cause in the chain."""
    seen = error
    while seen.__cause__ is not None or seen.__context__ is not None:
        seen = seen.__cause__ or seen.__context__ or seen
    return seen
