"""Who is told what, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mischmetal.watch.finding import Document, Finding
from mischmetal.watch.rules import matches, plan, send_time
from mischmetal.watch.settings import RuleSettings, Settings

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DOC = Document(id="d", source="s", item="i", company="Toy Hill Limited")


def rule(**more: object) -> RuleSettings:
    return RuleSettings.model_validate({"user": "anna", "channels": ["mail"]} | more)


def found(**more: object) -> Finding:
    return Finding(**({"id": "f", "document": "d", "cls": "drill", "title": "t", "score": 70.0} | more))


@pytest.mark.parametrize(
    ("wanted", "finding", "told"),
    [
        ({}, {}, True),
        ({"class": "drill"}, {}, True),
        ({"class": ["resource", "financing"]}, {}, False),
        ({"commodity": "dy"}, {"commodity": "Dy"}, True),
        ({"commodity": ["Tb", "Au"]}, {"commodity": "Cu-Au"}, True),
        ({"commodity": "Cu"}, {"commodity": "CuEq"}, False),
        ({"commodity": "REE"}, {"commodity": "TREO"}, True),
        ({"commodity": "REE"}, {"commodity": "Dy2O3 + Tb4O7"}, True),
        ({"commodity": "REE"}, {"commodity": "Li"}, False),
        ({"company": "toy hill"}, {}, True),
        ({"company": "pit"}, {}, False),
        ({"company": "pit"}, {"company": "Pit Metals"}, True),
        ({"region": "au"}, {"region": "AU"}, True),
        ({"region": ["NO", "SE"]}, {"region": "AU"}, False),
        ({"score": 70}, {}, True),
        ({"score": 71}, {}, False),
        ({"score": 10}, {"score": None}, False),
        ({"score": 10, "unranked": True}, {"score": None}, True),
        ({}, {"score": None}, True),
        ({"unranked": False}, {"score": None}, False),
        ({"class": "drill", "score": 99, "commodity": "Dy"}, {"cls": "source", "score": None}, True),
        ({"source_failures": False}, {"cls": "source", "score": None}, False),
    ],
)
def test_matching(wanted: dict, finding: dict, told: bool) -> None:
    assert matches(rule(**wanted), DOC, found(**finding)) is told


QUIET = {"quiet": {"from": "22:00", "to": "06:30"}, "zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("local", "sent"),
    [
        ("2026-11-24 21:59", "2026-11-24 21:59"),
        ("2026-11-24 22:00", "2026-11-25 06:30"),
        ("2026-11-25 06:29", "2026-11-25 06:30"),
        ("2026-11-25 06:30", "2026-11-25 06:30"),
        ("2026-03-28 23:00", "2026-03-29 06:30"),  # the clock goes forward in that night
    ],
)
def test_quiet_hours_are_the_users_own(local: str, sent: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime.fromisoformat(local).replace(tzinfo=zone)
    when, held = send_time(rule(**QUIET), found(), now)
    assert when == datetime.fromisoformat(sent).replace(tzinfo=zone)
    assert not held


def test_a_loud_finding_breaks_the_quiet_and_the_digest() -> None:
    night = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    loud = rule(quiet={"from": "22:00", "to": "06:30", "but_score": 90}, digest="07:30")
    assert send_time(loud, found(score=90.0), night) == (night, False)
    assert send_time(loud, found(score=89.0), night) == (night.replace(hour=7, minute=30), True)


def test_a_digest_waits_for_its_time_of_day() -> None:
    daily = rule(digest="07:30", zone="Asia/Tokyo")
    when, held = send_time(daily, found(), NOON)
    assert (when, held) == (datetime(2026, 11, 24, 22, 30, tzinfo=UTC), True)


@hypothesis_settings(deadline=None)
@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_nothing_waits_longer_than_two_days_and_never_into_the_quiet(now, start, end, zone) -> None:
    def clock(minutes: int) -> str:
        return f"{minutes // 60:02}:{minutes % 60:02}"

    asked = rule(quiet={"from": clock(start), "to": clock(end)}, zone=zone)
    when, _ = send_time(asked, found(), now)
    assert timedelta(0) <= when - now.replace(second=0, microsecond=0) or when == now
    assert when - now <= timedelta(days=1, hours=2)


def test_one_address_hears_once_however_many_rules_point_there() -> None:
    settings = Settings.model_validate(
        {
            "channels": [
                {
                    "id": "mail",
                    "kind": "email",
                    "address": ["a@example.org", "b@example.org"],
                    "host": "h",
                    "sender": "s@example.org",
                },
                {"id": "hook", "kind": "webhook", "address": "https://example.org/hook"},
            ],
            "rules": [
                {"user": "anna", "channels": ["mail", "hook"], "digest": "07:30"},
                {"user": "ben", "channels": ["mail"], "score": 50},
            ],
        }
    )
    planned = plan(settings, DOC, found(), now=NOON)
    assert len(planned) == len({one.alert.id for one in planned}) == 3
    by_channel = {(one.alert.channel, one.held) for one in planned}
    assert by_channel == {("mail", False), ("hook", True)}
    again = plan(settings, DOC, found(), now=NOON + timedelta(hours=3))
    assert {one.alert.id for one in again} == {one.alert.id for one in planned}
    assert not any("example.org" in one.alert.address for one in planned)
