"""`mischmetal chain new` and `check`: a folder that works at once, one line and exit code 2 for what does not."""

from __future__ import annotations

import shutil

import pytest

from mischmetal.app.cli import main
from mischmetal.chain.tables import packaged


def call(capsys, *arguments):
    """Exit code and the lines of both streams."""
    with pytest.raises(SystemExit) as end:
        main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return end.value.code or 0, out.splitlines(), err.splitlines()


def test_a_new_chain_checks_at_once(tmp_path, capsys):
    code, out, _ = call(capsys, "chain", "new", tmp_path / "mine")
    assert code == 0
    files = {p.name for p in (tmp_path / "mine").iterdir()}
    assert f"{len(files) - 1} tables" in out[0]
    assert "README.md" in files
    code, out, err = call(capsys, "chain", "check", tmp_path / "mine")
    assert (code, err) == (0, [])
    assert "the base year 2024 balances to" in out[0]


def test_nothing_is_written_over(tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me")
    code, _, err = call(capsys, "chain", "new", tmp_path / "mine")
    assert (code, len(err)) == (2, 1)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep me"


def test_check_names_what_cannot_be_true_together(capsys):
    code, out, _ = call(capsys, "chain", "check", "default", "--worst", "6")
    text = " ".join(line.strip() for line in out)
    assert code == 0
    assert "CN Dy from scrap: 710 t a year" in text
    assert "prices that leave less than nothing" in text
    assert "separate IC CN" in text


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("plants", "6000.0,4800.0", "nan,4800.0", "plants.csv row 2, base: found 'nan'"),
        ("plants", ",0.05,", ",-0.05,", "plants.csv row 2, spare: found '-0.05'"),
        ("content", "feed-B,La", "feed-B,Xq", "content.csv row 2, element: found 'Xq'"),
        ("uses", "region,good,group", "region,good,end use", "uses.csv row 1, group: found 'no such column'"),
        ("prices", None, "", "prices.csv: found 'an empty file'"),
        ("prices", None, "region,good,price\n", "prices.csv: found 'no price that reaches"),
        ("goods", "bastnaesite", "bastn\u00e4site", "goods.csv: found 'byte 0xe4'; allowed: UTF-8"),
    ],
)
def test_bad_tables_end_in_one_line_and_exit_code_2(table, old, new, said, tmp_path, capsys):
    folder = tmp_path / "chain"
    shutil.copytree(packaged("small"), folder)
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old is None or old in text
    path.write_bytes((new if old is None else text.replace(old, new, 1)).encode("latin-1"))
    code, _, err = call(capsys, "chain", "check", folder)
    assert code == 2
    assert len(err) == 1
    assert err[0].startswith(f"error: {said}"), err
