"""The three layouts of the world tables, in small: heads and a few rows of the public-domain releases."""

from pathlib import Path

import pytest

from mischmetal.errors import InputError
from mischmetal.facts import get, usgs
from mischmetal.facts.validate import check
from mischmetal.facts.writing import write_sources, write_table

HERE = Path(__file__).parent / "usgs"
EDITION_2024 = HERE / "edition_2024.csv"
EDITION_2025 = HERE / "edition_2025.csv"
EDITION_2026 = HERE / "edition_2026.csv"  # in the Windows encoding, as published


def altered(tmp_path: Path, old: str, new: str) -> Path:
    """Edition 2025 with one thing changed."""
    path = tmp_path / "world.csv"
    path.write_text(EDITION_2025.read_text("utf-8").replace(old, new), "utf-8")
    return path


def figures(facts) -> dict[str, tuple]:
    return {f.id.split(".", 1)[1]: (f.value, f.low, f.high) for f in facts}


def test_edition_2024() -> None:
    facts = usgs.read(EDITION_2024)
    assert figures(facts) == {
        "us.mine-production.reo.2022": (42000, None, None),
        "us.mine-production.reo.2023": (43000, None, None),
        "us.reserves.reo.2023": (1.8e6, None, None),
        "mm.mine-production.reo.2022": (12000, None, None),
        "mm.mine-production.reo.2023": (38000, None, None),
        "cn.mine-production.reo.2022": (210000, None, None),
        "cn.mine-production.reo.2023": (240000, None, None),
        "cn.reserves.reo.2023": (44e6, None, None),
        "world.mine-production.reo.2022": (300000, None, None),
        "world.mine-production.reo.2023": (350000, None, None),
        "world.reserves.reo.2023": (110e6, None, None),
    }
    assert {(f.edition, f.unit, f.source) for f in facts} == {("MCS 2024", "t REO", "usgs-mcs-2024")}
    assert next(f.note for f in facts if f.id.endswith("cn.mine-production.reo.2023")).startswith(
        "estimated; Production quota"
    )


def test_edition_2025() -> None:
    facts = usgs.read(EDITION_2025)
    assert figures(facts) == {
        "us.mine-production.reo.2023": (41600, None, None),
        "us.mine-production.reo.2024": (45000, None, None),
        "us.reserves.reo.2024": (1.9e6, None, None),
        "ca.reserves.reo.2024": (830000, None, None),
        "world.mine-production.reo.2023": (376000, None, None),
        "world.mine-production.reo.2024": (390000, None, None),
        "world.reserves.reo.2024": (None, 90e6, None),
    }
    assert {f.confidence for f in facts if f.period == "2023"} == {"high"}
    assert {f.confidence for f in facts if f.variable == "mine_production" and f.period == "2024"} == {
        "medium"
    }


def test_edition_2026_in_the_windows_encoding() -> None:
    facts = usgs.read(EDITION_2026)
    assert figures(facts) == {
        "mm.mine-production.reo.2024": (27000, None, None),
        "mm.mine-production.reo.2025": (22000, None, None),
        "world.reserves.reo.2025": (None, 85e6, None),
        "world.mine-production.y.2025": (None, 10000, 15000),
    }
    assert {f.edition for f in facts} == {"MCS 2026"}


def test_what_is_read_is_what_is_packaged() -> None:
    """Two ways to one figure: the packaged tables were not made with this reader."""
    facts = usgs.read(EDITION_2025)
    world = next(f for f in facts if f.id.endswith("world.mine-production.reo.2024"))
    packaged = get("mines.world.mine-production.reo.2024")
    assert (packaged.value, packaged.edition, packaged.unit) == (world.value, world.edition, world.unit)


def test_other_commodities_on_request() -> None:
    (first, *_) = usgs.read(EDITION_2025, ["Potash"])
    assert (first.entity, first.commodity, first.value, first.unit) == ("CA", "potash", 12800, "t")


@pytest.mark.parametrize("edition", [EDITION_2024, EDITION_2025, EDITION_2026])
def test_what_is_written_is_a_valid_table(tmp_path: Path, edition: Path) -> None:
    facts = usgs.read(edition)
    out = tmp_path / "out"
    out.mkdir()
    write_table(facts, out / f"{facts[0].table}.csv")
    write_sources([usgs.source_of(facts)], out / "sources.csv")
    assert check(out) == []
    assert {p.name for p in out.iterdir()} == {f"{facts[0].table}.csv", "sources.csv"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("45000", "45k", "world.csv row 3, mine_production: found '45k'"),
        ("metric tons,41600", "metric tonnes,41600", "Did you mean 'metric tons'"),
        ("MCS2025,Rare earths,United", "USGS,Rare earths,United", "the edition, as MCS2025"),
        ("Rare earths", "Tin", "a commodity in the table"),
        ("UNIT_MEAS", "UNITS", "world.csv row 1, columns: found 'SOURCE, "),
    ],
)
def test_bad_releases_are_one_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        usgs.read(altered(tmp_path, old, new))


def test_an_empty_release_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "world.csv"
    path.write_bytes(b"")
    with pytest.raises(InputError, match="an empty file"):
        usgs.read(path)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        usgs.read(tmp_path / "none.csv")
