"""Policy notices in many forms, and the draft scenarios made from them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mischmetal.scenario import load
from mischmetal.watch.draft import draft
from mischmetal.watch.read.notices import read_notice

TODAY = datetime.date(2026, 11, 25)
# text -> actor, instrument, elements, stages, hs, destinations, effective
FORMS = {
    "Ministry of Commerce. Announcement No. 12 of 2027. Export controls are imposed on samarium, holmium and erbium "
    "metals, alloys and oxides (HS 2846.90.19, 2805.30.13). This announcement takes effect on 1 March 2027.": (
        "CN", "export_licence", {"Sm", "Ho", "Er"}, {"oxide", "metal", "alloy"}, {"28469019", "28053013"}, set(), "2027-03-01"
    ),
    "商务部 海关总署公告2027年第8号 决定对钬、铒相关物项实施出口管制。本公告自2027年5月1日起正式实施。2027年4月20日": (
        "CN", "export_licence", {"Ho", "Er"}, set(), set(), set(), "2027-05-01"
    ),
    "Brussels, 3 May 2027. The European Commission announced a ban on exports of scrap magnets containing neodymium to "
    "all countries, in force from 1 July 2027.": ("EU", "ban", {"Nd"}, {"magnet"}, set(), set(), "2027-07-01"),
    "China suspends the export control measures of Announcement No. 57 on holmium, erbium and europium until "
    "10 November 2027, the Ministry of Commerce announced on 7 November 2026.": (
        "CN", "suspension", {"Ho", "Er", "Eu"}, set(), set(), set(), None
    ),
    "Malaysia announced that it will prohibit exports of rare earth ores from 2027-01-01.": (
        "MY", "ban", set(), {"feed"}, set(), set(), "2027-01-01"
    ),
    "Japan announces an export quota for dysprosium oxides to South Korea and Vietnam, effective 1. April 2027.": (
        "JP", "quota", {"Dy"}, {"oxide"}, set(), {"KR", "VN"}, "2027-04-01"
    ),
    "Das chinesische Handelsministerium (MOFCOM) hat Ausfuhrkontrollen für Terbium und Dysprosium beschlossen "
    "(decided), in Kraft ab dem 15. Juni 2027.": ("CN", "export_licence", {"Tb", "Dy"}, set(), set(), set(), "2027-06-15"),
    "MOFCOM issued an order: general export licences for permanent magnets of neodymium, effective December 2, 2027.": (
        "CN", "general_licence", {"Nd"}, {"magnet"}, set(), set(), "2027-12-02"
    ),
    "The United States Department of Commerce published an export tariff on yttrium compounds, effective 2027-02-15.": (
        "US", "duty", {"Y"}, {"oxide"}, set(), set(), "2027-02-15"
    ),
}  # fmt: skip
NONE = (
    "ABC Resources drills 12 m at 1.2% TREO from 30 m at its project.",
    "The Ministry of Commerce announced a new trade fair for toys.",
    "Dysprosium prices rose in Europe on strong demand.",
    "",
)


@pytest.mark.parametrize("text", FORMS)
def test_the_parts_of_a_notice_are_read_with_the_words_that_say_them(text):
    actor, instrument, elements, stages, hs, destinations, effective = FORMS[text]
    notice = read_notice(text)
    assert notice is not None
    assert (notice.actor.value, notice.instrument.value) == (actor, instrument)
    assert {e.value for e in notice.elements} == elements
    assert {s.value for s in notice.stages} == stages
    assert {h.value for h in notice.hs} == hs
    assert {d.value for d in notice.destinations} == destinations
    assert (notice.effective.value if notice.effective else None) == effective
    for said in (notice.actor, notice.instrument, *notice.elements, *notice.hs, *notice.destinations):
        assert text[slice(*said.span)].strip()


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_notice_stays_none(text):
    assert read_notice(text) is None


@pytest.mark.parametrize("text", FORMS)
def test_every_draft_is_a_scenario_that_loads(text, tmp_path):
    told = draft(read_notice(text), title='A "notice": of #1', link="https://example.org/a", today=TODAY)
    path = tmp_path / "draft.yaml"
    path.write_text(told, encoding="utf-8")
    scenario = load(path)
    event = next(e for e in scenario.events if e.id.startswith("draft-"))
    assert event.title == 'A "notice": of #1'
    assert all(n.origin == "assumption" for n in event.numbers.values())


def test_a_suspension_bears_on_the_measure_that_it_names(tmp_path):
    text = next(t for t in FORMS if "suspends" in t)
    path = tmp_path / "draft.yaml"
    path.write_text(draft(read_notice(text), title="t", today=TODAY), encoding="utf-8")
    assert next(e for e in load(path).events if e.id == "draft-suspension").measure == "cn-2025-57"


def test_a_draft_runs(tmp_path):
    from mischmetal.simulate.run import run

    text = next(t for t in FORMS if "quota for dysprosium" not in t and "samarium" in t)
    told = draft(read_notice(text.replace("2027", "2025")), title="t", today=TODAY)
    path = tmp_path / "draft.yaml"
    path.write_text(told, encoding="utf-8")
    assert run(path, chain="small", months=6).checks["complementarity_max_relative"] <= 1e-6


@hypothesis_settings(deadline=None)
@given(st.lists(st.sampled_from([w for t in FORMS for w in t.split()]), max_size=40))
def test_any_jumble_of_its_words_is_read_without_failing(words):
    notice = read_notice(" ".join(words))
    if notice is not None:
        draft(notice, title="x", today=TODAY)
