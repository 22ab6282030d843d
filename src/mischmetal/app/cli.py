"""The command line: it parses, calls and prints; modelling never sits here.

Each group of commands lives in a module of its own in this room and is imported when it is used, so
that `mischmetal --help` stays quick.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from mischmetal.errors import MischmetalError

# name -> (module, attribute holding a Typer, one line for --help)
GROUPS: dict[str, tuple[str, str]] = {
    "facts": ("mischmetal.app.facts_cli", "Look up, show and validate sourced figures."),
    "watch": ("mischmetal.app.watch_cli", "Read and judge announcements, customs releases and notices."),
    "chain": ("mischmetal.app.chain_cli", "Write and check a chain folder (what can flow where)."),
}
# single commands: name -> (module, function, one line)
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("mischmetal.app.run_cli", "Simulate a scenario month by month and write its report."),
    "scenarios": ("mischmetal.app.run_cli", "List the packaged scenarios."),
    "check": ("mischmetal.app.run_cli", "Check a result folder, a chain folder or a scenario file."),
    "timeline": ("mischmetal.app.run_cli", "Show the dated measures of a scenario by phase."),
    "levers": (
        "mischmetal.app.levers_cli",
        "What would have helped: output saved by each lever, and its cost.",
    ),
    "backtest": (
        "mischmetal.app.backtest_cli",
        "Hold the model against observation, beside naive forecasts.",
    ),
    "claims": ("mischmetal.app.facts_cli", "Often-quoted figures: confirmed, in conflict or without source."),
}


class LazyGroup(TyperGroup):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*COMMANDS, *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in COMMANDS:
            module = importlib.import_module(COMMANDS[cmd_name][0])
            group: Any = typer.main.get_command(module.single)
            return group.commands[cmd_name]
        if cmd_name in GROUPS:
            module = importlib.import_module(GROUPS[cmd_name][0])
            return typer.main.get_command(module.app)
        return None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        rows = [(name, text) for name, (_, text) in {**COMMANDS, **GROUPS}.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(show: bool) -> None:
    if show:
        from mischmetal import __version__

        typer.echo(f"mischmetal {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_version, is_eager=True
    ),
) -> None:
    """Who runs out of rare earths, of what, when and at what price, when a government squeezes them.

    Example: mischmetal run china-2025 --out out/china-2025
    """


def main(argv: list[str] | None = None) -> Any:
    """Entry point: one line and exit code 2 for whatever the user can mend."""
    try:
        return app(args=argv)
    except MischmetalError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except OSError as error:  # a full disk, a folder that may not be written
        where = f"{error.filename}: " if error.filename else ""
        print(f"error: {where}{error.strerror or error}", file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
