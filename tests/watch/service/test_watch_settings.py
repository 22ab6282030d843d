"""The settings file: checked as a whole, and never with a secret in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from mischmetal.errors import InputError
from mischmetal.watch.finding import CLASSES
from mischmetal.watch.settings import (
    CHANNEL_KINDS,
    SOURCE_KINDS,
    ChannelSettings,
    Quiet,
    RuleSettings,
    Settings,
    SourceSettings,
    load,
)

GOOD = """
store: sqlite:///data/watch.db
contact: https://example.org/watch
publish: out
sources:
  - {id: drop, kind: folder, path: inbox}
  - {id: asx, kind: asx-json, url: "https://example.org/list", terms_accepted: 2026-11-24}
channels:
  - {id: hook, kind: webhook, address: "env:HOOK_URL", secret: "env:HOOK_KEY"}
rules:
  - {user: anna, channels: hook, class: drill, region: NO, quiet: {from: "22:00", to: "06:30"}}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "watch.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_good_settings(tmp_path: Path) -> None:
    settings = load(write(tmp_path, GOOD))
    assert settings.store == f"sqlite:///{tmp_path}/data/watch.db"
    assert settings.publish == str(tmp_path / "out")
    assert settings.sources[0].path == str(tmp_path / "inbox")
    assert not settings.sources[1].needs_terms
    assert settings.rules[0].region == ("NO",)  # Norway, not false
    assert settings.rules[0].channels == ("hook",)


def test_an_empty_file_is_a_watch_without_sources(tmp_path: Path) -> None:
    assert load(write(tmp_path, "")).sources == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: folder", "kind: foldr", "sources.0"),
        ("path: inbox", "", "needs path"),
        ("path: inbox", "path: inbox, colour: red", "colour"),
        ("id: drop", "id: asx", "two entries of kind source"),
        ("channels: hook", "channels: horn", "horn"),
        ("class: drill", "class: dril", "dril"),
        ("2026-11-24", "tomorrow", "terms_accepted"),
        ('"22:00"', '"25:00"', "quiet"),
        ("user: anna", "user: anna, zone: Mars/Olympus", "Mars/Olympus"),
        ("user: anna", "user: anna, digest: weekly", "digest"),
        ('"https://example.org/list"', '"https://user:pw@example.org/list"', "without a user name"),
        ('"https://example.org/list"', '"ftp://example.org/list"', "web address"),
        ("sources:", "sources: [", "line"),
        ("contact: https://example.org/watch", "contact: a\ncontact: b", "line"),
    ],
)
def test_bad_settings_are_one_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, GOOD.replace(old, new)))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"env:HOOK_KEY"', '"hunter2"'),
        ('"env:HOOK_URL"', '"https://example.org/hook?token=hunter2"'),
        ('"env:HOOK_URL"', '"https://me:hunter2@example.org/hook"'),
        ("kind: webhook", "kind: slack, address: 'https://hooks.slack.com/services/hunter2'"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, old: str, new: str) -> None:
    text = GOOD.replace(old, new)
    if "slack" in new:
        text = text.replace(', address: "env:HOOK_URL", secret: "env:HOOK_KEY"', "")
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, text))
    assert "env:NAME" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="watch add"):
        load(tmp_path / "none.yaml")


GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "watch.md"


def test_the_guides_settings_are_good(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    settings = load(write(tmp_path, example))
    assert len(settings.sources) == 4
    assert {rule.user for rule in settings.rules} == {"anna", "ben"}


@pytest.mark.parametrize("part", [Settings, SourceSettings, ChannelSettings, RuleSettings, Quiet])
def test_every_setting_is_in_the_guide(part: type[BaseModel]) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    names = {field.alias or name for name, field in part.model_fields.items()}
    assert {name for name in names if not re.search(rf"\b{name}\b", text)} == set()


def test_every_kind_and_class_is_in_the_guide() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for name in (*SOURCE_KINDS, *CHANNEL_KINDS, *(set(CLASSES) - {"source"})):
        assert f"`{name}`" in text
