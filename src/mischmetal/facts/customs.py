"""A table downloaded from the Chinese customs' online query as facts: exports or imports by item and
partner.

The query writes CSV in GBK with the columns 数据年月 (year and month), 商品编码 (item), 商品名称 (its
name), 贸易伙伴编码 and 贸易伙伴名称 (partner), 第一数量 and 第一计量单位 (quantity and unit), a second
pair of them, and the value in 美元 (USD) or 人民币 (CNY). The same table saved as a page (HTML) is read
as well.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from mischmetal.errors import InputError
from mischmetal.facts.comtrade import ITEMS
from mischmetal.facts.fact import Fact
from mischmetal.facts.places import code_of
from mischmetal.facts.writing import Source, with_ids

_NAMES = {
    "数据年月": "month", "商品编码": "item", "商品名称": "name", "贸易伙伴编码": "code",
    "贸易伙伴名称": "partner", "第一数量": "quantity", "第一计量单位": "unit", "美元": "USD", "人民币": "CNY",
    "date of data": "month", "commodity code": "item", "commodity": "name", "trading partner": "partner",
    "q1": "quantity", "unit of q1": "unit", "us dollar": "USD", "renminbi yuan": "CNY",
}  # fmt: skip
_TONNES = {"千克": 1e-3, "吨": 1.0, "克": 1e-6, "kilogram": 1e-3, "kg": 1e-3, "ton": 1.0, "t": 1.0}
_NEEDED = ("month", "item", "partner", "quantity", "unit")
SOURCE = Source(
    id="china-customs-query",
    title="General Administration of Customs of China, online query of customs statistics",
    url="http://stats.customs.gov.cn/",
    date="",
    terms="figures quoted with attribution",
)


def read(path: Path, flow: str) -> list[Fact]:
    """Facts of a downloaded table: quantity in t gross, value in USD or CNY, by month, item and partner.

    `flow` is 'exports' or 'imports', which the table itself does not say. Quantities that are no mass
    (pieces) give no fact. Raises InputError for another flow, a file that cannot be read, a missing column,
    and for a month or a figure that cannot be understood.
    """
    if flow not in {"exports", "imports"}:
        raise InputError("flow", found=flow, choices=("exports", "imports"))
    table = list(_table(path))
    if not table:
        raise InputError(path.name, found="no table", allowed="a table of the customs' query")
    header = [_NAMES.get(" ".join(cell.split()).casefold(), "") for cell in table[0]]
    for column in _NEEDED:
        if column not in header:
            allowed = " or ".join(name for name, key in _NAMES.items() if key == column)
            raise InputError(
                f"{path.name} row 1",
                field="columns",
                found=", ".join(table[0]),
                allowed=f"a column {allowed}",
            )
    rows = (dict(zip(header, row, strict=False)) for row in table[1:] if any(cell.strip() for cell in row))
    cells = (c for n, row in enumerate(rows, start=2) for c in _cells(f"{path.name} row {n}", row, flow))
    return with_ids("customs", cells)


def _table(path: Path) -> Iterator[list[str]]:
    """Cells of the file, as CSV or as the first table of a page."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), found=error.strerror, allowed="a file that can be read") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError(path.name, found="bytes of another encoding", allowed="UTF-8 or GB 18030")
    if re.match(r"\s*<", text):
        page = _Page()
        page.feed(text)
        yield from page.rows
    else:
        yield from csv.reader(io.StringIO(text))


class _Page(HTMLParser):
    """Rows of the first table of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False
        self._done = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._done:
            return
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._open = False
        elif tag == "table" and self.rows:
            self._done = True

    def handle_data(self, data: str) -> None:
        if self._open and not self._done:
            self.rows[-1][-1] += data.strip()


def _cells(where: str, row: Mapping[str, str], flow: str) -> Iterator[dict[str, str | float | None]]:
    month = re.fullmatch(r"(20\d{2})[-/年]?(0[1-9]|1[0-2])月?", row["month"].strip())
    if month is None:
        raise InputError(where, field="month", found=row["month"], allowed="a year and month, as 202507")
    item = row["item"].strip()
    base: dict[str, str | float | None] = {
        "entity": "CN",
        "partner": code_of(row["partner"]),
        "commodity": ITEMS.get(item, f"HS {item}"),
        "hs": item,
        "period": f"{month[1]}-{month[2]}",
        "source": SOURCE.id,
        "confidence": "high",
        "note": row.get("name", "").strip(),
    }
    unit = row["unit"].strip()
    if unit.casefold() in _TONNES:
        tonnes = _number(where, "quantity", row["quantity"]) * _TONNES[unit.casefold()]
        yield base | {"variable": f"{flow}_quantity", "value": tonnes, "unit": "t gross"}
    for currency in ("USD", "CNY"):
        if row.get(currency, "").strip():
            value = _number(where, currency, row[currency])
            yield base | {"variable": f"{flow}_value", "value": value, "unit": currency, "currency": currency}


def _number(where: str, field: str, text: str) -> float:
    plain = text.replace(",", "").strip()
    if not re.fullmatch(r"\d+(\.\d+)?", plain):
        raise InputError(where, field=field, found=text, allowed="a number that is not negative")
    return float(plain)
