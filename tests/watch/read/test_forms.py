"""The reader on announcement forms written for it: every figure, hole and nesting, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mischmetal.watch.read import extract, numbers

sys.path.insert(0, str(Path(__file__).parent))
import forms
import forms_news

PROSE = forms.PROSE + forms.TABLES + forms_news.PROSE + forms_news.TABLES


def told(rows):
    """Intercepts in the short form of the cases."""
    return [
        (
            row["hole"],
            row["from_m"],
            row["length_m"],
            row["parent"],
            ";".join(f"{a['analyte']} {a['value']:g} {a['unit']}" for a in row["assays"]),
        )
        for row in rows
    ]


@pytest.mark.parametrize(("text", "expected"), PROSE)
def test_every_form_is_read_whole(text, expected):
    got = told(extract(text)["intercepts"])
    assert [row[0] for row in got] == [row[0] for row in expected]
    assert [row[3:] for row in got] == [row[3:] for row in expected]
    assert [row[1] for row in got] == [None if row[1] is None else pytest.approx(row[1]) for row in expected]
    assert [row[2] for row in got] == [pytest.approx(row[2]) for row in expected]


@pytest.mark.parametrize("text", forms.NONE + forms_news.NONE)
def test_a_text_without_an_intercept_stays_empty(text):
    assert extract(text) == {"intercepts": [], "resources": []}


@pytest.mark.parametrize(("text", "expected"), forms.RESOURCES + forms_news.RESOURCES)
def test_resources_and_their_parts(text, expected):
    rows = extract(text)["resources"]
    got = [
        (
            row["tonnes_mt"],
            row["category"],
            "{analyte} {value:g} {unit}".format(**row["grades"][0]) if row["grades"] else "",
            row["subset_of"],
        )
        for row in rows
    ]
    assert len(got) == len(expected)
    for mine, wanted in zip(got, expected, strict=True):
        assert mine[0] == pytest.approx(wanted[0])
        assert mine[2:] == wanted[2:]
        assert wanted[1] is None or mine[1] == wanted[1]


@pytest.mark.parametrize("text", [case[0] for case in PROSE])
def test_every_figure_keeps_the_text_it_came_from(text):
    for row in extract(text)["intercepts"]:
        start, end = row["span"]
        assert 0 <= start < end <= len(text)
        for assay in row["assays"]:
            a, b = assay["span"]
            if text[a:b].split()[0].lower() in numbers.WORDS:
                continue  # four per cent
            assert any(char.isdigit() for char in text[a:b])
            digits = "".join(c for c in text[a:b] if c.isdigit())
            if not assay.get("qualifier") and assay["unit"] != "g/t":
                assert "".join(c for c in f"{assay['value']:g}" if c.isdigit()).rstrip("0") in digits
