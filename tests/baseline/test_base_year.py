"""The base year adds up, comes near its facts, and anchors curves on which nothing moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import null_space

from mischmetal import facts
from mischmetal.baseline import anchor, reconcile, residual_table
from mischmetal.baseline.estimate import SPREAD, Figure, figures
from mischmetal.baseline.reconcile import imbalance
from mischmetal.chain import Node, build, load_chain
from mischmetal.simulate.run import base_year

SEVEN = ("Nd", "Pr", "Dy", "Tb", "La", "Ce", "Y")


@pytest.fixture(scope="module", params=["default", "small"])
def anchored(request):
    return base_year(request.param)


def test_every_node_balances(anchored):
    baseline = anchored.baseline
    worst = imbalance(baseline.network.A, baseline.flow)
    assert worst.max() <= 1e-9
    assert baseline.flow.min() >= 0


def test_used_activities_earn_their_marginal_cost_and_no_other_earns_more(anchored):
    network, x = anchored.baseline.network, anchored.baseline.flow
    margin = network.A.T @ anchored.price
    marginal = anchored.cost + anchored.slope * x
    made = np.array([a.kind not in ("use", "dispose") for a in network.activities])
    used = made & (x > 0)
    scale = 1 + np.abs(margin)
    assert np.abs((margin - marginal)[used] / scale[used]).max() < 1e-12
    assert ((margin - anchored.cost)[made & ~used] <= 0).all()


def test_every_price_says_where_it_comes_from(anchored):
    assert set(anchored.price_origin) <= {"fact", "assumption", "built up", "netted back", "surplus", "idle"}
    assert (anchored.price >= 0).all()
    x = anchored.baseline.flow
    idle = np.array([origin == "idle" for origin in anchored.price_origin])
    assert (abs(anchored.baseline.network.A) @ x)[idle].max(initial=0.0) <= 1e-9


@pytest.mark.parametrize("element", SEVEN)
def test_world_output_lies_within_its_own_facts(element):
    """Output in China and outside, each with the range of its fact: no element needs an excuse."""
    table = residual_table(base_year("default").baseline).set_index("figure")
    found = [
        n for n in (f"CN {element} oxide output", f"{element} oxide output outside CN") if n in table.index
    ]
    assert found
    low = sum(facts.get(table.loc[n, "fact"]).low for n in found)
    high = sum(facts.get(table.loc[n, "fact"]).high for n in found)
    assert low <= sum(table.loc[n, "fitted"] for n in found) <= high


def table_of(name="default", **choices):
    return residual_table(base_year(name).baseline, **choices).set_index("figure")


# fitted outside their range, each against the facts that the table names
SCARCE = {"CN exports NdPr", "CN exports Tb"}


def test_chinese_exports_are_those_of_the_facts():
    """Magnets by destination and oxides by element, t a year, against the customs totals of 2024."""
    table = table_of(named=60)
    found = table[table.index.str.startswith(("CN exports", "CN magnets"))]
    assert len(found) == 12
    assert found["fact"].str.contains("exports").all()
    slack = 5e-4 * found["value"]  # the total of magnets is known to four tonnes
    inside = found["fitted"].between(found["low"] - slack, found["high"] + slack)
    assert set(found.index[~inside]) == SCARCE
    assert (found.loc[sorted(SCARCE), "contradicts"] != "").all()
    # Japan takes most of the dysprosium, terbium and more yttrium than anybody else
    assert (table.loc[["JP share of CN Dy exports", "JP share of CN Tb exports"], "fitted"] > [75, 30]).all()
    assert table.loc["JP share of CN Y exports", "fitted"] > table.loc["US share of CN Y exports", "fitted"]


PLACES = {
    "cn": ["CN"],
    "us": ["US"],
    "jp": ["JP"],
    "kr": ["KR"],
    "eu": ["DE", "FR", "XE"],
    "rest-of-world": ["GB", "IN", "TH", "VN", "XW"],
}


@pytest.mark.parametrize("place", PLACES)
def test_magnets_are_used_where_the_facts_say(place):
    """Use of finished magnets by place; outside China not among the figures that were fitted."""
    fact = facts.get(
        f"baseline-2024.{place}.apparent-use-first-use-in-components.ndfeb-finished-magnets.2024"
    )
    baseline = base_year("default").baseline
    used = sum(
        12 * x
        for a, x in zip(baseline.network.activities, baseline.flow, strict=True)
        if a.kind == "use" and a.process.startswith("NdFeB") and a.origin in PLACES[place]
    )
    assert fact.low <= used <= fact.high


def test_magnets_abroad_are_used_by_every_group_with_a_licence_of_its_own():
    baseline = base_year("default").baseline
    groups = {
        a.group
        for a, x in zip(baseline.network.activities, baseline.flow, strict=True)
        if a.kind == "use" and a.process == "NdFeB heavy" and a.origin == "DE" and x > 0
    }
    assert groups == {
        "appliances", "defence", "electronics", "ev", "industrial", "other", "small-motors", "wind",
    }  # fmt: skip


def test_every_mine_and_unrecorded_source_is_dug_as_its_fact_says():
    table = table_of()
    mines = table[table.index.str.startswith("mine ") & (table["fact"] != "")]
    assert {"mine IC unrecorded CN", "mine MZ hidden XW", "mine IC MM"} <= set(mines.index)
    assert mines["in_range"].all()
    assert (mines["fitted"] > 0).all()


def test_a_long_tail_pulls_less_than_a_short_one():
    figure = Figure(name="x", fact="", confidence="low", value=5, low=2, high=25, below=3, above=20)
    assert figure.misfit(2) == pytest.approx(-1)
    assert figure.misfit(25) == pytest.approx(1)


def test_no_other_flows_lie_nearer_to_the_figures():
    """Along any balanced change of the flows in use, what is minimised rises; ranges here are lopsided."""
    chain = load_chain("small")

    def lopsided(rows):
        return tuple(
            r if r.base is None else r.model_copy(update={"low": 0.95 * r.base, "high": 1.8 * r.base})
            for r in rows
        )

    wide = {t: lopsided(getattr(chain, t)) for t in ("plants", "routes", "uses", "targets")}
    baseline = reconcile(build(replace(chain, **wide)))
    given = figures(baseline.network)
    used = np.flatnonzero(baseline.flow > 0)
    change = null_space(baseline.network.A.toarray()[:, used])
    assert change.shape[1] > 5

    def distance(x):
        fitted = given.W @ x
        misfit = [f.misfit(y) for f, y in zip(given.figures, fitted, strict=True)]
        away = x[given.split_activity] - given.split_value
        return (
            np.square(misfit).sum() + np.square(away / (SPREAD * np.maximum(given.split_value, 1e-6))).sum()
        )

    best = distance(baseline.flow)
    rng = np.random.default_rng(0)
    step = 0.02 * baseline.flow[used].min()
    for _ in range(40):
        x = baseline.flow.copy()
        direction = change @ rng.standard_normal(change.shape[1])
        x[used] += step * direction / np.abs(direction).max()
        assert distance(x) > best * (1 - 1e-9)


def test_whatever_lies_outside_its_range_says_against_what():
    for name in ("default", "small"):
        table = table_of(name, named=len(base_year(name).baseline.figures))
        assert (table.loc[~table["in_range"], "contradicts"] != "").all()


# what is left between two prices is less than nothing: each pair of facts cannot hold, or a plant lost money
AT_A_LOSS = {
    "separate IC CN",  # clay concentrate at 24 USD/kg against what its oxides fetch in China
    "separate MP ramp-up US",  # a plant that ramps up
    "ship NdPr metal GB -> US",  # metal made outside China is dearer than Chinese metal
    "ship NdPr metal GB -> DE",
    "ship NdPr metal JP -> US",
}


def test_costs_that_the_margins_imply_are_no_absurdities():
    costs = base_year("default").implied_costs().set_index("activity")
    assert set(costs.index[costs["implied"] < -1e-9]) == AT_A_LOSS
    ships = costs[costs["kind"] == "ship"]
    assert ((ships["implied"] - ships["engineered"]) <= 0.15 * ships["price"]).all()
    assert (ships["implied"] >= -0.1 * ships["price"]).all()


def test_magnets_leave_china_at_the_mean_value_that_customs_saw():
    anchored = base_year("default")
    network, x = anchored.baseline.network, anchored.baseline.flow
    index = network.node_index()
    ships = [
        (12 * y, anchored.price[index[Node("CN", a.process)]])
        for a, y in zip(network.activities, x, strict=True)
        if a.kind == "ship" and a.origin == "CN" and a.process in ("NdFeB light", "NdFeB heavy", "SmCo")
    ]
    mean = sum(t * p for t, p in ships) / sum(t for t, _ in ships)
    fact = facts.get("baseline-2024.cn.export-unit-value.re-magnets.2024")
    assert fact.low <= mean <= fact.high


def test_residuals_come_worst_first_and_name_what_they_contradict():
    table = residual_table(base_year("default").baseline, named=12)
    size = table["misfit_sd"].abs()
    assert (size.diff().dropna() <= 1e-12).all()
    worst = table.iloc[0]
    assert worst["contradicts"]
    # Dy and Tb from scrap cannot both hold with magnets of one composition
    assert {"CN Dy from scrap", "CN Tb from scrap"} == set(table["figure"].head(2))


def test_a_figure_that_pulls_moves_the_fit_its_way():
    """Reconciliation is a projection: a base year that meets all its figures comes back unchanged."""
    chain = load_chain("small")
    first = reconcile(build(chain))
    # give every plant, route and use its own fitted flow as its figure, and no other target
    by_row: dict[tuple[str, int], float] = {}
    for a, x in zip(first.network.activities, first.flow, strict=True):
        if a.table:
            by_row[a.table, a.row] = by_row.get((a.table, a.row), 0.0) + 12 * x

    def exact(table):
        rows = []
        for number, row in enumerate(getattr(chain, table), start=2):
            value = by_row.get((table, number), 0.0)
            rows.append(row.model_copy(update={"base": value, "low": value, "high": value}))
        return tuple(rows)

    told = replace(chain, plants=exact("plants"), routes=exact("routes"), uses=exact("uses"), targets=())
    second = reconcile(build(told))
    # what no figure tells apart, as the groups of one shipment, may shift by a few kilograms
    assert second.flow == pytest.approx(first.flow, rel=2e-3, abs=0.02)


def test_an_own_chain_of_three_regions_and_one_metal(made_up):
    anchored = anchor(reconcile(build(load_chain(made_up))))
    assert anchored.baseline.imbalance < 1e-9
    assert len(anchored.baseline.network.chain.regions) == 3
