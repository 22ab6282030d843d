"""Channels: what they send, and what they make of the answers."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import socketserver
import threading
import warnings
from dataclasses import replace

import apprise
import pytest
from watch_bench import Answer, LocalServer, Receiver, silent_listener

from mischmetal.watch import secret
from mischmetal.watch.deliver import mail, message, named, webhook
from mischmetal.watch.deliver.outcome import Outcome
from mischmetal.watch.finding import Alert, Document, Figure, Finding, Flag, Part
from mischmetal.watch.settings import ChannelSettings

ALERT = Alert(
    id="abc123", channel="c", finding="f", title="Toy: Long intercept", body="Body.", link="https://x.org/a"
)
AGAIN = replace(ALERT, attempt=3, repeat=True)


def channel(kind: str = "webhook", **more: object) -> ChannelSettings:
    base: dict[str, object] = {"id": "c", "kind": kind, "address": "env:PLACE"}
    if kind == "email":
        base |= {"address": "a@example.org", "host": "127.0.0.1", "sender": "w@toy.example", "tls": "none"}
    return ChannelSettings.model_validate(base | more)


# messages


def test_an_alert_says_all_that_it_should() -> None:
    text = "Hole TH-1 cut 12 m at 1.5% TREO from 30 m."
    document = Document(id="d2", source="s", item="i", version=2, previous="d1", title="Results", text=text)
    finding = Finding(
        id="f",
        document="d2",
        cls="drill",
        title="12 m at 1.5% TREO",
        score=61.0,
        parts=(Part(name="grade x length", points=61.0, why="18 %m", source="toy table", n=7),),
        red_flags=(Flag(id="up_to", why='says "up to"'),),
        figures=(Figure(label="TREO", value=1.5, unit="%", span=(20, 24)),),
        company="Toy",
        commodity="TREO",
        where="Toy Hill",
        region="AU",
        basis="packaged 2024 prices",
    )
    alert = message.compose(document, finding, "c", "address")
    assert alert.title == "Edited: Toy: 12 m at 1.5% TREO (significant drill result, 61/100)"
    for words in (
        "significant drill result",
        "TREO",
        "Toy Hill, AU",
        "61/100 (packaged 2024 prices)",
        "+61.0  grade x length: 18 %m [toy table, n = 7]",
        '! says "up to"',
        "TREO: 1.5 %",
        "[20-24]",
        "12 m at 1.5% TREO",
        "replaces version 1 (d1)",
    ):
        assert words in alert.body
    payload = message.payload(alert)
    assert payload["finding"]["figures"][0]["span"] == (20, 24)
    assert payload["document"]["previous"] == "d1"


def test_the_repeat_mark_is_in_title_text_and_payload() -> None:
    mark = "possible repeat (attempt 3)"
    assert mark in message.subject(AGAIN)
    assert mark in message.text(AGAIN)
    assert message.payload(AGAIN)["repeat_mark"] == mark
    assert mark not in message.subject(ALERT) + message.text(ALERT)


def test_words_of_a_document_cannot_break_a_line() -> None:
    assert message.line("a\r\nBcc: x\u2028y\u202ez\x00") == "a Bcc: x y z"


# webhooks


def test_a_webhook_gets_the_alert_with_its_id_and_a_signature(
    server: LocalServer, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_KEY", "hunter2")
    asked = channel(private=True, secret="env:HOOK_KEY")
    assert webhook.send(AGAIN, asked, receiver.url, agent="t") == Outcome(kind="sent")
    [got] = receiver.got
    assert (got["id"], got["attempt"], got["possible_repeat"]) == ("abc123", 3, True)
    headers = got["_headers"]
    assert headers["idempotency-key"] == headers["mischmetal-alert"] == "abc123"
    assert headers["mischmetal-repeat"] == "possible repeat (attempt 3)"
    sent = server.asked("/hook")[0].body
    assert (
        headers["mischmetal-signature"] == "sha256=" + hmac.new(b"hunter2", sent, hashlib.sha256).hexdigest()
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(status=200), "sent"),
        (Answer(status=400), "refused"),
        (Answer(status=429, headers={"Retry-After": "9"}), "refused"),
        (Answer(status=500), "unknown"),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), "refused"),
        (Answer(status=307, headers={"Location": "/elsewhere"}), "refused"),
    ],
)
def test_what_a_webhooks_answer_means(server: LocalServer, answer: Answer, kind: str) -> None:
    server.routes["/hook"] = answer
    outcome = webhook.send(ALERT, channel(private=True), f"{server.url}/hook", agent="t")
    assert outcome.kind == kind
    assert outcome.wait_s == (9 if answer.status == 429 else 0)
    assert [seen.path for seen in server.seen] == ["/hook"]


def test_a_webhook_that_takes_and_never_answers_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT_S", 0.2)
    with silent_listener() as port:
        outcome = webhook.send(ALERT, channel(private=True), f"http://127.0.0.1:{port}/", agent="t")
    assert outcome.kind == "unknown"


def test_a_webhook_that_nobody_answers_is_unreached() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    outcome = webhook.send(ALERT, channel(private=True), f"http://127.0.0.1:{port}/", agent="t")
    assert outcome.kind == "unreached"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_a_webhook_on_a_private_address_is_refused(server: LocalServer, host: str) -> None:
    outcome = webhook.send(ALERT, channel(), f"http://{host}:{server.port}/hook", agent="t")
    assert outcome.kind == "refused"
    assert server.seen == []


def test_a_webhook_name_that_leads_inside_is_refused(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        webhook.net.socket, "getaddrinfo", lambda host, port, *_, **__: [(2, 1, 6, "", ("10.0.0.7", port))]
    )
    outcome = webhook.send(ALERT, channel(), "https://hooks.example/x", agent="t")
    assert (outcome.kind, "10.0.0.7 is not a public address" in outcome.detail) == ("refused", True)


# mail


class MailServer:
    """Enough of SMTP to receive, to refuse, and to fall silent in the middle."""

    def __init__(self, *, refuse_at: str = "", drop_at: str = "") -> None:
        self.mails: list[str] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 toy\r\n")
                while line := self.rfile.readline():
                    word = line.split(b" ")[0].strip().upper().decode()
                    if word == drop_at:
                        return
                    if word == refuse_at:
                        self.wfile.write(b"550 no\r\n")
                    elif word == "EHLO":
                        self.wfile.write(b"250 toy\r\n")
                    elif word == "DATA":
                        self.wfile.write(b"354 go\r\n")
                        data = b""
                        while not data.endswith(b"\r\n.\r\n"):
                            data += self.rfile.readline()
                        if drop_at == "BODY":
                            return
                        outer.mails.append(data.decode())
                        self.wfile.write(b"250 ok\r\n")
                    else:
                        self.wfile.write(b"250 ok\r\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def __enter__(self) -> MailServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def test_a_mail_arrives_with_mark_and_a_lasting_id() -> None:
    with MailServer() as server:
        first = mail.send(ALERT, channel("email", port=server.port), "a@example.org")
        second = mail.send(AGAIN, channel("email", port=server.port), "a@example.org")
    assert first == second == Outcome(kind="sent")
    for text in server.mails:
        assert "Message-ID: <abc123@toy.example>" in text
        assert "X-Mischmetal-Alert: abc123" in text
    assert "possible repeat" not in server.mails[0]
    assert "possible repeat (attempt 3)" in server.mails[1].replace("\r\n ", " ")


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ({"refuse_at": "RCPT"}, "refused"),
        ({"refuse_at": "MAIL"}, "refused"),
        ({"refuse_at": "DATA"}, "refused"),
        ({"drop_at": "BODY"}, "unknown"),
        ({"drop_at": "MAIL"}, "unknown"),
    ],
)
def test_what_a_mail_servers_answer_means(trouble: dict[str, str], kind: str) -> None:
    with MailServer(**trouble) as server:
        assert mail.send(ALERT, channel("email", port=server.port), "a@example.org").kind == kind


def test_no_mail_server_is_unreached() -> None:
    assert mail.send(ALERT, channel("email", port=1), "a@example.org").kind == "unreached"


def test_a_title_cannot_add_a_header() -> None:
    evil = replace(ALERT, title="Gold!\r\nBcc: everyone@example.org")
    rendered = mail.render(evil, "w@toy.example", "a@example.org")
    assert rendered["Bcc"] is None
    assert "Bcc: everyone" in rendered["Subject"]


# named services


@pytest.fixture(autouse=True, scope="module")
def loaded_apprise() -> None:
    """apprise loads its plugins at first use, and one of them a module that Python 3.11 deprecates."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert apprise.Apprise().add("ntfy://127.0.0.1/topic")


def test_ntfy_goes_through_apprise_one_address_per_call(server: LocalServer) -> None:
    server.routes["/"] = Answer(b'{"id": "x"}', kind="application/json")
    server.routes["/topic"] = server.routes["/"]
    outcome = named.send(AGAIN, channel("ntfy", private=True), f"ntfy://127.0.0.1:{server.port}/topic")
    assert outcome == Outcome(kind="sent")
    posts = [seen for seen in server.seen if seen.method == "POST"]
    assert len(posts) == 1
    sent = json.dumps(posts[0].headers) + posts[0].body.decode() + posts[0].path
    assert "abc123" in sent
    assert "possible repeat (attempt 3)" in sent


def test_a_named_service_that_fails_is_unknown(server: LocalServer) -> None:
    server.routes["/"] = server.routes["/topic"] = Answer(status=500)
    outcome = named.send(ALERT, channel("ntfy", private=True), f"ntfy://127.0.0.1:{server.port}/topic")
    assert outcome.kind == "unknown"


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("slack", "json://127.0.0.1/x"),
        ("ntfy", "json://127.0.0.1/x"),
        ("telegram", "file:///etc/passwd"),
        ("discord", "https://example.org/x"),
        ("ntfy", "ntfy://127.0.0.1:1/topic"),
        ("slack", "slack://"),
    ],
)
def test_named_services_take_only_their_own_addresses(kind: str, address: str) -> None:
    assert named.send(ALERT, channel(kind), address).kind == "refused"


# secrets


def test_secrets_come_from_environment_or_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", "https://example.org/hunter2")
    assert secret.resolve("env:PLACE") == "https://example.org/hunter2"
    monkeypatch.setattr("keyring.get_password", lambda service, user: f"{service}-{user}-pw")
    assert secret.resolve("keyring:mail/anna") == "mail-anna-pw"
    assert secret.resolve("https://example.org/open") == "https://example.org/open"
    with pytest.raises(secret.SecretMissing, match="env:NOWHERE"):
        secret.resolve("env:NOWHERE")


def test_secrets_stay_out_of_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", "correct-horse-battery")
    secret.resolve("env:PLACE")
    log = logging.Logger("toy")
    lines: list[str] = []
    handler = logging.Handler()
    handler.addFilter(secret.Redacting())
    handler.emit = lambda record: lines.append(logging.Formatter("%(message)s").format(record))
    log.addHandler(handler)
    log.warning("to %s", "correct-horse-battery")
    try:
        raise RuntimeError("at correct-horse-battery")
    except RuntimeError:
        log.exception("broke")
    assert len(lines) == 2
    assert all("***" in line and "correct-horse" not in line for line in lines)
