"""Tables, network and template of a chain."""

from __future__ import annotations

import csv
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mischmetal import facts
from mischmetal.chain import build, load_chain
from mischmetal.chain.reading import read_rows
from mischmetal.chain.tables import TABLES, Region, packaged
from mischmetal.chain.template import COLUMNS, PURPOSE, readme, write_template
from mischmetal.errors import InputError, NotFound

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
            factor = scale * getattr(row, "factor", 1.0)
            assert value == pytest.approx(fact.value * factor, rel=1e-3), where
            for end in ("low", "high"):
                given, printed = getattr(row, end, None), getattr(fact, end)
                if table == "content" or given == pytest.approx((printed or 0) * factor, rel=2e-3, abs=1e-9):
                    continue
                assert "assumption" in row.note, f"{where}, {end}"  # a share of the fact, itself with a range
                assert " to " in row.note, f"{where}, {end}"


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


def _again(rows, fields):
    rows.append(dict(rows[0]))


BAD = {
    "an unknown element": ("content", _set("element", "Xx"), "content.csv row 2, element: found 'Xx'"),
    "an unknown region": ("plants", _set("region", "ZZ"), "plants.csv row 2, region: found 'ZZ'"),
    "an unknown fact": ("stocks", _set("fact", "nothing.2024"), "stocks.csv row 2, fact: found 'nothing.2024'"),
    "infinity": ("recipes", _set("quantity", "Infinity"), "recipes.csv row 2, quantity: found 'Infinity'"),
    "a number beyond all": ("routes", _set("cost", "1e400"), "routes.csv row 2, cost: found '1e400'"),
    "a signed nan": ("prices", _set("factor", "-nan"), "prices.csv row 2, factor: found '-nan'"),
    "a negative freight": ("routes", _set("cost", "-1"), "routes.csv row 2, cost: found '-1'"),
    "a price twice": ("prices", _again, "prices.csv row 10"),
    "a recipe line twice": ("recipes", _again, "recipes.csv row 34"),
    "a composition twice": ("content", _again, "content.csv row 25"),
    "a stock twice": ("stocks", _again, "stocks.csv row 13"),
    "a target twice": ("targets", _again, "targets.csv row 3"),
    "a setting twice": ("chain", _again, "chain.csv row 6"),
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


RAW = {
    "a column twice": ("region,name,name\nCN,China,China\n", "regions.csv row 1, header: found 'name twice'"),
    "a cell too many": ("region,name\nCN,China,x\n", "regions.csv row 2: found '3 cells'; allowed: 2"),
    "a cell too few": ("region,name,members\nCN,China\n", "regions.csv row 2: found '2 cells'; allowed: 3"),
    "an open quote": ('region,name\nCN,"China\n', "regions.csv row 2: found 'unexpected end of data'"),
}


@pytest.mark.parametrize("what", RAW)
def test_tables_that_are_no_tables_are_told_in_one_line(what, tmp_path):
    text, said = RAW[what]
    (tmp_path / "regions.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_rows(tmp_path / "regions.csv", Region)
    assert str(error.value).startswith(said), str(error.value)


def test_what_spreadsheets_write_is_read(tmp_path):
    """A byte-order mark, line ends of the other kind, blank lines, and a line break inside quotes."""
    text = '\ufeffregion,name\r\nCN,"China,\r\nmainland"\r\n\r\nJP,Japan\r\n'
    (tmp_path / "regions.csv").write_bytes(text.encode())
    rows = read_rows(tmp_path / "regions.csv", Region)
    assert [(r.region, r.name.split()) for r in rows] == [("CN", ["China,", "mainland"]), ("JP", ["Japan"])]


JUNK = st.one_of(
    st.sampled_from(["", " ", "nan", "-inf", "1e400", "-1", "0", "1,5", "NO", "é", "\x00", '"', "ZZ", "yes"]),
    st.floats().map(str),
    st.text(max_size=8),
)


@given(table=st.sampled_from(["chain", *TABLES]), place=st.integers(0, 10**6), junk=JUNK)
@settings(max_examples=60, deadline=None)
def test_one_spoilt_cell_never_ends_in_a_traceback(table, place, junk):
    """The chain is built or one line says why not, whatever one cell holds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "chain"
        shutil.copytree(packaged("small"), folder)

        def spoil(rows, fields):
            row, column = divmod(place, len(fields))
            rows[row % len(rows)][fields[column]] = junk

        _edit(folder, table, spoil)
        said, network = "", None
        try:
            network = build(load_chain(folder))
        except (InputError, NotFound) as error:
            said = str(error)
        assert "\n" not in said
        if network is not None:
            assert np.isfinite(network.A.data).all()
            assert all(np.isfinite(a.cost) for a in network.activities)


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


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\x1b[2J", "\u2028"])
def test_a_name_with_breaks_in_it_still_ends_in_one_line(mark):
    told = str(InputError("goods.csv row 2", field="element", found="x", choices=[f"a{mark}b", "Ce"]))
    assert len(told.splitlines()) == 1
    assert told.isprintable()
