"""Bad input: one clear line for each problem, with file, row, field, what was found and what is allowed."""

from pathlib import Path

import pytest

from mischmetal.errors import InputError
from mischmetal.facts.fact import COLUMNS
from mischmetal.facts.validate import check

GOOD = {
    "id": "mine.cn.mine-production.reo.2024",
    "entity": "CN",
    "variable": "mine_production",
    "commodity": "REO",
    "period": "2024",
    "value": "270000",
    "unit": "t REO",
    "source": "quota",
    "confidence": "high",
}


def table(path: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    lines = [",".join(columns)] + [",".join(row.get(c, "") for c in columns) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def lines(path: Path) -> list[str]:
    return [str(problem) for problem in check(path)]


def test_a_good_table_has_no_problem(tmp_path: Path) -> None:
    assert lines(table(tmp_path / "mine.csv", GOOD)) == []


def test_only_the_needed_columns_are_needed(tmp_path: Path) -> None:
    needed = ("id", "entity", "variable", "period", "value", "unit", "source", "confidence")
    assert lines(table(tmp_path / "mine.csv", GOOD, columns=needed)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"unit": "t RE0"}, "mine.csv row 2, unit: found 't RE0'; allowed: t REO, "),
        ({"unit": "t RE0"}, "Did you mean 't REO'?"),
        (
            {"unit": "USD"},
            "mine.csv row 2, unit: found 'USD'; allowed: a mass, as t REO, for a mine_production",
        ),
        ({"value": "nan"}, "mine.csv row 2, value: found 'nan'; allowed: a finite number, or empty"),
        ({"value": "inf"}, "value: found 'inf'; allowed: a finite number, or empty"),
        ({"value": "much"}, "mine.csv row 2, value: found 'much'; allowed: a number, or empty"),
        ({"value": ""}, "mine.csv row 2, value: found ''; allowed: a value, low or high, or a text"),
        ({"value": "5", "unit": ""}, "mine.csv row 2, unit: found ''; allowed: a unit beside a number"),
        ({"low": "9", "high": "3"}, "mine.csv row 2, low: found '9'; allowed: low at most high"),
        ({"low": "0", "high": "3"}, "mine.csv row 2, value: found '270000'; allowed: between low and high"),
        ({"commodity": "Dx"}, "mine.csv row 2, commodity: found 'Dx'; allowed: Ce, Dy, "),
        ({"period": "March"}, "mine.csv row 2, period: found 'March'; allowed: YYYY, YYYY-MM"),
        ({"period": "2024-13"}, "period: found '2024-13'"),
        (
            {"confidence": "hihg"},
            "confidence: found 'hihg'; allowed: high, medium, low, memory. Did you mean 'high'?",
        ),
        ({"vat": "with"}, "mine.csv row 2, vat: found 'with'; allowed: incl, ex, (empty)"),
        (
            {"incoterm": "FOBB"},
            "incoterm: found 'FOBB'; allowed: FOB, EXW, CIF, DDP, (empty). Did you mean 'FOB'?",
        ),
        (
            {"currency": "CNY", "unit": "USD/kg REO", "variable": "price"},
            "allowed: USD, the currency of the unit",
        ),
        (
            {"variable": "price"},
            "unit: found 't REO'; allowed: a currency per mass, as USD/kg REO, for a price",
        ),
        ({"id": "Mine CN"}, "id: found 'Mine CN'; allowed: lower-case letters, digits, dots and hyphens"),
        ({"source": ""}, "mine.csv row 2, source: found 'an empty cell'; allowed: a value"),
        ({"hs": "magnets"}, "hs: found 'magnets'; allowed: customs items of 4 to 10 digits, joined by +"),
    ],
)
def test_one_bad_cell_is_one_line(tmp_path: Path, change: dict[str, str], told: str) -> None:
    found = lines(table(tmp_path / "mine.csv", GOOD | change))
    assert len(found) == 1
    assert told in found[0]
    assert "\n" not in found[0]


def test_every_bad_row_is_told(tmp_path: Path) -> None:
    other = GOOD | {"id": "b", "value": "nan"}
    found = lines(table(tmp_path / "mine.csv", GOOD | {"unit": "kgs"}, other, GOOD | {"id": "c"}))
    assert [line.split(",")[0] for line in found] == ["mine.csv row 2", "mine.csv row 3"]


def test_ids_must_differ_in_a_table_and_in_a_folder(tmp_path: Path) -> None:
    assert lines(table(tmp_path / "mine.csv", GOOD, GOOD)) == [
        f"mine.csv row 3, id: found '{GOOD['id']}'; allowed: an id of its own (also in row 2)"
    ]
    table(tmp_path / "mine.csv", GOOD)
    table(tmp_path / "other.csv", GOOD)
    assert lines(tmp_path) == [
        f"other.csv, id: found '{GOOD['id']}'; allowed: an id of its own (also in mine.csv)"
    ]


def test_sources_of_a_folder_must_exist(tmp_path: Path) -> None:
    table(tmp_path / "mine.csv", GOOD)
    (tmp_path / "sources.csv").write_text("id,title,url,date,terms\nquotas,Quotas,,2024,\n", encoding="utf-8")
    (line,) = lines(tmp_path)
    assert line.startswith("mine.csv row 2, source: found 'quota'; allowed: an id in sources.csv")
    assert "Did you mean 'quotas'?" in line


def test_a_missing_column_is_told(tmp_path: Path) -> None:
    columns = tuple(c for c in COLUMNS if c != "unit")
    (line,) = lines(table(tmp_path / "mine.csv", GOOD, columns=columns))
    assert line.startswith("mine.csv, columns: found 'id, entity")
    assert line.endswith("allowed: a column 'unit'")


def test_an_unknown_column_names_the_nearest(tmp_path: Path) -> None:
    (line,) = lines(table(tmp_path / "mine.csv", GOOD, columns=(*COLUMNS, "confidense")))
    assert "mine.csv row 1, column: found 'confidense'" in line
    assert "Did you mean 'confidence'?" in line


def test_a_row_too_long_is_told(tmp_path: Path) -> None:
    path = table(tmp_path / "mine.csv", GOOD)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + ",surplus\n", encoding="utf-8")
    (line,) = lines(path)
    assert "as many cells as columns" in line


def test_other_encodings_are_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes("id,entity\nä,CN\n".encode("cp1252"))
    (line,) = lines(path)
    assert "a byte that is not UTF-8 at position 10" in line


@pytest.mark.parametrize("content", ["", "\n\n  \n"])
def test_an_empty_file_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(content, encoding="utf-8")
    (line,) = lines(path)
    assert "found 'an empty file'; allowed: a table with the columns id, entity" in line


def test_a_header_alone_is_told(tmp_path: Path) -> None:
    assert lines(table(tmp_path / "mine.csv")) == [
        "mine.csv: found 'a header alone'; allowed: at least one row"
    ]


def test_a_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe")
    table(tmp_path / "b.csv", GOOD | {"value": "nan"})
    found = lines(tmp_path)
    assert len(found) == 2
    assert "not UTF-8" in found[0]
    assert found[1].startswith("b.csv row 2, value")


def test_nothing_to_check_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing there"):
        check(tmp_path / "nowhere")
    with pytest.raises(InputError, match="a folder without a table"):
        check(tmp_path)
