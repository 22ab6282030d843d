"""From dated events to arrays: partial months, kernels, holds, bans, quotas, duties, places."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mischmetal.errors import InputError
from mischmetal.scenario.calendar import days_of
from mischmetal.scenario.event import Choice, Event, GoodRef, Goods, GoodsBlock, Number
from mischmetal.scenario.places import covers
from mischmetal.scenario.review import ReviewTerms, kernels
from mischmetal.scenario.scenario import Scenario
from mischmetal.scenario.schedule import cells, monthly_review, schedule
from mischmetal.scenario.vocabulary import members
from mischmetal.simulate.rules import licensing

MONTHS = tuple(f"2025-{m:02d}" for m in range(1, 13))
GOODS = (
    GoodRef(name="Dy oxide", stage="oxide", elements=("Dy",), heavy=True, hs="284690"),
    GoodRef(name="heavy magnet", stage="magnet", elements=("Dy", "Nd"), heavy=True, hs="85051110"),
    GoodRef(name="light magnet", stage="magnet", elements=("Nd",), heavy=False, hs="85051110"),
)
REGIONS = ("CN", "US", "DE", "XE", "XW", "XO")
GROUPS = ("ev", "defence")


def number(value, low=None, high=None):
    return Number(
        value=value, low=value if low is None else low, high=value if high is None else high,
        unit="", origin="assumption", reason="made up",
    )  # fmt: skip


def event(event_id, day, instrument, measure="m", **more):
    numbers = {name: number(value) for name, value in more.pop("numbers", {}).items()}
    day = date.fromisoformat(day)
    return Event(
        id=event_id, date=day, published=more.pop("published", day), actor="CN", instrument=instrument,
        title=event_id, direction="tighten", measure=measure, numbers=numbers, **more,
    )  # fmt: skip


def licence(day="2025-04-04", **numbers):
    terms = {"review_scale": 78, "review_shape": 2.8, "approval": 0.9, "withdrawal": 0.05, "ship_days": 14}
    heavy = Goods(blocks=(GoodsBlock(elements=frozenset({"Dy"}), stages=frozenset({"oxide", "magnet"})),))
    return event("open", day, "export_licence", goods=heavy, numbers={**terms, "order_book": 2.07, **numbers})


def planned(*events, months=MONTHS):
    scenario = Scenario(
        name="made-up", title="", description="", start=months[0], events=events, switches={}, extends=()
    )
    return schedule(scenario, months, goods=GOODS, regions=REGIONS, groups=GROUPS)


def test_no_event_leaves_every_month_free():
    plan = planned()
    assert plan.licences == plan.holds == plan.quotas == ()
    assert not plan.banned.any()
    assert not plan.duty.any()
    assert not plan.risk.any()


def test_three_days_of_april_are_free():
    (plan,) = planned(licence()).licences
    assert plan.first_month == 3
    np.testing.assert_allclose(plan.coverage[:5, 0, 1, 0], [0, 0, 0, 0.9, 1])
    assert plan.covered[:, 1, 0].tolist() == [True, True, False]
    assert not plan.covered[:, 0].any(), "never behind the border itself"
    assert plan.order_book[0, 1, 0] == 2.07


def test_a_suspension_ends_the_coverage_and_a_resumption_brings_it_back():
    off = event("off", "2025-07-01", "suspension", destinations=Choice(include=frozenset({"US"})))
    on = event("on", "2025-09-16", "resumption", destinations=Choice(include=frozenset({"US"})))
    (plan,) = planned(licence(), off, on).licences
    np.testing.assert_allclose(plan.coverage[5:11, 0, 1, 0], [1, 0, 0, 0.5, 1, 1])
    np.testing.assert_allclose(plan.coverage[5:11, 0, 2, 0], 1)


def test_a_measure_suspended_before_it_starts_covers_nothing():
    (plan,) = planned(event("off", "2025-04-01", "suspension"), licence()).licences
    assert not plan.covered.any()
    assert not plan.coverage.any()
    assert plan.kernels == ()


@settings(max_examples=25, deadline=None)
@given(st.floats(10, 200), st.floats(0.8, 5), st.floats(0, 1), st.floats(0, 60), st.integers(0, 200))
def test_what_a_cohort_files_is_decided_once(scale, shape, approval, ship, start):
    days = days_of(MONTHS)
    flat = np.ones(days.count)
    terms = ReviewTerms(
        start=start, scale=scale * flat, approval=approval * flat, withdrawal=(1 - approval) / 2 * flat,
        shape=shape, ship_days=ship, book_days=20, batches=2, batch_days=15,
    )  # fmt: skip
    k = kernels(terms, days)
    decided = k.approved + k.denied + k.withdrawn
    assert (decided >= -1e-12).all()
    assert (decided.sum(axis=1) <= 1 + 1e-9).all()
    assert (np.cumsum(k.shipped, axis=1) <= np.cumsum(k.approved, axis=1) + 1e-9).all()
    assert not np.triu(np.ones((12, 12)), 1).T[decided[:12] > 0].any(), "nothing decided before it is filed"


def test_the_review_clock_agrees_with_the_closed_kernel():
    days = days_of(MONTHS)
    flat = np.ones(days.count)
    terms = ReviewTerms(
        start=0, scale=30 * flat, approval=flat, withdrawal=0 * flat,
        shape=2.8, ship_days=14, book_days=1, batches=1, batch_days=0,
    )  # fmt: skip
    mine = kernels(terms, days).shipped[6, 6:8]  # July and August have 31 days each
    closed = licensing.weibull_kernel(np.array([2.8]), np.array([30.0]), np.array([14.0]), 2, length=31.0)[0]
    np.testing.assert_allclose(mine, closed, atol=2e-4)


def test_hazards_reproduce_the_kernels_in_the_queue():
    fast = event("fast", "2025-06-07", "fast_track", destinations=Choice(include=frozenset({"DE"})),
                 numbers={"review_scale": 30})  # fmt: skip
    (plan,) = planned(licence(), fast).licences
    listed = cells(plan)
    cohorts = len(MONTHS) + 1
    queue = licensing.empty_queue(1, len(listed.good), cohorts, 6)
    filed = np.zeros((len(MONTHS), 1, len(listed.good), cohorts))
    filed[3, :, :, 3] = 100.0
    filed[3, :, :, -1] = 200.0
    filed[5, :, :, 5] = 50.0
    for month in range(len(MONTHS)):
        review = licensing.Review(**monthly_review(plan, listed, month))
        queue, flows = licensing.advance_queue(queue, filed[month], review)
        for c, profile in enumerate(listed.profile):
            k = plan.kernels[profile]
            weights = {3: 100.0, cohorts - 1: 200.0, 5: 50.0}
            for name, share in (("approved", k.approved), ("denied", k.denied), ("withdrawn", k.withdrawn)):
                wanted = sum(w * share[cohort, month] for cohort, w in weights.items())
                assert getattr(flows, name)[0, c] == pytest.approx(wanted, abs=1e-7)
            wanted = sum(w * k.shipped[cohort, month] for cohort, w in weights.items())
            assert flows.ready[0, c] == pytest.approx(wanted, abs=1e-7)


def test_a_fast_track_speeds_up_what_already_waits_and_only_there():
    fast = event("fast", "2025-06-07", "fast_track", destinations=Choice(include=frozenset({"DE"})),
                 numbers={"review_scale": 20})  # fmt: skip
    (plan,) = planned(licence(), fast).licences
    us, de = (plan.kernels[plan.profile[0, r, 0]] for r in (1, 2))
    np.testing.assert_array_equal(us.approved[-1, :5], de.approved[-1, :5])
    assert de.approved[-1, 5] > 1.5 * us.approved[-1, 5]


def test_a_halted_review_decides_nothing():
    halt = event("halt", "2025-06-01", "tightening", numbers={"review_scale": 1e9}, until=date(2025, 8, 1))
    (plan,) = planned(licence(), halt).licences
    k = plan.kernels[plan.profile[0, 1, 0]]
    assert k.approved[-1, 5:7].sum() == pytest.approx(0, abs=1e-6)
    assert k.approved[-1, 7:].sum() > 0.2


def test_a_later_event_can_refuse_one_end_use():
    deny = event("deny", "2025-04-04", "tightening", end_uses=Choice(include=frozenset({"defence"})),
                 numbers={"approval": 0.0, "withdrawal": 0.0})  # fmt: skip
    (plan,) = planned(licence(), deny).licences
    assert plan.kernels[plan.profile[0, 1, 1]].approved.sum() == 0
    assert plan.kernels[plan.profile[0, 1, 0]].approved.sum() > 0


def test_general_licences_exempt_a_share_of_the_covered_volume():
    general = event("general", "2025-12-02", "general_licence", numbers={"exempt": 0.31})
    (plan,) = planned(licence(), general).licences
    assert plan.exempt[11, 0, 1, 0] == pytest.approx(0.31 * 30 / 31)
    assert plan.exempt[10].sum() == 0
    assert (plan.exempt <= plan.coverage).all()


def test_held_shipments_all_leave_in_the_end():
    hold = event("hold", "2025-04-14", "port_hold", until=date(2025, 7, 1), numbers={"held": 0.5})
    wait = number(45, 30, 60)
    hold = Event(
        **{**{f: getattr(hold, f) for f in Event.__slots__}, "numbers": {**hold.numbers, "hold_days": wait}}
    )
    (plan,) = planned(hold).holds
    lengths = np.diff(days_of(MONTHS).edges)
    assert (plan.release * lengths).sum() == pytest.approx(lengths.sum())
    assert plan.release[3] == pytest.approx(13 / 30)
    assert plan.release[4] < 0.3
    assert plan.release[6] > 1.5
    np.testing.assert_allclose(plan.release[[0, 1, 2, 9, 10, 11]], 1)
    assert plan.held == 0.5


def test_a_ban_a_quota_and_a_duty():
    ban = event("ban", "2025-06-16", "ban", "b", destinations=Choice(include=frozenset({"US"})))
    quota = event("quota", "2025-01-01", "quota", "q", until=date(2025, 7, 1), numbers={"quantity": 9000})
    duty = event("duty", "2025-11-01", "duty", "d", numbers={"rate": 0.25})
    plan = planned(ban, quota, duty)
    assert plan.banned[5, 0, 1, 0] == pytest.approx(0.5)
    assert plan.banned[:, :, 2].max() == 0
    assert plan.quotas[0].quantity == 9000
    assert plan.quotas[0].month_share.sum() == pytest.approx(1)
    np.testing.assert_array_equal(plan.quotas[0].active, [1] * 6 + [0] * 6)
    np.testing.assert_allclose(plan.duty[9:, 0, 1], [0, 0.25, 0.25])
    assert plan.duty[:, :, 0].max() == 0


def test_risk_moves_in_the_month_in_which_it_becomes_known():
    shock = event("shock", "2025-06-01", "statement", "", published=date(2025, 5, 20),
                  goods=Goods(blocks=(GoodsBlock(elements=frozenset({"Dy"})),)))  # fmt: skip
    shock = Event(**{**{f: getattr(shock, f) for f in Event.__slots__}, "risk": number(1.0)})
    np.testing.assert_array_equal(np.nonzero(planned(shock).risk)[0], [4, 4])


def test_merged_regions_stand_for_what_is_left():
    assert members("XE", REGIONS) & {"DE", "US"} == set()
    assert "FR" in members("XE", REGIONS)
    assert "JP" in members("XW", REGIONS)
    eu = Choice(include=frozenset({"EU"}))
    assert [r for r in REGIONS if covers(eu, r, REGIONS)] == ["DE", "XE"]
    one = Choice(include=frozenset({"BE"}))
    assert not covers(one, "XE", REGIONS)
    ban = event("ban", "2025-06-16", "ban", "b", destinations=Choice(include=frozenset({"BE", "US"})))
    assert planned(ban).left_out == ("ban: BE",)


def test_the_hub_is_reached_by_a_measure_on_everyone_only():
    assert covers(Choice(), "XO", REGIONS)
    assert not covers(Choice(include=frozenset({"US"})), "XO", REGIONS)


def test_goods_by_customs_code():
    coded = event("ban", "2025-06-01", "ban", "b", goods=Goods(blocks=(GoodsBlock(hs=("850511",)),)))
    assert planned(coded).banned[6, :, 1, 0].tolist() == [0, 1, 1]


@pytest.mark.parametrize("months", [(), ("2025-01", "2025-03"), ("2025-13",)])
def test_months_must_follow_one_another(months):
    with pytest.raises(InputError, match="months"):
        days_of(months)
