"""Tables, network and template of a chain."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from mischmetal import facts
from mischmetal.chain import build, load_chain
from mischmetal.chain.tables import TABLES, packaged
from mischmetal.chain.template import COLUMNS, PURPOSE, readme, write_template
from mischmetal.errors import InputError

REGIONS = [
    "CN",
    "MM",
    "LA",
    "VN",
    "TH",
    "MY",
    "IN",
    "JP",
    "KR",
    "AU",
    "US",
    "CA",
    "BR",
    "RU",
    "EE",
    "FR",
    "DE",
    "GB",
    "XE",
    "XW",
]
GROUPS = [
    "ev",
    "wind",
    "industrial",
    "appliances",
    "electronics",
    "small-motors",
    "defence",
    "refining",
    "car-exhaust",
    "glass-polishing",
    "lighting-medical",
    "other",
]
REASON = ("assumption", "memory", "derived", "definition", "recipe")


@pytest.fixture(scope="module")
def network():
    return build(load_chain("default"))


def test_size_stays_below_the_limits(network):
    assert len(network.nodes) <= 700
    assert len(network.activities) <= 7_500
    assert len(build(load_chain("small")).nodes) <= 60


def test_all_elements_regions_and_groups_are_there(network):
    chain = network.chain
    assert len(chain.elements) == 17
    assert [e.element for e in chain.elements if not e.traded] == ["Pm"]
    assert not [n for n in network.nodes if n.good.startswith("Pm ")]
    assert set(REGIONS) <= {r.region for r in chain.regions}
    assert {g.group for g in chain.groups} == set(GROUPS)


def test_a_mine_yields_its_ore_in_fixed_proportion(network):
    """The balance problem: one unit of clay gives each element in the composition of the ore."""
    index = network.node_index()
    content = {(c.good, c.element): c.content for c in network.chain.content}
    separate = next(
        j for j, a in enumerate(network.activities) if a.process == "separate IC" and a.origin == "CN"
    )
    column = network.A[:, [separate]].toarray().ravel()
    yielded = {n.good: column[i] for n, i in index.items() if column[i] > 0}
    ratio = {good: q / content["feed-IC", good.split()[0]] for good, q in yielded.items()}
    assert len(ratio) >= 10
    assert np.ptp(list(ratio.values())) < 1e-12


def test_machining_scrap_loops_back(network):
    acts = network.activities
    gives = [
        a for a in acts if a.kind == "make" and any(n.good.startswith("scrap") and q > 0 for n, q in a.terms)
    ]
    takes = [
        a
        for a in acts
        if a.kind == "recycle" and any(n.good.startswith("scrap") and q < 0 for n, q in a.terms)
    ]
    assert gives
    assert takes


def test_foreign_feed_goes_into_chinese_separation_and_comes_back(network):
    ships = {(a.process, a.origin, a.destination) for a in network.activities if a.kind == "ship"}
    for good, origin in (("feed-IC", "MM"), ("feed-IC", "LA"), ("feed-IC", "MY"), ("feed-MP", "US")):
        assert (good, origin, "CN") in ships
    assert {d for g, o, d in ships if (g, o) == ("Dy oxide", "CN")} >= {"JP", "US", "DE"}


def test_unrecorded_supply_is_a_source_with_its_own_fact(network):
    row = next(p for p in network.chain.plants if p.process == "mine IC unrecorded")
    assert "unrecorded" in facts.get(row.fact).variable


def test_a_licence_for_one_group_cannot_feed_another(network):
    """No activity takes a tagged good of one group abroad and yields that of another."""
    tagged = {g.good for g in network.chain.goods if g.tagged}
    home = (network.chain.controller, network.chain.hub)
    for a in network.activities:
        groups = {n.group for n, _ in a.terms if n.good in tagged and n.region not in home and n.group}
        assert len(groups) <= 1, a.name


@pytest.mark.parametrize("name", ["default", "small"])
def test_every_estimate_has_a_fact_or_a_reason(name):
    chain = load_chain(name)
    column = {"stocks": "months", "prices": "price", "content": "content"}
    for table in ("plants", "routes", "uses", "stocks", "prices", "targets", "content"):
        for number, row in enumerate(getattr(chain, table), start=2):
            value = getattr(row, column.get(table, "base"))
            if value is None:
                continue
            where = f"{name} {table}.csv row {number}"
            if not row.fact:
                assert any(word in row.note for word in REASON), where
                continue
            fact = facts.get(row.fact)
            scale = 0.01 if fact.unit == "%" else 1.0
            assert fact.value is not None, where
            assert value == pytest.approx(fact.value * scale * getattr(row, "factor", 1.0), rel=1e-3), where


def test_the_template_loads_and_explains_every_column(tmp_path):
    readme_path = write_template(tmp_path / "mine")
    assert load_chain(tmp_path / "mine").name == "small"
    text = readme_path.read_text()
    assert set(PURPOSE) == {"chain", *TABLES}
    for model in TABLES.values():
        assert set(model.model_fields) <= set(COLUMNS)
    assert text == readme()
    with pytest.raises(InputError, match="new or empty folder"):
        write_template(tmp_path / "mine")


def _edit(folder: Path, table: str, change) -> None:
    path = folder / f"{table}.csv"
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    fields = list(rows[0])
    change(rows, fields)
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fields, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _set(column, value, row=0):
    return lambda rows, fields: rows[row].__setitem__(column, value)


BAD = {
    "an unknown element": ("content", _set("element", "Xx"), "content.csv row 2, element: found 'Xx'"),
    "an unknown region": ("plants", _set("region", "ZZ"), "plants.csv row 2, region: found 'ZZ'"),
    "NaN": ("plants", _set("base", "nan"), "plants.csv row 2, base: found 'nan'"),
    "a negative base": ("plants", _set("base", "-5"), "plants.csv row 2, base: found"),
    "negative spare capacity": ("plants", _set("spare", "-1"), "plants.csv row 2, spare: found '-1'"),
    "a range that misses its value": ("plants", _set("low", "1e9"), "plants.csv row 2, low: found"),
    "no number": ("uses", _set("base", "many"), "uses.csv row 2, base: found 'many'"),
    "a row twice": ("uses", lambda rows, fields: rows.append(dict(rows[0])), "uses.csv row 13"),
    "a column that is missing": ("prices", lambda rows, fields: fields.remove("region"), "prices.csv row 1, region"),
    "an unknown column": ("prices", lambda rows, fields: fields.append("colour"), "prices.csv row 1, header: found 'colour'"),
    "a unit of the wrong dimension": ("goods", _set("unit", "USD"), "goods.csv row 2, unit: found 'USD'"),
    "a process without recipe": ("recipes", lambda rows, fields: rows.pop(0), "recipes.csv, process"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_tables_are_told_in_one_line(what, tmp_path):
    folder = tmp_path / "chain"
    shutil.copytree(packaged("small"), folder)
    table, change, said = BAD[what]
    _edit(folder, table, change)
    with pytest.raises(InputError) as error:
        build(load_chain(folder))
    assert str(error.value).startswith(said), str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "an empty file"), (b"region,name\nCN,Chin\xe9\n", "0xe9"), (None, "no such file")],
)
def test_unreadable_tables_are_told_in_one_line(content, said, tmp_path):
    folder = tmp_path / "chain"
    shutil.copytree(packaged("small"), folder)
    path = folder / "regions.csv"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(InputError, match=r"regions\.csv") as error:
        load_chain(folder)
    assert said in str(error.value)
