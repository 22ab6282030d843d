"""Scoring against labels, and the two commands that read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from mischmetal.app.cli import app
from mischmetal.errors import InputError
from mischmetal.watch.evaluate import evaluate, in_words, match, read_labels
from mischmetal.watch.read import extract

runner = CliRunner()
TEXT = "ZRC001 returned 9m @ 2.4 g/t Au from 61m, including 2m @ 8.1 g/t Au from 64m."


def row(text: str, labels: list) -> dict:
    return {"text": text, "labels": labels}


def label(**more) -> dict:
    base = {"hole": "ZRC001", "from_m": 61, "length_m": 9, "parent": None}
    assays = [{"analyte": "Au", "value": 2.4, "unit": "g/t", "value_ppm": 2.4}]
    return base | {"assays": assays} | more


CHILD = label(
    from_m=64, length_m=2, parent=0, assays=[{"analyte": "Au", "value": 8.1, "unit": "g/t", "value_ppm": 8.1}]
)


def test_a_reader_that_is_right_scores_one_everywhere() -> None:
    [score] = evaluate([row(TEXT, [label(), CHILD]), row("Nothing was drilled.", [])])
    assert (score.kind, score.found, score.missing, score.extra) == ("intercepts", 2, 0, 0)
    assert score.f1 == score.precision == score.recall == score.empty.share == 1.0
    assert {name: tally.share for name, tally in score.parts.items()} == {
        "hole": 1.0,
        "parent": 1.0,
        "all_assays": 1.0,
    }
    assert score.misses == []


@pytest.mark.parametrize(
    "change",
    [
        {"length_m": 9.2},
        {"from_m": 61.2},
        {"assays": [{"analyte": "Ag", "value": 2.4, "unit": "g/t", "value_ppm": 2.4}]},
        {"assays": [{"analyte": "Au", "value": 2.5, "unit": "g/t", "value_ppm": 2.5}]},
    ],
    ids=["length", "from", "analyte", "value"],
)
def test_what_differs_is_missing_and_extra(change: dict) -> None:
    [score] = evaluate([row(TEXT, [label(**change), CHILD])])
    assert (score.found, score.missing, score.extra) == (1, 1, 1)
    assert score.misses == [{"row": 1, "missing": [0], "extra": [0]}]


@pytest.mark.parametrize(
    "change",
    [
        {"length_m": 9.05},
        {"from_m": 61.1},
        {"from_m": None},
        {"assays": [{"analyte": "Au", "value": 2400, "unit": "ppb", "value_ppm": 2.4}]},
    ],
    ids=["length within 1 %", "from within 0.1 m", "from not labelled", "another unit"],
)
def test_what_is_within_the_tolerance_is_found(change: dict) -> None:
    [score] = evaluate([row(TEXT, [label(**change), CHILD])])
    assert (score.found, score.missing, score.extra) == (2, 0, 0)


def test_the_parts_are_counted_over_what_was_found() -> None:
    wrong = {**CHILD, "parent": None, "hole": "ZRC9"}
    more = label(assays=[*label()["assays"], {"analyte": "Ag", "value": 5, "unit": "g/t", "value_ppm": 5}])
    [score] = evaluate([row(TEXT, [more, wrong])])
    assert score.found == 2
    assert [score.parts[name].right for name in ("hole", "parent", "all_assays")] == [1, 1, 1]


def test_a_hole_outside_the_excerpt_is_not_asked_and_either_parent_is_right_where_ambiguous() -> None:
    child = {**CHILD, "parent": None, "nest_ambiguous": True, "hole_from_context": True}
    [score] = evaluate([row(TEXT, [label(), child])])
    assert score.parts["hole"].of == 1
    assert score.parts["parent"].right == 2


def test_resources_have_their_own_score() -> None:
    text = "A resource of 20 Mt @ 1.1% Li2O, including 8 Mt @ 1.4% Li2O Indicated."
    labels = [
        {"tonnes_mt": 20, "grades": [{"analyte": "Li2O", "value": 1.1, "unit": "%", "value_ppm": 11000}]},
        {
            "tonnes_mt": 8,
            "subset_of": 0,
            "grades": [{"analyte": "Li2O", "value": 1.4, "unit": "%", "value_ppm": 14000}],
        },
    ]
    drill, estimates = evaluate([row(TEXT, [label(), CHILD]), row(text, labels)])
    assert (drill.kind, estimates.kind) == ("intercepts", "resources")
    assert (estimates.found, estimates.missing, estimates.extra) == (2, 0, 0)
    assert estimates.parts["subset_of"].share == 1.0
    assert "subset of: 2 of 2" in in_words(estimates)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 3), max_size=6), st.lists(st.integers(0, 3), max_size=6))
def test_matching_is_one_to_one_and_as_large_as_can_be(labels: list[int], told: list[int]) -> None:
    pairs = match([{"n": n} for n in labels], [{"n": n} for n in told], lambda a, b: a["n"] == b["n"])
    assert len(set(pairs.values())) == len(pairs)
    assert len(pairs) == sum(min(labels.count(n), told.count(n)) for n in set(labels))


@pytest.mark.parametrize("line", ["{", "[]", '{"text": 1, "labels": []}', '{"text": "x"}'])
def test_bad_labels_name_their_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(f"{json.dumps(row(TEXT, []))}\n{line}\n")
    with pytest.raises(InputError, match="line 2"):
        read_labels(path)


# the commands


def test_extract_prints_one_object_and_nothing_else() -> None:
    done = runner.invoke(app, ["watch", "extract", "-"], input=TEXT)
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert set(told) == {"intercepts", "resources"}
    assert told == extract(TEXT)
    first = told["intercepts"][0]
    assert {"hole", "from_m", "to_m", "length_m", "parent", "assays", "span", "cutoff", "true_width"} <= set(
        first
    )
    assert all(a["analyte"] and "value_ppm" in a for row in told["intercepts"] for a in row["assays"])


@pytest.mark.parametrize("text", ["", "Nothing here.", "\x00\ufeff", "九米"])
def test_extract_of_nothing_is_two_empty_lists(text: str) -> None:
    done = runner.invoke(app, ["watch", "extract", "-"], input=text)
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"intercepts": [], "resources": []})


def test_extract_of_bytes_that_are_no_text_still_answers() -> None:
    done = runner.invoke(app, ["watch", "extract", "-"], input=b"\xff\xfe 9m @ 2.4 g/t Au \x80")
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["intercepts"]) == 1


def test_extract_of_files_gives_a_line_each_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.html").write_text(
        "<html><table><tr><th>Hole ID</th><th>From (m)</th><th>To (m)</th><th>Au (g/t)</th></tr>"
        "<tr><td>ZRC7</td><td>10</td><td>14</td><td>2.2</td></tr></table></html>"
    )
    names = [str(tmp_path / name) for name in ("a.txt", "b.html")]
    done = runner.invoke(app, ["watch", "extract", *names])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["source"] for row in rows] == names
    assert [len(row["intercepts"]) for row in rows] == [2, 1]
    assert rows[1]["intercepts"][0]["hole"] == "ZRC7"


def test_extract_of_a_missing_file_is_one_line(tmp_path: Path) -> None:
    done = runner.invoke(app, ["watch", "extract", str(tmp_path / "none.pdf")])
    assert done.exit_code != 0
    assert "Traceback" not in done.output


def test_evaluate_prints_words_and_json(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(row(TEXT, [label(), CHILD])) + "\n")
    words = runner.invoke(app, ["watch", "evaluate", str(path)])
    assert words.exit_code == 0
    assert "F1 1.000" in words.stdout
    told = json.loads(runner.invoke(app, ["watch", "evaluate", str(path), "--json"]).stdout)
    assert (told["f1"], told["parent"]["share"], told["all_assays"]["of"]) == (1.0, 1.0, 2)
