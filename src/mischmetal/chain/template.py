"""A folder to start a chain of one's own from: every table with a made-up example, and what its columns mean."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from mischmetal.chain.tables import TABLES, Row, Setting, packaged
from mischmetal.errors import InputError

# column -> what it holds; the same word means the same in every table
COLUMNS = {
    "key": "name, base_year, controller (region whose border the licences are at) or hub (the open market)",
    "value": "the setting",
    "element": "chemical symbol",
    "name": "in words",
    "oxide": "formula of the oxide",
    "oxide_per_metal": "t oxide from 1 t metal, by formula weight",
    "traded": "yes or no",
    "surplus": "yes: more is dug up than is used, the rest is kept at no price",
    "region": "code of a region",
    "members": "countries that it stands for",
    "group": "end-use group",
    "good": "name of a good",
    "stage": "feed, solution, oxide, metal, intermediate or scrap",
    "unit": "t REO, t metal or t gross",
    "tagged": "yes: abroad its nodes carry the end-use group named on a licence",
    "hs": "customs code, leading digits",
    "content": "t of the oxide in one unit of the good",
    "process": "name of a process",
    "kind": "mine, separate, finish, metal, make, recycle or avoid; in targets a kind of activity",
    "classes": "yes: abroad its licensed inputs are met by users with cover of their own",
    "quantity": "for one unit of the process: outputs positive, inputs negative",
    "spread": "yes: the good's elements come out one by one, as '<element> solution'",
    "base": "base-year figure, t a year",
    "low": "low end of its range",
    "high": "high end of its range",
    "fact": "id of the packaged fact that it comes from",
    "factor": "what turns the fact into the figure",
    "cost": "USD/kg, engineered; used where the base year gives no margin",
    "elasticity": "of the quantity with its price, at the base point",
    "spare": "capacity beyond base output, share",
    "origin": "region",
    "destination": "region",
    "wedge": "tax that is not refunded, share of the origin price",
    "sea_months": "months at sea; from half a month on goods can be used the month after",
    "lost_output": "value of output lost, times the base price: the highest price that users pay",
    "holder": "trader, maker, surplus or user",
    "months": "months of use that are held",
    "price": "USD/kg, ex VAT",
    "measure": "flow (sum of activities), in or out (of a good)",
    "note": "why a figure is assumed, where no fact stands behind it",
}
PURPOSE = {
    "chain": "name, base year, and which regions are the controller and the open market",
    "elements": "the elements that are followed",
    "regions": "regions",
    "groups": "end-use groups, as a licence would name them",
    "goods": "what can be held, moved and used",
    "content": "how much of each element a good holds",
    "processes": "what turns goods into goods",
    "recipes": "inputs and outputs of each process",
    "plants": "which process runs where, with its base-year output",
    "routes": "which good can be shipped from where to where, with its base-year flow",
    "uses": "who uses a good in the end",
    "stocks": "months of use that traders, makers and users hold",
    "prices": "prices that are known; others are built up from costs",
    "targets": "sums that the base year should come near to",
}


def write_template(folder: Path) -> Path:
    """Write a template chain; returns its README.

    The tables are those of the packaged small chain, whose numbers are made up. Raises InputError where the
    folder exists and is not empty.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise InputError(str(folder), found="something there", allowed="a new or empty folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for path in sorted(packaged("small").glob("*.csv")):
            shutil.copyfile(path, aside / path.name)
        (aside / "README.md").write_text(readme(), encoding="utf-8", newline="\n")
        aside.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return folder / "README.md"


def readme() -> str:
    """What every table and column is for, from the models that check them."""
    lines = [
        "# A chain of your own",
        "",
        "Replace the rows of these tables, which are made up, by your own. Then:",
        "",
        "    mischmetal chain check FOLDER",
        "    mischmetal run SCENARIO.yaml --chain FOLDER",
        "",
        "Every estimate names a fact (`fact`) or says in `note` why it is assumed. UTF-8, comma, point.",
        "A column marked * must be filled.",
    ]
    tables: dict[str, type[Row]] = {"chain": Setting, **TABLES}
    for table, model in tables.items():
        lines += ["", f"## {table}.csv: {PURPOSE[table]}", "", "| column | what |", "| --- | --- |"]
        for name, field in model.model_fields.items():
            mark = "*" if field.is_required() else ""
            lines.append(f"| {name}{mark} | {COLUMNS[name]} |")
    return "\n".join(lines) + "\n"
