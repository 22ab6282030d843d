"""The packaged scenarios: complete, sourced, and what they are meant to be."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from mischmetal.chain import load_chain
from mischmetal.scenario import load, names, timeline
from mischmetal.scenario.event import Choice
from mischmetal.scenario.network import goods_of
from mischmetal.scenario.places import covers
from mischmetal.scenario.schedule import Schedule, schedule
from mischmetal.scenario.vocabulary import CHANGING, FACT_KINDS, GROUPS, OPENING, of_chain

MONTHS = tuple(f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13))
LICENSED = {
    "Sm oxide",
    "Gd oxide",
    "Tb oxide",
    "Dy oxide",
    "Lu oxide",
    "Y oxide",
    "Sc oxide",
    "NdFeB heavy",
    "SmCo",
}


@pytest.fixture(scope="module")
def chain():
    return load_chain("default")


def plan(chain, name, **overrides) -> Schedule:
    scenario = load(name, overrides=overrides, vocabulary=of_chain(chain))
    regions = tuple(r.region for r in chain.regions)
    groups = tuple(g.group for g in chain.groups)
    return schedule(scenario, MONTHS, goods=goods_of(chain), regions=regions, groups=groups)


def covered(plan, measure):
    (found,) = (licence for licence in plan.licences if licence.measure == measure)
    return {plan.goods[i].name for i in np.nonzero(found.covered.any(axis=(1, 2)))[0]}


def kernel(plan, good, region, group):
    licence = plan.licences[0]
    place = [g.name for g in plan.goods].index(good), plan.regions.index(region), plan.groups.index(group)
    return licence.kernels[licence.profile[place]]


def test_all_are_there():
    assert list(names()) == ["china-2025", "china-2025-no-truce", "china-ban-heavy", "no-policy"]


@pytest.mark.parametrize("name", list(names()))
def test_every_number_has_an_origin_and_every_dated_act_a_source(name):
    from mischmetal import facts

    scenario = load(name)
    for path, number in scenario.numbers().items():
        assert number.origin in ("fact", "assumption"), path
        assert number.reason if number.origin == "assumption" else number.facts, path
        for fact in number.facts:
            assert facts.get(fact).variable in FACT_KINDS, path
    for event in scenario.events:
        assert event.source or "what if" in event.title, event.id


def test_without_policy_nothing_holds(chain):
    free = plan(chain, "no-policy")
    assert (free.licences, free.holds, free.quotas) == ((), (), ())
    assert not free.banned.any()
    assert not free.risk.any()


def test_the_april_licences_cover_what_they_list(chain):
    real = plan(chain, "china-2025")
    assert covered(real, "cn-2025-18") == LICENSED
    assert covered(real, "cn-2025-57") == set()
    assert real.licences[0].first_month == 3
    assert real.left_out == ()


def test_the_default_groups_are_those_of_the_chain(chain):
    assert frozenset(GROUPS) == frozenset(g.group for g in chain.groups)


def test_the_two_approval_shares_behind_the_review_time_come_back(chain):
    """A quarter of the applications by 4 June, 60% by 30 June: here by the end of May and of June."""
    real = plan(chain, "china-2025-no-truce")
    k = kernel(real, "NdFeB heavy", "DE", "ev")
    decided = np.cumsum(k.approved + k.denied + k.withdrawn, axis=1)[-1]
    assert 0.15 < decided[4] < 0.27
    assert 0.5 < decided[5] < 0.7


def test_military_users_in_the_united_states_get_nothing(chain):
    real = plan(chain, "china-2025")
    assert kernel(real, "NdFeB heavy", "US", "defence").approved.sum() == 0
    assert kernel(real, "NdFeB heavy", "US", "wind").approved.sum() > 1


def test_the_port_hold_is_for_magnets_outside_the_licence(chain):
    (hold,) = plan(chain, "china-2025").holds
    held = {g.name for g, c in zip(goods_of(chain), hold.covered, strict=True) if c.any()}
    assert held == {"NdFeB light"}
    assert hold.release[4] < 0.5


def test_without_truce_the_october_controls_bind_and_nothing_is_eased_for_the_west(chain):
    hard = plan(chain, "china-2025-no-truce")
    assert covered(hard, "cn-2025-57") == {"Ho oxide", "Er oxide", "Tm oxide", "Eu oxide", "Yb oxide"}
    assert not hard.licences[0].exempt.any()
    west = Choice(include=frozenset({"US", "EU"}))
    eased = [
        e.id
        for e in load("china-2025-no-truce").events
        if e.direction == "ease" and e.instrument != "easing" and covers(west, "US", ("US",))
    ]
    assert eased == []


def test_under_the_ban_no_heavy_item_is_ever_approved(chain):
    ban = plan(chain, "china-ban-heavy")
    licence = ban.licences[0]
    for i, good in enumerate(ban.goods):
        approved = {licence.kernels[p].approved.sum() > 0 for p in np.unique(licence.profile[i]) if p >= 0}
        if good.name in {"Dy oxide", "Tb oxide", "Gd oxide", "Y oxide", "Lu oxide", "NdFeB heavy"}:
            assert approved == {False}, good.name
        if good.name == "SmCo":
            assert True in approved


def test_after_november_2026_a_switch_decides(chain):
    assert load("china-2025").switches["after_2026_11"].value == "suspension-renewed"
    back = plan(chain, "china-2025", **{"switches.after_2026_11": "october-controls-return"})
    (licence,) = (x for x in back.licences if x.measure == "cn-2025-57")
    np.testing.assert_allclose(licence.coverage.max(axis=(1, 2, 3))[-3:], [0, 21 / 30, 1])
    # its queue starts when it first bites, so the order book is filed then
    assert licence.first_month == 22


def test_the_timeline_turns_with_the_truces():
    phases = timeline(load("china-2025"))
    assert phases[0].start == date(2025, 4, 4)
    assert phases[0].direction == "tighten"
    assert all(a.direction != b.direction for a, b in pairwise(phases))
    assert all(a.start < b.start for a, b in pairwise(phases))
    (after_busan,) = (p for p in phases if any(e.id == "busan" for e in p.events))
    assert after_busan.direction == "ease"


def test_each_change_is_of_a_kind_that_says_so():
    for event in load("china-2025").events:
        if event.numbers:
            assert event.instrument in OPENING + CHANGING, event.id
