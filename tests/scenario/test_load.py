"""Scenario files: composed, overridden, and refused in one clear line where they are wrong."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import pytest

from mischmetal.errors import InputError, MischmetalError, NotFound
from mischmetal.scenario import as_known, json_schema, load, parse_overrides, resolved, timeline, with_values
from mischmetal.scenario.vocabulary import Vocabulary

FACTS = {
    "review": SimpleNamespace(
        table="licensing", variable="statutory_review", value=45.0, low=None, high=None, unit="working days"
    ),
    "delay": SimpleNamespace(
        table="licensing", variable="extra_inspection_delay", value=None, low=1.0, high=2.0, unit="months"
    ),
    "share": SimpleNamespace(
        table="licensing", variable="approval_share", value=60.0, low=50.0, high=70.0, unit="%"
    ),
    "volume": SimpleNamespace(
        table="licensing", variable="magnet_exports", value=1238.0, low=None, high=None, unit="t gross"
    ),
    "price": SimpleNamespace(
        table="prices", variable="price", value=900.0, low=None, high=None, unit="USD/kg REO"
    ),
    "text": SimpleNamespace(
        table="licensing", variable="port_halt", value=None, low=None, high=None, unit=""
    ),
}
GOOD = """\
name: made-up
title: A made-up licence
events:
  - id: open
    date: 2025-04-04
    actor: CN
    instrument: export_licence
    measure: m
    direction: tighten
    title: Licence
    goods: {elements: [Dy], stages: [oxide]}
    destinations: [US, NO]
    end_uses: all
    numbers:
      review_scale: {fact: review}
      review_shape: {assumption: bunched, value: 2.8, low: 2, high: 4}
      approval: {fact: share}
"""
EASE = """\
  - id: ease
    date: 2025-06-01
    actor: CN
    instrument: easing
    measure: m
    direction: ease
    title: Eased
    numbers:
      approval: {assumption: why, low: 0.8, high: 1.0}
"""


def lookup(fact_id):
    if fact_id not in FACTS:
        raise NotFound("fact", fact_id, FACTS)
    return FACTS[fact_id]


@pytest.fixture
def written(tmp_path):
    """Writes a file and loads it."""

    def write(text, name="made-up.yaml", **more):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path, lookup=lookup, **more)

    return write


def told(error):
    text = str(error.value)
    assert "\n" not in text
    return text


def test_numbers_know_their_value_range_and_origin(written):
    numbers = written(GOOD + EASE).numbers()
    scale = numbers["events.open.numbers.review_scale"]
    assert (scale.origin, scale.facts, scale.unit) == ("fact", ("review",), "days")
    assert scale.value == pytest.approx(63)
    share = numbers["events.open.numbers.approval"]
    assert (share.low, share.value, share.high) == pytest.approx((0.5, 0.6, 0.7))
    assumed = numbers["events.ease.numbers.approval"]
    assert (assumed.value, assumed.origin, assumed.reason) == (0.9, "assumption", "why")


def test_a_range_without_a_middle_takes_its_middle(written):
    text = GOOD.replace("{fact: review}", "{fact: delay}")
    text = text.replace("review_scale", "ship_days").replace(
        "numbers:", "numbers:\n      review_scale: {fact: review}"
    )
    number = written(text).numbers()["events.open.numbers.ship_days"]
    assert (number.low, number.value, number.high) == pytest.approx((30.4375, 45.65625, 60.875))


def test_norway_stays_a_country(written):
    assert written(GOOD).events[0].destinations.include == {"US", "NO"}


def test_extends_adds_removes_and_sets(written, tmp_path):
    written(GOOD + EASE)
    child = """\
name: child
title: Child
extends: made-up.yaml
remove: [ease]
set:
  events.open.numbers.approval: {assumption: what if, value: 0, low: 0, high: 0}
  events.open.until: 2025-12-01
events:
  - {id: news, date: 2025-02-01, actor: US, instrument: truce, direction: ease, title: News}
"""
    scenario = written(child, "child.yaml")
    assert [e.id for e in scenario.events] == ["news", "open"]
    assert scenario.extends == ("made-up",)
    assert scenario.event("open").numbers["approval"].value == 0
    assert scenario.event("open").until == date(2025, 12, 1)


def test_overrides_take_numbers_ends_of_ranges_and_fields(written):
    pairs = [
        "events.open.numbers.approval=0.3",
        "events.ease.numbers.approval=high",
        "events.open.destinations=[JP]",
    ]
    scenario = written(GOOD + EASE, overrides=parse_overrides(pairs))
    number = scenario.numbers()["events.open.numbers.approval"]
    assert (number.low, number.value, number.high, number.origin) == (0.3, 0.3, 0.3, "assumption")
    assert scenario.numbers()["events.ease.numbers.approval"].value == 1.0
    assert scenario.event("open").destinations.include == {"JP"}


SWITCHED = (
    GOOD
    + EASE.replace("title: Eased", "title: Eased\n    when: {later: easy}")
    + """\
switches:
  later: {value: hard, choices: [hard, easy], reason: nobody knows}
"""
)


def test_a_switch_chooses_events(written):
    assert [e.id for e in written(SWITCHED).events] == ["open"]
    scenario = written(SWITCHED, overrides={"switches.later": "easy"})
    assert [e.id for e in scenario.events] == ["open", "ease"]
    assert scenario.switches["later"].value == "easy"
    with pytest.raises(InputError, match=r"switches\.later: found 'esy'.*Did you mean 'easy'"):
        written(SWITCHED, overrides={"switches.later": "esy"})


def test_as_known_drops_what_came_later_and_ends_still_to_come(written):
    text = GOOD.replace("end_uses: all", "end_uses: all\n    until: 2025-09-01") + EASE
    scenario = as_known(written(text), date(2025, 5, 1))
    assert [e.id for e in scenario.events] == ["open"]
    assert scenario.events[0].until is None


def test_with_values_stays_inside_the_range(written):
    scenario = written(GOOD + EASE)
    low = with_values(scenario, {"events.ease.numbers.approval": "low"})
    assert low.numbers()["events.ease.numbers.approval"].value == 0.8
    with pytest.raises(InputError, match=r"0\.8 to 1"):
        with_values(scenario, {"events.ease.numbers.approval": 0.1})
    with pytest.raises(NotFound, match="Did you mean"):
        with_values(scenario, {"events.ease.numbers.aproval": "low"})


def test_the_timeline_turns_where_the_direction_turns(written):
    phases = timeline(written(GOOD + EASE))
    assert [(p.direction, p.start, p.end) for p in phases] == [
        ("tighten", date(2025, 4, 4), date(2025, 6, 1)),
        ("ease", date(2025, 6, 1), None),
    ]


def test_a_resolved_scenario_is_plain_json(written):
    plain = json.loads(json.dumps(resolved(written(GOOD))))
    assert plain["events"][0]["date"] == "2025-04-04"
    assert plain["events"][0]["destinations"]["include"] == ["NO", "US"]


def test_the_schema_names_every_field_of_an_event():
    schema = json_schema()
    assert {"id", "date", "instrument", "goods", "numbers"} <= set(schema["$defs"]["EventSpec"]["properties"])
    assert schema["additionalProperties"] is False


def test_another_metal_brings_its_own_words(written):
    words = Vocabulary(
        elements=frozenset({"Xx"}), stages=frozenset({"oxide"}), groups=frozenset({"toys"}),
        regions=frozenset({"AA"}), goods=frozenset({"Xx oxide"}),
    )  # fmt: skip
    text = GOOD.replace("Dy", "Xx").replace("[US, NO]", "[AA]").replace("end_uses: all", "end_uses: [toys]")
    assert written(text, vocabulary=words).events[0].end_uses.include == {"toys"}
    with pytest.raises(InputError, match="'Xx'"):
        written(text)


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{f'*a{i - 1}, ' * 9}]\n" for i in range(1, 9))
BAD = {
    "malformed yaml": (GOOD + "  - [", r"line \d+ column \d+: found"),
    "duplicate key": (GOOD.replace("    actor: CN\n", "    actor: CN\n    actor: US\n"), r"line 7 .*duplicate key"),
    "unknown element": (GOOD.replace("[Dy]", "[Dyy]"), r"line 11, events\[open\].goods.elements: found 'Dyy'.*mean 'Dy'"),
    "unknown field": (GOOD.replace("measure:", "mesure:"), r"line 8, .*found 'mesure'.*Did you mean 'measure'"),
    "unknown instrument": (GOOD.replace("export_licence", "export_license"), r"Did you mean 'export_licence'"),
    "unknown place": (GOOD.replace("[US, NO]", "[US, UK]"), r"line 12, events\[open\].destinations: found 'UK'"),
    "unknown end use": (GOOD.replace("end_uses: all", "end_uses: [windd]"), r"found 'windd'.*Did you mean 'wind'"),
    "a false for a country": (GOOD.replace("[US, NO]", "[US, false]"), r"line 12, .*found False"),
    "not a number": (GOOD.replace("value: 2.8", "value: .nan"), r"line 16, .*found 'nan'; allowed: a finite number"),
    "infinite": (GOOD.replace("high: 4", "high: .inf"), r"line 16, .*a finite number"),
    "bare number": (GOOD.replace("{fact: share}", "0.6"), r"line 17, .*approval: found 0\.6; allowed: \{fact: ID\}"),
    "negative capacity": (
        GOOD + "      capacity: {assumption: why, value: -5, low: -10, high: 1}\n", r"line 18, .*allowed: 0 to inf t/month",
    ),
    "share above one": (GOOD + EASE.replace("high: 1.0", "high: 1.5"), r"line 26, .*found 1\.15; allowed: 0 to 1 share"),
    "unit of the wrong dimension": (
        GOOD.replace("{fact: review}", "{assumption: why, value: 3, low: 1, high: 5, unit: t}"), r"line 15, .*unit",
    ),
    "range turned round": (GOOD.replace("low: 2,", "low: 3,"), r"allowed: low <= value <= high"),
    "assumption without a range": (GOOD.replace("low: 2, ", ""), r"found \"no 'low'\""),
    "export volume": (GOOD.replace("{fact: share}", "{fact: volume}"), r"line 17, .*magnet_exports.*allowed: a licensing fact"),
    "price": (GOOD.replace("{fact: share}", "{fact: price}"), r"table 'prices'.*allowed: a licensing fact"),
    "fact of another kind": (GOOD.replace("{fact: share}", "{fact: review}"), r"statutory_review.*approval"),
    "fact without a figure": (
        GOOD + "      ship_days: {fact: text}\n", r"line 18, .*has no figure",
    ),
    "outcome behind an assumption": (
        GOOD.replace("high: 4}", "high: 4, facts: [volume]}"), r"line 16, .*magnet_exports.*allowed: a licensing fact",
    ),
    "unknown fact": (GOOD.replace("{fact: share}", "{fact: shares}"), r"line 17, .*found 'shares'.*Did you mean 'share'"),
    "unknown number": (GOOD.replace("approval:", "aproval:"), r"found 'aproval'.*Did you mean 'approval'"),
    "missing number": (GOOD.replace("      approval: {fact: share}\n", ""), r"found \"no 'approval'\""),
    "dates out of order": (GOOD + EASE.replace("2025-06-01", "2025-03-01"), r"line 19, .*2025-03-01 after 2025-04-04"),
    "end before start": (GOOD.replace("end_uses: all", "until: 2025-04-01"), r"found '2025-04-01'; allowed: a day after"),
    "no date": (GOOD.replace("2025-04-04", "2025-4-4"), r"line 5, .*found '2025-4-4'; allowed: a date, YYYY-MM-DD"),
    "same id": (GOOD + EASE.replace("id: ease", "id: open"), r"found 'open a second time'"),
    "unknown measure": (GOOD + EASE.replace("measure: m", "measure: n"), r"line 22, .*measure: found 'n'; allowed: m"),
    "opened twice": (GOOD + GOOD[GOOD.index("  - id") :].replace("open", "again"), r"allowed: one opening event"),
    "empty": ("", r"made-up.yaml: found 'an empty file'"),
    "only a comment": ("# nothing\n", r"found 'an empty file'"),
    "a list": ("- a\n", r"found 'a list'; allowed: a mapping"),
    "not UTF-8": (GOOD.encode().replace(b"made-up licence", b"licence \xe9"), r"line 2: found 'byte 0xe9'"),
    "old YAML": ("%YAML 1.1\n---\n" + GOOD, r"line 1: found '%YAML 1\.1'; allowed: YAML 1\.2"),
    "cycle": (GOOD.replace("events:", "extends: made-up.yaml\nevents:"), r"line 3, extends.*made-up -> made-up.*no cycle"),
    "extends nothing": (GOOD.replace("events:", "extends: china-2052\nevents:"), r"china-2052.*Did you mean 'china-2025'"),
    "repeats itself": (BOMB, r"found 'a file that nests or repeats itself'"),
    "number as a name": (GOOD.replace("title: A", "1: A"), r"line 2: found 1; allowed: a name"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD, ids=str)
def test_bad_input_is_told_in_one_line(written, case):
    text, expected = BAD[case]
    with pytest.raises(MischmetalError, match=expected) as error:
        written(text)
    assert told(error)
    assert error.value.exit_code == 2


def test_a_longer_cycle_is_named_in_full(written, tmp_path):
    (tmp_path / "b.yaml").write_text("name: b\ntitle: B\nextends: a.yaml\n")
    with pytest.raises(InputError, match="a -> b -> a"):
        written("name: a\ntitle: A\nextends: b.yaml\n", "a.yaml")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("events.opn.until", "2025-12-01", "Did you mean 'open'"),
        ("events.open.numbers.approval", -1, "0 to 1 share"),
        ("events.open.colour", "red", "found 'colour'"),
        ("nothing", 1, "allowed: start, remove"),
        ("switches.none", "x", "found 'none'"),
    ],
)
def test_a_wrong_override_is_told_in_one_line(written, path, value, expected):
    with pytest.raises(InputError, match=expected) as error:
        written(GOOD, overrides={path: value})
    assert told(error)


@pytest.mark.parametrize("text", ["events.open.until", "=3", "a.b="])
def test_an_override_needs_a_path_and_a_value(text):
    with pytest.raises(InputError, match="path=value"):
        parse_overrides([text])


def test_a_missing_scenario_names_the_nearest():
    with pytest.raises(NotFound, match="Did you mean 'china-2025'"):
        load("china-2052")
