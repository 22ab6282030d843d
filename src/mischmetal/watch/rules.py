"""Who is told what, and when: the user's rules applied to one finding.

A finding goes to an address once, however many rules point there; it goes at once if any of them says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mischmetal.watch.deliver.message import compose
from mischmetal.watch.finding import Document, Finding, digest
from mischmetal.watch.settings import ChannelSettings, RuleSettings, Settings
from mischmetal.watch.store import Planned

_ELEMENTS = "la ce pr nd pm sm eu gd tb dy ho er tm yb lu y sc"
_OXIDES = "la2o3 ceo2 pr6o11 nd2o3 sm2o3 eu2o3 gd2o3 tb4o7 dy2o3 ho2o3 er2o3 tm2o3 yb2o3 lu2o3 y2o3 sc2o3"
_SUMS = "ree treo lreo hreo mreo treo-ceo2 ndpr dytb"
RARE_EARTHS = frozenset(f"{_ELEMENTS} {_OXIDES} {_SUMS}".split())
"""What the word REE in a rule stands for."""


def matches(rule: RuleSettings, document: Document, finding: Finding) -> bool:
    """Whether `rule` wants to hear of `finding`."""
    if finding.cls == "source":
        return rule.source_failures
    return _in_scope(rule, document, finding) and _scores(rule, finding.score)


def _in_scope(rule: RuleSettings, document: Document, finding: Finding) -> bool:
    companies = f"{finding.company}\n{document.company}".lower()
    return (
        (not rule.classes or finding.cls in rule.classes)
        and (not rule.commodity or _shares_commodity(rule.commodity, finding.commodity))
        and (not rule.company or any(name.lower() in companies for name in rule.company))
        and (not rule.region or finding.region.upper() in {region.upper() for region in rule.region})
    )


def _scores(rule: RuleSettings, score: float | None) -> bool:
    if score is None:
        return rule.score is None if rule.unranked is None else rule.unranked
    return rule.score is None or score >= rule.score


def send_time(rule: RuleSettings, finding: Finding, now: datetime) -> tuple[datetime, bool]:
    """When the rule lets the finding go, and whether it waits there for a digest."""
    local = now.astimezone(ZoneInfo(rule.zone))
    held = rule.digest != "at once"
    when = _next(local, time.fromisoformat(rule.digest)) if held else local
    quiet = rule.quiet
    if quiet is not None:
        loud = quiet.but_score is not None and finding.score is not None and finding.score >= quiet.but_score
        start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
        if loud:
            when, held = local, False
        elif _within(when.time(), start, end):
            when = _next(when, end)
    return when.astimezone(UTC), held


def plan(settings: Settings, document: Document, finding: Finding, *, now: datetime) -> list[Planned]:
    """The alerts of one finding: one for each address that some rule points at."""
    times: dict[str, tuple[datetime, bool]] = {}
    for rule in settings.rules:
        if not matches(rule, document, finding):
            continue
        when = send_time(rule, finding, now)
        for name in rule.channels:
            # (False, early) sorts first: at once beats a digest, early beats late
            old = times.get(name)
            if old is None or (when[1], when[0]) < (old[1], old[0]):
                times[name] = when
    planned = []
    for channel in settings.channels:
        if channel.id not in times:
            continue
        when_sent, held = times[channel.id]
        for address in channel.addresses:
            alert = compose(document, finding, channel.id, address_key(channel, address))
            planned.append(Planned(alert=alert, not_before=when_sent.timestamp(), held=held))
    return planned


def planner(settings: Settings, now: float) -> Callable[[Document, Finding], list[Planned]]:
    """`plan` with everything but the finding filled in; `now` in seconds since 1970."""
    moment = datetime.fromtimestamp(now, UTC)
    return lambda document, finding: plan(settings, document, finding, now=moment)


def address_key(channel: ChannelSettings, address: str) -> str:
    """How the store calls an address: a digest of what the settings say, never of the secret itself."""
    return digest("address", channel.kind, address)


def _shares_commodity(wanted: tuple[str, ...], commodity: str) -> bool:
    words = {word for word in re.split(r"[^a-z0-9]+", commodity.lower()) if word} | {commodity.lower()}
    names = {name.lower() for name in wanted}
    return bool(names & words) or ("ree" in names and bool(words & RARE_EARTHS))


def _within(moment: time, start: time, end: time) -> bool:
    return start <= moment < end if start <= end else moment >= start or moment < end


def _next(local: datetime, at: time) -> datetime:
    """The next moment after `local` at which its wall clock shows `at`."""
    today = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today > local else today + timedelta(days=1)
