"""Readers of trade statistics, on small files of the real shapes."""

import json
from pathlib import Path
from typing import Any

import pytest

from mischmetal.errors import InputError
from mischmetal.facts import comtrade, customs
from mischmetal.facts.places import code_of
from mischmetal.facts.validate import check
from mischmetal.facts.writing import write_sources, write_table

ROW = {
    "typeCode": "C", "freqCode": "M", "refPeriodId": 20240701, "refYear": 2024, "period": "202407",
    "reporterCode": 156, "reporterISO": "CHN", "flowCode": "X", "partnerCode": 392, "partnerISO": "JPN",
    "partner2Code": 0, "classificationCode": "H6", "cmdCode": "280530", "customsCode": "C00", "motCode": 0,
    "qtyUnitCode": 8, "qty": 402000.0, "netWgt": 402000.0, "isNetWgtEstimated": False, "fobvalue": 21000000.0,
    "primaryValue": 21000000.0, "isReported": False, "isAggregate": True,
}  # fmt: skip
HEADER = (
    "数据年月,商品编码,商品名称,贸易伙伴编码,贸易伙伴名称,第一数量,第一计量单位,第二数量,第二计量单位,美元"
)
LINES = [
    '202507,85051110,稀土永磁铁,502,美国,"619,000",千克,0,,"30,512,345"',
    "202507,85051110,稀土永磁铁,304,德国,1116,吨,0,,",
    "202507,85051110,稀土永磁铁,116,日本,12,个,0,,5",
]


def reply(tmp_path: Path, *rows: dict[str, Any], **more: Any) -> Path:
    path = tmp_path / "reply.json"
    path.write_text(
        json.dumps({"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""} | more)
    )
    return path


def test_a_reply_gives_weight_and_value(tmp_path: Path) -> None:
    weight, value = comtrade.read(reply(tmp_path, ROW))
    assert (weight.entity, weight.partner, weight.period, weight.hs) == ("CN", "JP", "2024-07", "280530")
    assert (weight.variable, weight.value, weight.unit) == ("exports_quantity", 402.0, "t gross")
    assert (value.variable, value.value, value.unit, value.incoterm) == ("exports_value", 21e6, "USD", "FOB")
    assert weight.id == "comtrade.cn.jp.exports-quantity.re-metals.280530.2024-07"


def test_parts_of_a_total_are_left_out(tmp_path: Path) -> None:
    parts = [ROW | {"motCode": 1000}, ROW | {"partner2Code": 842}, ROW | {"customsCode": "C01"}]
    assert len(comtrade.read(reply(tmp_path, ROW, *parts))) == 2


def test_an_estimated_weight_says_so(tmp_path: Path) -> None:
    weight, value = comtrade.read(
        reply(tmp_path, ROW | {"isNetWgtEstimated": True, "flowCode": "M", "partnerISO": "W00"})
    )
    assert (weight.confidence, weight.partner, weight.variable) == ("medium", "World", "imports_quantity")
    assert "estimated" in weight.note
    assert (value.confidence, value.incoterm) == ("high", "CIF")


def test_a_year_stays_a_year(tmp_path: Path) -> None:
    facts = comtrade.read(reply(tmp_path, ROW | {"freqCode": "A", "period": "2024", "netWgt": None}))
    assert [(f.variable, f.period) for f in facts] == [("exports_value", "2024")]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"count": 7}, "reply.json, count: found 7; allowed: the number of rows, 1"),
        ({"error": "limit reached"}, "error: found 'limit reached'"),
        ({"data": None}, "an object with a list 'data'"),
    ],
)
def test_replies_that_cannot_be_trusted(tmp_path: Path, more: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        comtrade.read(reply(tmp_path, ROW, **more))


def test_rows_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"data\[0\], netWgt: found 'nothing'"):
        comtrade.read(reply(tmp_path, {k: v for k, v in ROW.items() if k != "netWgt"}))
    with pytest.raises(InputError, match=r"data\[0\], flowCode: found 'Z'"):
        comtrade.read(reply(tmp_path, ROW | {"flowCode": "Z"}))
    (tmp_path / "bad.json").write_text('{"data": [')
    with pytest.raises(InputError, match=r"bad.json line 1"):
        comtrade.read(tmp_path / "bad.json")
    with pytest.raises(InputError, match="No such file"):
        comtrade.read(tmp_path / "none.json")


def download(tmp_path: Path, *lines: str, encoding: str = "gbk") -> Path:
    path = tmp_path / "download.csv"
    path.write_bytes("\n".join((HEADER, *lines, "")).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig"])
def test_a_download_of_the_customs(tmp_path: Path, encoding: str) -> None:
    facts = customs.read(download(tmp_path, *LINES, encoding=encoding), "exports")
    assert [(f.partner, f.variable, f.value, f.unit) for f in facts] == [
        ("US", "exports_quantity", 619.0, "t gross"),
        ("US", "exports_value", 30_512_345.0, "USD"),
        ("DE", "exports_quantity", 1116.0, "t gross"),
        ("JP", "exports_value", 5.0, "USD"),
    ]
    assert {(f.entity, f.commodity, f.hs, f.period) for f in facts} == {
        ("CN", "RE magnets", "85051110", "2025-07")
    }


def test_a_saved_page_of_the_customs(tmp_path: Path) -> None:
    cells = [HEADER.split(","), *(line.replace('"', "").split(",") for line in LINES[1:2])]
    rows = "".join("<tr>" + "".join(f"<td> {c} </td>" for c in row) + "</tr>" for row in cells)
    path = tmp_path / "page.html"
    path.write_text(
        f"<html><body><table>{rows}</table><table><tr><td>more</td></tr></table></body></html>", "utf-8"
    )
    (fact,) = customs.read(path, "imports")
    assert (fact.partner, fact.variable, fact.value) == ("DE", "imports_quantity", 1116.0)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (LINES[1].replace("202507", "2025-13"), r"download.csv row 2, month: found '2025-13'"),
        (LINES[1].replace("1116", "many"), r"quantity: found 'many'; allowed: a number that is not negative"),
    ],
)
def test_bad_rows_of_a_download(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        customs.read(download(tmp_path, line), "exports")


def test_downloads_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="flow: found 'both'"):
        customs.read(download(tmp_path, *LINES), "both")
    path = tmp_path / "other.csv"
    path.write_text("数据年月,商品编码\n202507,85051110\n", "utf-8")
    with pytest.raises(InputError, match="a column 贸易伙伴名称 or trading partner"):
        customs.read(path, "exports")
    path.write_bytes(b"\xff\xff\xff")
    with pytest.raises(InputError, match="UTF-8 or GB 18030"):
        customs.read(path, "exports")
    path.write_text("", "utf-8")
    with pytest.raises(InputError, match="found 'no table'"):
        customs.read(path, "exports")


def test_what_is_written_is_a_valid_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for reader, facts in (
        (comtrade, comtrade.read(reply(tmp_path, ROW))),
        (customs, customs.read(download(tmp_path, *LINES), "exports")),
    ):
        write_table(facts, out / f"{facts[0].table}.csv")
        write_sources([reader.SOURCE], out / "sources.csv")
    assert check(out) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United States", "US"), ("USA", "US"), ("us", "US"), ("美国", "US"), ("Burma", "MM"),
        ("Korea, Republic of", "KR"),
        ("台湾", "TW"), ("World total (rounded)", "World"), ("EU27", "EU"), ("NO", "NO"),
        ("  Hong  Kong ", "HK"),
        ("Atlantis", "Atlantis"),
    ],
)  # fmt: skip
def test_names_of_places(name: str, code: str) -> None:
    assert code_of(name) == code
