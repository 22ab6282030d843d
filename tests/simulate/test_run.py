"""Runs: the base year stays, licences bind whom they name, what a measure takes away is missing somewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mischmetal
from mischmetal.errors import InputError, NotFound
from mischmetal.simulate.run import base_year, run

HEAD = "name: {name}\ntitle: A test\nstart: 2025-01\nevents:\n"
LICENCE = """  - id: l
    date: 2025-03-01
    actor: {actor}
    instrument: export_licence
    measure: m
    direction: tighten
    title: Licence
    goods: {{names: [{good}]}}
    destinations: {places}
    end_uses: {uses}
    numbers:
      review_scale: {{assumption: test, value: 60, low: 30, high: 90}}
      review_shape: {{assumption: test, value: 2, low: 1, high: 4}}
      ship_days: {{assumption: test, value: 10, low: 0, high: 30}}
      approval: {{assumption: test, value: {approval}, low: 0, high: 1}}
      withdrawal: {{assumption: test, value: 0, low: 0, high: 1}}
      order_book: {{assumption: test, value: 2, low: 0, high: 3}}
      order_book_days: {{assumption: test, value: 20, low: 1, high: 30}}
"""


def licence(path: Path, **terms: object) -> Path:
    told = {"actor": "CN", "good": "NdFeB heavy", "places": "all", "uses": "all", "approval": 0.9} | terms
    path.write_text(HEAD.format(name=path.stem) + LICENCE.format(**told))
    return path


def measure(path: Path, text: str) -> Path:
    path.write_text(HEAD.format(name=path.stem) + text)
    return path


@pytest.mark.parametrize("chain", ["default", "small"])
def test_without_policy_24_months_reproduce_the_base_year(chain):
    result = run("no-policy", chain=chain, months=24)
    assert result.checks["baseline_max_relative_deviation"] <= 1e-6
    assert result.checks["mass_balance_max_relative"] <= 1e-9
    assert float(result.data["short"].sum()) == 0.0
    assert float(result.data["stopped_share"].max()) == 0.0


@pytest.mark.parametrize(
    "name",
    ["mine IC MM", "mine BO CN", "ship NdFeB heavy CN -> DE [ev]", "finish Dy CN", "make NdFeB light CN"],
)
def test_an_error_of_one_per_cent_in_a_base_flow_does_not_become_a_trend(name):
    anchored = base_year("default")
    j = [a.name for a in anchored.baseline.network.activities].index(name)
    cost, capacity = anchored.cost.copy(), anchored.capacity.copy()
    # at base prices this activity would now run at 99% of its base flow
    cost[j] += 0.01 * anchored.slope[j] * anchored.baseline.flow[j]
    capacity[j] *= 0.99
    result = run("no-policy", months=24, anchored=replace(anchored, cost=cost, capacity=capacity))
    for kind in ("domestic_CN", "quote"):
        ratio = result.data[kind].values / result.data[kind].values[:, :1].clip(1e-9)
        base = run("no-policy", months=1).data[kind].values
        known = np.isfinite(base[:, 0])
        moved = np.abs(result.data[kind].values[known] / base[known] - 1)
        assert moved.max() < 0.05, (kind, ratio.shape)


def test_denying_defence_alone_leaves_it_its_own_stocks_and_foreign_supply(tmp_path):
    path = licence(tmp_path / "deny.yaml", uses="[defence]", approval=0.0)
    result = run(path, chain="small", months=12)
    calm = run("no-policy", chain="small", months=12)
    heavy = result.data.sel(item="NdFeB heavy", region="JP")
    flows = result.data["flows"].sel(good="NdFeB heavy", origin="CN", destination="JP")
    need = float(heavy["need"].sel(group="defence").isel(month=0))
    made = 0.0  # from April on nothing Chinese comes for defence
    before = float(calm.data["flows"].sel(good="NdFeB heavy", origin="CN", destination="JP").isel(month=6))
    assert float(flows.isel(month=6)) < before
    # use over the run is at most what was held, what was on its way, March's first day and what Japan makes
    short = float(heavy["short"].sel(group="defence").sum())
    assert short > 0
    assert float(heavy["short"].sel(group="ev").sum()) == pytest.approx(0.0, abs=1e-9)
    local = base_year("small")
    acts = local.baseline.network.activities
    for j, a in enumerate(acts):
        if a.name == "make NdFeB heavy (abroad) JP [defence]":
            made = float(local.capacity[j])
    cover = float(calm.data["cover_days"].sel(item="NdFeB heavy", region="JP", group="defence").isel(month=0))
    held = need * cover / 30.4375
    ways_out = need * 10 * (0.05 + 0.1)  # whole motors and redesign, at most
    assert need * 12 - short <= held + need * 3.2 + made * 10 + ways_out


def test_every_tonne_applied_for_is_approved_denied_withdrawn_or_pending(tmp_path):
    result = run(licence(tmp_path / "some.yaml", approval=0.7), chain="small", months=18)
    flows = {k: result.data[k].cumsum("month") for k in ("applied", "approved", "denied", "withdrawn")}
    left = flows["applied"] - flows["approved"] - flows["denied"] - flows["withdrawn"]
    np.testing.assert_allclose(left, result.data["pending"], atol=1e-9)
    assert float(result.data["denied"].sum()) > 0
    assert float(result.data["pending"].isel(month=slice(0, 2)).sum()) == 0.0


def test_nobody_is_licensed_for_goods_and_places_that_no_measure_names(tmp_path):
    result = run(licence(tmp_path / "jp.yaml", places="[JP]", approval=0.0), chain="small", months=10)
    short = result.data["short"].sum(["month", "item", "group"])
    assert float(short.sel(region="JP")) > 0
    assert float(short.sel(region="DE")) == pytest.approx(0.0, abs=1e-9)


def test_a_ban_stops_exports_and_users_run_out(tmp_path):
    text = (
        "  - {id: b, date: 2025-02-01, actor: CN, instrument: ban, measure: m, direction: tighten, title: Ban,\n"
        "     goods: {names: [NdFeB heavy]}, destinations: all, end_uses: all}\n"
    )
    result = run(measure(tmp_path / "ban.yaml", text), chain="small", months=12)
    flows = result.data["flows"].sel(good="NdFeB heavy", origin="CN").sum("destination")
    assert float(flows.isel(month=slice(1, None)).max()) == pytest.approx(0.0, abs=1e-9)
    stopped = result.data["stopped_share"].sel(region="DE", group="ev", item="NdFeB heavy")
    assert float(stopped.isel(month=0)) == 0.0
    assert float(stopped.max()) == pytest.approx(1.0)
    # some run out before others: that is what a distribution of cover means
    assert 0 < float(stopped.where(stopped > 0).min()) < 1


def test_a_quota_binds_and_its_asked_rent_rises_at_a_finite_speed(tmp_path):
    text = (
        "  - {id: q, date: 2025-01-01, until: 2026-01-01, actor: CN, instrument: quota, measure: q,\n"
        "     direction: tighten, title: Quota, goods: {names: [NdFeB light, NdFeB heavy]}, destinations: all,\n"
        "     end_uses: all, numbers: {quantity: {assumption: test, value: 500, low: 1, high: 900}}}\n"
    )
    result = run(measure(tmp_path / "quota.yaml", text), chain="small", months=12)
    shipped = float(result.data["exports_magnets"].sum())
    assert shipped <= 500 * (1 + 1e-6)
    calm = run("no-policy", chain="small", months=12)
    assert float(calm.data["exports_magnets"].sum()) > 900


def test_a_duty_raises_what_buyers_abroad_pay_and_lowers_what_they_buy(tmp_path):
    text = (
        "  - {id: d, date: 2025-01-01, actor: CN, instrument: duty, measure: d, direction: tighten, title: Duty,\n"
        "     goods: {elements: [Nd], stages: [oxide]}, destinations: all, end_uses: all,\n"
        "     numbers: {rate: {assumption: test, value: 0.25, low: 0, high: 0.5}}}\n"
    )
    result = run(measure(tmp_path / "duty.yaml", text), chain="small", months=6)
    calm = run("no-policy", chain="small", months=6)
    at = {"element": "Nd", "month": "2025-04"}
    assert float(result.prices["quote"].sel(at)) > float(calm.prices["quote"].sel(at)) * 1.01
    assert float(result.exports["exports_element"].sel(at).sum()) < float(
        calm.exports["exports_element"].sel(at).sum()
    )


def test_the_same_run_twice_gives_the_same_numbers():
    first, second = (run("china-2025", chain="small", months=8) for _ in range(2))
    for name in first.data.data_vars:
        np.testing.assert_array_equal(first.data[name].values, second.data[name].values)


def test_the_licences_of_2025_on_the_default_chain():
    """Accounting, balance and optimality; what the market does is a result, not a test."""
    result = mischmetal.run("china-2025", months=12)
    checks = result.checks
    assert checks["nodes"] <= 2_000
    assert checks["activities"] <= 10_000
    assert checks["mass_balance_max_relative"] <= 1e-9
    assert checks["complementarity_max_relative"] <= 1e-6
    assert checks["qp_solves_a_month"] <= 8
    assert list(result.prices.sel(element="Dy").data_vars) == [
        "domestic_CN", "quote", "quote_dual", "traded", "asked_rent"
    ]  # fmt: skip
    assert (result.licences["pending"].sum(["item", "region"]).isel(month=slice(0, 3)) == 0).all()
    assert set(result.data["exports_element"].attrs) == {"units", "long_name", "equation", "facts"}
    assert result.data["domestic_CN"].attrs["facts"]


def test_behaviour_moves_within_its_range_only():
    low = run("china-2025", chain="small", months=8, overrides={"behaviour.cover_scale": "low"})
    high = run("china-2025", chain="small", months=8, overrides=["behaviour.cover_scale=1.5"])
    assert float(low.data["cover_days"].max()) < float(high.data["cover_days"].max())
    with pytest.raises(InputError, match=r"behaviour, hoarding: found 9; allowed: low, high, or 0\.5 to 2"):
        run("no-policy", chain="small", overrides={"behaviour.hoarding": 9})
    with pytest.raises(NotFound, match="Did you mean 'hoarding'"):
        run("no-policy", chain="small", overrides={"behaviour.hording": "low"})
    with pytest.raises(InputError, match="months"):
        run("no-policy", chain="small", months=0)


def test_a_made_up_metal_runs_from_its_tables(made_up, tmp_path):
    calm = run("no-policy", chain=made_up, months=6)
    assert calm.checks["baseline_max_relative_deviation"] <= 1e-6
    path = licence(tmp_path / "own.yaml", actor="AA", good="Un oxide", approval=0.0, uses="[arms]")
    result = run(path, chain=made_up, months=10)
    assert result.checks["complementarity_max_relative"] <= 1e-6
    # arms abroad get what Bland makes, and what Aland sends falls by no more than they took
    sent = result.data["flows"].sel(origin="AA").sum(["good", "destination"])
    fell = float(sent.isel(month=0) - sent.isel(month=-1))
    assert 0 < fell <= float(result.data["need"].sel(group="arms").isel(month=0).sum()) * 1.5
    assert float(result.data["short"].sel(group="lamps").sum()) == pytest.approx(0.0, abs=1e-9)
