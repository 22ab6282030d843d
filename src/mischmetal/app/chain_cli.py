"""Commands about chains: write a folder of tables to start from, check one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Write and check a chain folder (what can flow where).",
)


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="Folder to be made.")]) -> None:
    """Write a template chain with the columns of every table explained.

    Example: mischmetal chain new my-chain
    """
    from mischmetal.chain.template import write_template

    readme = write_template(folder)
    tables = len(list(folder.glob("*.csv")))
    typer.echo(f"{folder}: {tables} tables with made-up rows; {readme} says what each column is")


@app.command()
def check(
    folder: Annotated[str, typer.Argument(help="Folder of tables, or default or small.")],
    worst: Annotated[int, typer.Option(min=0, help="Figures with the largest misfit to list.")] = 8,
) -> None:
    """Read a chain, reconcile its base year, name the figures and prices that cannot all be true.

    Example: mischmetal chain check my-chain --worst 12
    """
    import textwrap

    from mischmetal.baseline import residual_table
    from mischmetal.simulate.run import base_year

    anchored = base_year(folder)
    network = anchored.baseline.network
    typer.echo(
        f"{network.chain.name}: {len(network.nodes)} nodes, {len(network.activities)} activities; "
        f"the base year {network.chain.base_year} balances to {anchored.baseline.imbalance:.1e}"
    )
    table = residual_table(anchored.baseline, named=worst)
    inside = int(table["in_range"].sum())
    typer.echo(f"{inside} of {len(table)} figures within their range; furthest off:")
    for row in table.head(worst).to_dict("records"):
        text = f"{row['figure']}: {row['value']:,.6g} t a year, fitted {row['fitted']:,.6g}"
        if row["contradicts"]:
            text += f"; against {row['contradicts']}"
        typer.echo(textwrap.fill(text, 80, initial_indent="  ", subsequent_indent="    "))
    costs = anchored.implied_costs()
    below = costs[costs["implied"] < -1e-9].sort_values("implied")
    if len(below) and worst:
        typer.echo("prices that leave less than nothing for the cost between them, USD/kg:")
    for row in below.head(worst).to_dict("records"):
        text = f"{row['activity']}: {row['implied']:,.3g}, engineered {row['engineered']:,.3g}"
        typer.echo(textwrap.fill(text, 80, initial_indent="  ", subsequent_indent="    "))
