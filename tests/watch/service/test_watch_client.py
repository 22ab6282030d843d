"""The polite client, against a server that is anything but."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta

import httpcore2
import httpx2
import pytest
from watch_bench import Answer, LocalServer, silent_listener

from mischmetal.watch import net
from mischmetal.watch.sources.client import PoliteClient, retry_after, user_agent
from mischmetal.watch.sources.errors import ItemGone, SourceError


@pytest.fixture
def client():
    made = PoliteClient(
        agent=user_agent("test@example.org"),
        private=True,
        gap_s=0.0,
        timeout_s=0.5,
        deadline_s=2.0,
        first_wait_s=0.01,
    )
    yield made
    made.close()


def test_it_says_who_it_is(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/a"] = Answer(b"x")
    client.get(f"{server.url}/a")
    agents = {seen.headers["user-agent"] for seen in server.seen}
    assert len(agents) == 1
    assert agents.pop().startswith("mischmetal-watch/")
    assert "test@example.org" in server.seen[0].headers["user-agent"]


def test_it_asks_only_for_changes(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/a"] = Answer(b"x", etag='"1"', headers={"Last-Modified": "Tue, 24 Nov 2026 10:00:00 GMT"})
    first = client.get(f"{server.url}/a")
    again = client.get(f"{server.url}/a", etag=first.etag, modified=first.modified)
    assert (first.unchanged, again.unchanged, again.body) == (False, True, b"")
    assert server.asked("/a")[1].headers["if-modified-since"] == first.modified


def test_it_comes_back_after_429_and_500(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/a"] = [
        Answer(status=429, headers={"Retry-After": "0"}),
        Answer(status=500),
        Answer(b"at last"),
    ]
    assert client.get(f"{server.url}/a").body == b"at last"
    assert len(server.asked("/a")) == 3


@pytest.mark.parametrize("status", [429, 500, 503])
def test_it_gives_up_politely(server: LocalServer, client: PoliteClient, status: int) -> None:
    server.routes["/a"] = Answer(status=status)
    with pytest.raises(SourceError, match=str(status)) as caught:
        client.get(f"{server.url}/a")
    assert caught.value.kind == "network"
    assert len(server.asked("/a")) == client.attempts


def test_a_long_retry_after_is_left_to_the_next_look(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/a"] = Answer(status=429, headers={"Retry-After": "600"})
    with pytest.raises(SourceError) as caught:
        client.get(f"{server.url}/a")
    assert caught.value.wait_s == 600
    assert len(server.asked("/a")) == 1


def test_retry_after_is_read_in_both_forms() -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert 80 < retry_after(soon) <= 90
    assert retry_after("12") == 12
    assert retry_after("-3") == retry_after("soon") == retry_after("") == 0
    assert retry_after("99999999") == 86400


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_gone(server: LocalServer, client: PoliteClient, status: int) -> None:
    server.routes["/a"] = Answer(status=status)
    with pytest.raises(ItemGone):
        client.get(f"{server.url}/a")
    assert len(server.asked("/a")) == 1


def test_a_silent_server_is_given_up(client: PoliteClient) -> None:
    client.attempts = 1
    with silent_listener() as port, pytest.raises(SourceError, match="no answer in time"):
        client.get(f"http://127.0.0.1:{port}/a")


def test_a_dripping_server_is_given_up(server: LocalServer, client: PoliteClient) -> None:
    client.attempts, client.deadline_s = 1, 0.3
    server.routes["/a"] = Answer(b"x" * 200, drip_s=0.02)
    with pytest.raises(SourceError, match="too slow"):
        client.get(f"{server.url}/a")


def test_a_cut_answer_is_not_taken_for_whole(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/a"] = [Answer(b"0123456789", cut=4), Answer(b"0123456789")]
    assert client.get(f"{server.url}/a").body == b"0123456789"
    server.routes["/b"] = Answer(b"0123456789", cut=4)
    with pytest.raises(SourceError, match="cut off"):
        client.get(f"{server.url}/b")


def test_a_packed_bomb_counts_unpacked(server: LocalServer, client: PoliteClient) -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    server.routes["/a"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(ItemGone, match="more than 1 MiB"):
        client.get(f"{server.url}/a", max_bytes=2**20)


def test_robots_are_obeyed_and_asked_once(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/robots.txt"] = Answer(b"User-agent: mischmetal-watch\nDisallow: /private\n")
    server.routes["/a"] = server.routes["/private/b"] = Answer(b"x")
    client.get(f"{server.url}/a")
    client.get(f"{server.url}/a")
    with pytest.raises(SourceError, match="robots") as caught:
        client.get(f"{server.url}/private/b")
    assert caught.value.kind == "robots"
    assert len(server.asked("/robots.txt")) == 1
    assert server.asked("/private/b") == []


def test_broken_robots_mean_no(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/robots.txt"] = Answer(status=500)
    server.routes["/a"] = Answer(b"x")
    with pytest.raises(SourceError):
        client.get(f"{server.url}/a")
    assert server.asked("/a") == []


def test_crawl_delay_and_gap_keep_requests_apart(server: LocalServer, client: PoliteClient) -> None:
    client.gap_s = 0.15
    server.routes["/a"] = Answer(b"x")
    start = time.monotonic()
    for _ in range(3):
        client.get(f"{server.url}/a")
    assert time.monotonic() - start >= 3 * 0.15  # robots.txt and three pages: three gaps


def test_redirects_are_followed_but_not_for_ever(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/a"] = Answer(status=302, headers={"Location": "/b"})
    server.routes["/b"] = Answer(b"here")
    server.routes["/c"] = Answer(status=302, headers={"Location": "/c"})
    assert client.get(f"{server.url}/a").url == f"{server.url}/b"
    with pytest.raises(SourceError, match="redirects"):
        client.get(f"{server.url}/c")


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x", "http://", "javascript:x"]
)
def test_a_redirect_leads_nowhere_but_the_web(server: LocalServer, client: PoliteClient, where: str) -> None:
    server.routes["/a"] = Answer(status=302, headers={"Location": where})
    with pytest.raises(SourceError):
        client.get(f"{server.url}/a")


def test_private_addresses_are_refused_unless_allowed(server: LocalServer) -> None:
    shy = PoliteClient(agent="x", private=False, gap_s=0.0)
    with pytest.raises(SourceError, match="not a public address") as caught:
        shy.get(f"{server.url}/a")
    assert caught.value.kind == "refused"
    assert server.seen == []
    shy.close()


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1:248:1893:25c8:1946", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("192.168.0.1", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("::ffff:127.0.0.1", False, True),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::7f00:1", False, True),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:7f00:1::", False, True),
        ("100.64.0.1", False, False),
    ],
)
def test_which_addresses_may_be_opened(address: str, public: bool, private: bool) -> None:
    assert (net.refusal(address, private=False) == "") is public
    assert (net.refusal(address, private=True) == "") is private


def test_a_name_that_changes_its_address_is_caught_at_connection(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer of the resolver is public, the next is loopback: only the checked one is used."""
    answers = [["127.0.0.1"]]

    def resolve(host, port, *_, **__):
        return [(2, 1, 6, "", (address, port)) for address in answers[0]]

    monkeypatch.setattr(net.socket, "getaddrinfo", resolve)
    with net.client(private=False, agent="x", timeout=1.0) as client, pytest.raises(httpx2.ConnectError):
        client.get(f"http://rebound.example:{server.port}/a")
    # one public and one private address: all of the name is refused, not only the bad one
    answers[0] = ["93.184.216.34", "127.0.0.1"]
    with pytest.raises(httpcore2.ConnectError, match="not a public"):
        net.CheckedBackend(private=False).connect_tcp("mixed.example", server.port, timeout=1.0)
    assert server.seen == []


def test_the_connection_goes_to_the_address_that_was_checked(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def resolve(host, port, *_, **__):
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(net.socket, "getaddrinfo", resolve)
    server.routes["/a"] = Answer(b"x")
    with net.client(private=True, agent="x", timeout=1.0) as client:
        assert client.get(f"http://name.example:{server.port}/a").status_code == 200
    # the name was resolved once; what was opened afterwards was the number
    assert asked == ["name.example", "127.0.0.1"] or asked == ["name.example"]
    assert server.seen[0].headers["host"] == f"name.example:{server.port}"
