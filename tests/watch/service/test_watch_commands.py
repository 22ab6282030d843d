"""The commands of the running watch, as a user types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner
from watch_bench import Answer, LocalServer, Receiver, rss

from mischmetal.app.watch_cli import app
from mischmetal.errors import InputError, NotFound
from mischmetal.watch.settings import load

RULE = "rules:\n  - {user: anna, channels: hook}  # mine\n"


def call(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "watch.yaml"
    monkeypatch.setenv("MISCHMETAL_WATCH", str(path))
    return path


@pytest.fixture
def ready(settings: Path, server: LocalServer, receiver: Receiver) -> Path:
    server.routes["/feed"] = Answer(rss([("a", "First", "Toy Hill placed shares.")]))
    settings.write_text("# my watch\nstore: sqlite:///kept.db\n", encoding="utf-8")
    call(
        "add", "feed", f"{server.url}/feed", "--id", "newsroom", "--set", "private=true", "--set", "every=30"
    )
    call("add", "webhook", f"{server.url}/hook", "--id", "hook", "--set", "private=true")
    settings.write_text(settings.read_text() + RULE, encoding="utf-8")
    return settings


def test_add_makes_a_file_and_keeps_what_is_in_it(ready: Path, server: LocalServer) -> None:
    text = ready.read_text()
    assert text.startswith("# my watch")
    wanted = load(ready)
    assert (wanted.sources[0].id, wanted.sources[0].every, wanted.sources[0].private) == (
        "newsroom",
        30,
        True,
    )
    assert "off until you accept" in call("add", "asx-json", "https://example.org/list", "--id", "asx")
    call("add", "folder", "inbox", "--id", "drop")
    assert "# mine" in ready.read_text()
    assert load(ready).sources[-1].path == str(ready.parent / "inbox")
    listed = call("list")
    assert "terms are not accepted" in listed
    assert "anna" in listed
    assert json.loads(call("list", "--json"))["rules"][0]["user"] == "anna"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "fed", "https://example.org/x"), "Did you mean 'feed'"),
        (("add", "feed", "not-a-url"), "web address"),
        (("add", "feed", "https://example.org/x", "--id", "newsroom"), "newsroom"),
        (("add", "feed", "https://example.org/x", "--set", "colour=red"), "colour"),
        (("add", "feed", "https://example.org/x", "--set", "every"), "NAME=VALUE"),
        (("add", "webhook", "https://example.org/x?token=hunter2"), "env:NAME"),
    ],
)
def test_add_refuses_in_one_line_and_changes_nothing(ready: Path, words: tuple[str, ...], says: str) -> None:
    before = ready.read_text()
    with pytest.raises(InputError) as caught:
        call(*words)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert ready.read_text() == before
    assert sorted(path.name for path in ready.parent.iterdir()) == ["watch.yaml"]


def test_test_tries_without_storing(ready: Path, server: LocalServer, receiver: Receiver) -> None:
    assert "1 items" in call("test", "newsroom")
    assert "sent" in call("test", "hook")
    assert receiver.got[0]["title"] == "Mischmetal watch: a test"
    assert not (ready.parent / "kept.db").exists()
    server.routes["/feed"] = Answer(b"<html>moved</html>")
    receiver.answers = [Answer(status=403)]
    assert "layout has changed" in call("test", "newsroom", code=1)
    assert "refused" in call("test", "hook", code=1)
    with pytest.raises(NotFound, match="Did you mean 'newsroom'"):
        call("test", "newsrom")


def test_status_tells_health_and_trouble(ready: Path, server: LocalServer) -> None:
    state = json.loads(call("status", "--json"))
    assert state["sources"] == [
        {
            "id": "newsroom",
            "state": "new",
            "last_success": None,
            "lag_s": None,
            "last_new": None,
            "failures": 0,
            "failing_since": None,
            "error": "",
        }
    ]
    server.routes["/feed"] = Answer(b"<html>moved</html>")
    assert "the layout has changed" in call("run", "--once")
    text = call("status", code=1)
    assert "failing" in text
    assert "the layout has changed" in text
    assert "1 sent" in text  # the alert about it
    assert json.loads(call("status", "--json", code=1))["channels"] == [
        {"id": "hook", "alerts": {"sent": 1}, "error": ""}
    ]
    with pytest.raises(NotFound, match="dead letter"):
        call("status", "--send-again", "nonsense")


def test_missing_settings_are_one_line(settings: Path) -> None:
    for word in ("run", "list", "status"):
        with pytest.raises(InputError, match="watch add"):
            call(word)


def test_run_stops_at_sigterm(ready: Path, server: LocalServer) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mischmetal.app.cli", "watch", "run"],
        env=os.environ | {"MISCHMETAL_WATCH": str(ready)},
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 30
    while not server.asked("/feed") and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "watching 1 sources" in errors
    assert "Traceback" not in errors
