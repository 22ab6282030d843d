"""`make bench`: every subject beside its rivals, as ratios in one run, with a picture.

Numbers of a shared machine drift: compare the ratios of one run, never seconds of two.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

import benchmarks.subjects  # noqa: F401  (they register themselves)
from benchmarks.registry import SUBJECTS, Result


def main(argv: list[str] | None = None) -> list[Result]:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smallest case of each subject")
    parser.add_argument("--out", type=Path, default=Path("out/bench"))
    parser.add_argument("subject", nargs="*", help="subjects to run; all")
    options = parser.parse_args(argv)
    console = Console()
    results = []
    for name, subject in SUBJECTS.items():
        if options.subject and name not in options.subject:
            continue
        result = subject(options.quick)
        results.append(result)
        console.print(_table(result))
        for note in result.notes:
            console.print(f"  {note}")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "bench.json").write_text(json.dumps([asdict(r) for r in results], indent=1) + "\n")
    picture = _plot(results, options.out / "bench.svg")
    console.print(f"picture: {picture}")
    return results


def _table(result: Result) -> Table:
    table = Table(title=result.subject, title_justify="left")
    for column in ("who", f"ms a {result.unit}", "ratio", "note"):
        table.add_column(column, justify="left" if column in ("who", "note") else "right")
    first = result.rows[0].seconds
    for row in result.rows:
        sign = "> " if row.bound else ""
        table.add_row(
            row.who, f"{sign}{1e3 * row.seconds:,.1f}", f"{sign}{row.seconds / first:,.2f}", row.note
        )
    return table


def _plot(results: list[Result], path: Path) -> Path:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(len(results), 1, figsize=(8, 2.6 * max(len(results), 1)), squeeze=False)
    for axis, result in zip(axes[:, 0], results, strict=True):
        names = [row.who for row in result.rows][::-1]
        ratios = [row.seconds / result.rows[0].seconds for row in result.rows][::-1]
        axis.barh(names, ratios, color=["#0072B2" if r != 1 else "#009E73" for r in ratios])
        axis.set_xscale("log")
        axis.set_xlabel(f"time for one {result.unit}, over ours (log)")
        axis.set_title(result.subject, loc="left")
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
    return path


if __name__ == "__main__":
    main()
