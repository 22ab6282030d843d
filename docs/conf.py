"""The documentation, built from the guide and from the code."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import mischmetal

project = "Mischmetal"
author = "The Mischmetal developers"
version = release = mischmetal.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
exclude_patterns = ["_build", "deploy"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
suppress_warnings = ["myst.xref_missing", "docutils"]
HERE = Path(__file__).parent
API = {
    "facts": ["mischmetal.facts"],
    "chain": ["mischmetal.chain.tables", "mischmetal.chain.network", "mischmetal.chain.variants"],
    "baseline": ["mischmetal.baseline.reconcile", "mischmetal.baseline.anchor", "mischmetal.baseline.residuals"],
    "scenario": ["mischmetal.scenario.load", "mischmetal.scenario.scenario", "mischmetal.scenario.schedule"],
    "simulate": [
        "mischmetal.simulate.run", "mischmetal.simulate.results", "mischmetal.simulate.behaviour",
        "mischmetal.simulate.market", "mischmetal.simulate.clear", "mischmetal.simulate.market_export",
    ],
    "report": ["mischmetal.report.page", "mischmetal.report.folder", "mischmetal.backtest.observed"],
}  # fmt: skip


def _equations() -> str:
    """Every rule's docstring as it stands in the code."""
    package = importlib.import_module("mischmetal.simulate.rules")
    lines = ["# Equations", "", "Generated from the rules in `simulate/rules`: one file, its equations.", ""]
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        lines += [f"## {info.name}", "", (inspect.getdoc(module) or "").strip(), ""]
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                lines += [f"### {name}", "", "```text", inspect.getdoc(function) or "", "```", ""]
    for name in ("market", "demand", "certify", "layout"):
        module = importlib.import_module(f"mischmetal.simulate.{name}")
        lines += [f"## {name}", "", "```text", inspect.getdoc(module) or "", "```", ""]
    return "\n".join(lines)


def _api(title: str, modules: list[str]) -> str:
    lines = [f"# {title}", ""]
    for module in modules:
        lines += ["```{eval-rst}", f".. automodule:: {module}", "   :members:", "```", ""]
    return "\n".join(lines)


def _behaviour() -> str:
    from mischmetal.simulate.behaviour import packaged

    known = packaged()
    lines = [
        "# Behaviour", "", f"Frozen on {known.frozen}. Generated from `behaviour.yaml`.", "",
        "| parameter | value | low | high | unit | from |", "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for p in known.parameters.values():
        kind = "assumption: " if p.assumed else ""
        lines.append(f"| `{p.name}` | {p.value:g} | {p.low:g} | {p.high:g} | {p.unit} | {kind}{p.reason} |")
    return "\n".join(lines) + "\n"


def _generate(app: object) -> None:
    for folder in ("equations", "api"):
        (HERE / folder).mkdir(exist_ok=True)
    (HERE / "equations" / "index.md").write_text(_equations(), encoding="utf-8")
    (HERE / "equations" / "behaviour.md").write_text(_behaviour(), encoding="utf-8")
    for title, modules in API.items():
        (HERE / "api" / f"{title}.md").write_text(_api(title, modules), encoding="utf-8")


def setup(app: object) -> None:
    app.connect("builder-inited", _generate)  # type: ignore[attr-defined]
