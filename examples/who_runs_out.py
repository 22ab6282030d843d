"""Who runs out of licensed magnets, from when, and what the open market asks: a first look from Python.

python examples/who_runs_out.py [SCENARIO] [CHAIN]
"""

from __future__ import annotations

import sys

import mischmetal as mm


def main(scenario: str = "china-2025", chain: str = "default") -> None:
    run = mm.run(scenario, chain=chain, months=12)
    stopped = run.shortage["stopped_share"].where(run.shortage["region"] != "CN")
    short = run.shortage["short"].sum("month")
    table = short.to_series()
    print("t not met over the year, most first:")
    print(table[table > 0].sort_values(ascending=False).head(8).to_string())
    worst = stopped.max(["region", "group", "item"]).to_series()
    print(f"\nworst month: {worst.idxmax()}, {100 * worst.max():.0f}% of some group stopped")
    quote = run.prices["quote"].sel(element="Dy").to_series()
    print(f"Dy quote outside China, over March: {(quote / quote.iloc[2]).round(2).to_dict()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
