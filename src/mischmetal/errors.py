"""Errors as a tree: each is one line that a user can act on.

Everything a user can cause derives from `MischmetalError`; the command line prints it and exits with
its `exit_code`, without a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MischmetalError(Exception):
    """Anything that is told to the user in one line."""

    exit_code = 2


def _one_line(message: str) -> str:
    """A message whose parts come from files stays one line, whatever breaks stand in them."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in message)


class InputError(MischmetalError):
    """Bad input: names the place, what was found and what is allowed."""

    def __init__(
        self,
        where: str,
        *,
        field: str | None = None,
        found: object = None,
        allowed: object = None,
        choices: Iterable[str] | None = None,
    ) -> None:
        """`where` names file and row or line; `choices` give a did-you-mean."""
        parts = [where if field is None else f"{where}, {field}"]
        message = parts[0]
        if found is not None:
            message += f": found {found!r}"
        if choices is not None:
            names = sorted(choices)
            if allowed is None:
                allowed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        if allowed is not None:
            message += f"; allowed: {allowed}"
        if choices is not None and found is not None:
            near = difflib.get_close_matches(str(found), names, n=1)
            if near:
                message += f". Did you mean {near[0]!r}?"
        super().__init__(_one_line(message))


class NotFound(MischmetalError):
    """A name that does not exist, with the nearest one that does."""

    def __init__(self, kind: str, name: str, choices: Iterable[str]) -> None:
        names = sorted(choices)
        near = difflib.get_close_matches(name, names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        super().__init__(_one_line(f"no {kind} {name!r}; there are: {listed}.{hint}"))


class NotCleared(MischmetalError):
    """A month's market that the solver could not clear, and where it fails most."""

    exit_code = 3

    def __init__(self, *, month: str, node: str, gap: float, unit: str, hint: str) -> None:
        super().__init__(f"{month}: market not cleared at {node}: gap {gap:.3g} {unit}. {hint}")


class NotReconciled(MischmetalError):
    """A base year whose facts cannot be made to add up."""

    exit_code = 3


class MissingExtra(MischmetalError):
    """A command whose optional part is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the extra '{extra}': pip install 'mischmetal[{extra}]'")
