"""The base year adds up, comes near its facts, and anchors curves on which nothing moves."""

from __future__ import annotations

import numpy as np
import pytest

from mischmetal import facts
from mischmetal.baseline import anchor, reconcile, residual_table
from mischmetal.baseline.reconcile import imbalance
from mischmetal.chain import build, load_chain
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

    from dataclasses import replace

    told = replace(chain, plants=exact("plants"), routes=exact("routes"), uses=exact("uses"), targets=())
    second = reconcile(build(told))
    # what no figure tells apart, as the groups of one shipment, may shift by a few kilograms
    assert second.flow == pytest.approx(first.flow, rel=2e-3, abs=0.02)


def test_an_own_chain_of_three_regions_and_one_metal(made_up):
    anchored = anchor(reconcile(build(load_chain(made_up))))
    assert anchored.baseline.imbalance < 1e-9
    assert len(anchored.baseline.network.chain.regions) == 3
