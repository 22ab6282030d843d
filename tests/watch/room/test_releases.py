"""Customs releases: editions, revisions, holidays, unusual months and changes of level."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mischmetal.errors import InputError
from mischmetal.watch import pipeline, releases
from mischmetal.watch.settings import Settings, SourceSettings
from mischmetal.watch.sources.base import Body, Item

HEAD = "Date of data,Commodity code,Commodity,Trading partner code,Trading partner,Q1,Unit of Q1,US dollar\n"


def table(rows: list[tuple[str, str, float]]) -> bytes:
    lines = [
        f"{m.replace('-', '')},85051110,Permanent magnets,502,{p},{q:.0f},Kilogram,1000" for m, p, q in rows
    ]
    return (HEAD + "\n".join(lines) + "\n").encode()


def months(start: str, count: int) -> list[str]:
    return [releases._shift(start, k) for k in range(count)]


def series(count: int = 40, *, seed: int = 1, start: str = "2027-01") -> dict[str, float]:
    """A growing, seasonal flow with some noise; the New Year's month moves between January and February."""
    rng = np.random.default_rng(seed)
    out = {}
    for k, month in enumerate(months(start, count)):
        level = 500 * math.exp(
            0.004 * k + 0.1 * math.sin(2 * math.pi * k / 12) + 0.04 * rng.standard_normal()
        )
        holiday = {"01": 0.6, "02": 1.4} if int(month[:4]) % 2 else {"01": 1.4, "02": 0.6}
        out[month] = level * holiday.get(month[5:], 1.0)
    return out


def facts_of(values: dict[str, float], edition: str = "a"):
    rows = [(m, "United States", 1e3 * v) for m, v in values.items()]
    return releases.read_release(table(rows), edition=edition)


def test_a_normal_month_is_new_and_nothing_else():
    values = series()
    last = max(values)
    before = facts_of({m: v for m, v in values.items() if m != last})
    told = releases.signs(facts_of({last: values[last]}), before)
    assert [s.kind for s in told] == ["new"]


@pytest.mark.parametrize("factor", [0.25, 3.0])
def test_a_month_far_from_its_season_is_told_with_what_was_expected(factor):
    values = series()
    last = max(values)
    before = facts_of({m: v for m, v in values.items() if m != last})
    told = releases.signs(facts_of({last: factor * values[last]}), before)
    unusual = [s for s in told if s.kind == "unusual"]
    assert len(unusual) == 1
    assert unusual[0].was == pytest.approx(values[last], rel=0.3)
    assert (unusual[0].z > 0) == (factor > 1)
    assert "expected" in unusual[0].text


def test_the_chinese_new_year_is_no_anomaly():
    """January and February swap high and low from year to year; their mean does not."""
    values = series(40)
    for month in (m for m in values if m >= "2029-01" and m[5:] in ("01", "02")):
        judged = releases.unusual({m: v for m, v in values.items() if m <= month}, month)
        assert judged is None or abs(judged[1]) < releases.UNUSUAL
    assert releases.unusual({m: v for m, v in values.items() if m <= "2030-01"}, "2030-01") is None


def test_a_lasting_change_of_level_is_told_once():
    values = {m: (v if m < "2029-12" else 0.3 * v) for m, v in series(60).items()}
    told = [
        m
        for m in values
        if m >= "2029-06" and releases.change({k: v for k, v in values.items() if k <= m}, m) is not None
    ]
    assert len(told) == 1
    assert "2030-01" <= told[0] <= "2030-04"
    before = releases.change({k: v for k, v in values.items() if k <= told[0]}, told[0])
    assert before == pytest.approx(np.mean([values[m] for m in months("2029-01", 11)]), rel=0.4)


def test_a_revision_is_told_and_the_earlier_edition_stays(tmp_path: Path):
    first = facts_of({"2027-05": 100.0, "2027-06": 120.0}, "a")
    releases.keep(first, tmp_path, edition="a")
    second = facts_of({"2027-06": 150.0}, "b")
    told = releases.signs(second, releases.earlier(tmp_path))
    assert [(s.kind, s.was) for s in told] == [("revised", pytest.approx(120.0))]
    releases.keep(second, tmp_path, edition="b")
    assert sorted(p.name for p in tmp_path.glob("customs-*.csv")) == ["customs-a.csv", "customs-b.csv"]
    kept = [f for f in releases.earlier(tmp_path) if f.table == "customs" and f.period == "2027-06"]
    assert sorted(f.value for f in kept if f.variable == "exports_quantity") == [120.0, 150.0]
    releases.keep(second, tmp_path, edition="b")  # again the same: nothing happens
    with pytest.raises(InputError, match="the same edition with other figures"):
        releases.keep([replace(f, value=1.0) for f in second], tmp_path, edition="b")


def test_a_kept_edition_is_a_table_that_the_facts_room_accepts(tmp_path: Path):
    from mischmetal.facts.validate import check

    path = releases.keep(facts_of({"2027-05": 100.0}), tmp_path, edition="a")
    assert check(path) == []


def test_short_series_are_not_judged():
    values = series(12)
    last = max(values)
    assert releases.unusual(values, last) is None
    assert releases.change(values, last) is None


def test_the_watch_reads_a_release_keeps_it_and_says_what_is_unusual(tmp_path: Path):
    settings = Settings(
        store="sqlite://", publish=str(tmp_path / "public"), sources=(), channels=(), rules=()
    )
    source = SourceSettings(id="customs", kind="customs", url="https://example.org/release.csv")
    reader = pipeline.make_reader(settings)
    values = series()
    last = max(values)
    history = {m: v for m, v in values.items() if m != last}

    def look(rows: dict[str, float]):
        body = Body(
            data=table([(m, "United States", 1e3 * v) for m, v in rows.items()]), kind="text", link=""
        )
        item = Item(id="release", title="Magnet exports", fingerprint=str(len(rows)), link="", published="")
        taken = pipeline.take(
            item, body, source, None, reader=reader, now=datetime.datetime(2030, 6, 1).timestamp()
        )
        assert taken is not None
        return taken[1]

    assert all(f.cls == "customs" for f in look(history))
    found = look({last: 0.2 * values[last]})
    assert found[0].score is not None
    assert found[0].score > 50
    assert "expected" in found[0].title
    assert len(list((tmp_path / "public" / "facts").glob("customs-*.csv"))) == 2
    broken = pipeline.take(
        Item(id="x", title="Release", fingerprint="x", link="", published=""),
        Body(data=b"nothing,here\n1,2\n3,4\n", kind="text", link=""), source, None, reader=reader, now=0.0,
    )  # fmt: skip
    assert broken is not None
    assert "no figures could be read" in broken[1][0].title
