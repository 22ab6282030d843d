import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mischmetal.app.facts_cli import app, single
from mischmetal.errors import NotFound

RUN = CliRunner()
QUOTA = "baseline-2024.cn.mine-output-official-quota.reo.2024"
COMMANDS = [
    ["find"],
    ["tables"],
    ["show"],
    ["validate"],
    ["import", "usgs"],
    ["import", "comtrade"],
    ["import", "customs"],
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command: list[str]) -> None:
    result = RUN.invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert f"Example: mischmetal facts {' '.join(command)}" in result.output


def test_find_prints_what_fits_80_columns() -> None:
    result = RUN.invoke(
        app,
        ["find", "oxide smm", "--table", "prices", "--commodity", "Dy", "--period", "2025", "--limit", "5"],
    )
    assert result.exit_code == 0
    assert "CNY/t REO EXW incl VAT [high]" in result.output
    figures = [line for line in result.output.splitlines() if line.startswith(" ")]
    assert len(figures) >= 5
    assert max(map(len, figures)) <= 80
    assert " more; --limit shows more" in result.output


def test_find_as_json() -> None:
    result = RUN.invoke(app, ["find", "--table", "rates", "--variable", "vat_rate", "--json"])
    rows = json.loads(result.output)
    assert {row["value"] for row in rows} == {13.0, 16.0, 17.0}


def test_nothing_found_says_so() -> None:
    assert "no fact" in RUN.invoke(app, ["find", "unobtainium"]).output


def test_show_gives_fact_and_source() -> None:
    text = RUN.invoke(app, ["show", QUOTA]).output
    assert "source url" in text
    assert max(map(len, text.splitlines())) <= 80
    row = json.loads(RUN.invoke(app, ["show", QUOTA, "--json"]).output)
    assert row["value"] == 270000
    assert row["source"]["url"].startswith("https://")


def test_show_of_an_unknown_id_is_an_error() -> None:
    assert isinstance(RUN.invoke(app, ["show", QUOTA + "x"]).exception, NotFound)


def test_tables_lists_all() -> None:
    counts = json.loads(RUN.invoke(app, ["tables", "--json"]).output)
    assert counts["prices"] > 1000
    assert "  prices" in RUN.invoke(app, ["tables"]).output


def test_validate_tells_problems_and_exits_2(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "id,entity,variable,period,value,unit,source,confidence\na,CN,x,2024,1,t RE0,s,high\n", "utf-8"
    )
    result = RUN.invoke(app, ["validate", str(path)])
    assert result.exit_code == 2
    assert "error: mine.csv row 2, unit: found 't RE0'" in result.stderr
    assert "1 problem" in result.stdout
    told = json.loads(RUN.invoke(app, ["validate", str(path), "--json"]).stdout)
    assert len(told["problems"]) == 1


def test_validate_of_the_packaged_tables() -> None:
    result = RUN.invoke(app, ["validate"])
    assert result.exit_code == 0
    assert "no problem found" in result.output


def test_import_writes_a_folder_that_validates(tmp_path: Path) -> None:
    table = tmp_path / "world.csv"
    table.write_text(
        "SOURCE,COMMODITY,COUNTRY,TYPE,UNIT_MEAS,PROD_2023,PROD_EST_ 2024,PROD_NOTES,RESERVES_2024,"
        "RESERVE_NOTES,CAP_NOTES\n"
        "MCS2025,Rare earths,United States,Mine production,metric tons,41600,45000,,1900000,,\n",
        "utf-8",
    )
    out = tmp_path / "out"
    result = RUN.invoke(app, ["import", "usgs", str(table), "--out", str(out)])
    assert result.exit_code == 0
    assert "3 facts" in result.output
    assert RUN.invoke(app, ["validate", str(out)]).exit_code == 0


def test_claims() -> None:
    text = RUN.invoke(single, ["claims", "--details"]).output
    assert "CONFIRMED: China's magnet exports rose by 75% in July 2025" in text
    assert "CONFLICTS: China exported 7,400 t of rare earths in August 2025" in text
    assert "Example: mischmetal claims" in RUN.invoke(single, ["claims", "--help"]).output
    rows = json.loads(RUN.invoke(single, ["claims", "--json"]).output)
    assert {row["verdict"] for row in rows} == {"confirmed", "conflicts"}
