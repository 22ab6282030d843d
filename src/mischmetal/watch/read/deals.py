"""Financings, offtakes and permits: what kind, how much, where it stands."""

from __future__ import annotations

from typing import Any

from mischmetal.watch.read.money import Money, amounts
from mischmetal.watch.read.tokens import Token, tokenise

_FINANCING = {"placement", "raise", "raises", "raised", "raising", "financing", "facility", "loan", "bookbuild", "debenture", "entitlement",
              "convertible", "subscription", "ipo", "grant", "funding", "kapitalerhöhung", "finanzierung", "privatplatzierung", "finanziamento", "financiamento"}  # fmt: skip
_FIRM = {"placement", "raise", "raises", "raised", "raising", "financing", "facility", "loan", "bookbuild", "entitlement", "subscription", "kapitalerhöhung",
         "privatplatzierung", "finanziamento", "financiamento", "grant", "funding", "finanzierung", "convertible", "ipo"}  # fmt: skip
_OFFTAKE = {"offtake", "off-take", "abnahmevereinbarung", "abnahmevertrag"}
_PERMIT = {
    "licence",
    "license",
    "lease",
    "permit",
    "approval",
    "genehmigung",
    "concession",
    "licença",
    "licenza",
}
_GRANTED = {
    "granted",
    "approved",
    "receives",
    "received",
    "awarded",
    "secured",
    "issued",
    "erteilt",
    "erhalten",
    "concessa",
    "concedida",
    "obtained",
}
_NOT = {"no", "not", "pending", "application", "applied", "expected", "seeks", "export"}
_MINING = {
    "mining",
    "mine",
    "environmental",
    "construction",
    "production",
    "water",
    "bergbau",
    "operating",
    "processing",
    "mineraria",
    "ambiental",
}


def read_deals(text: str) -> list[dict[str, Any]]:
    """One row a sentence that tells of a financing, an offtake or a granted permit.

    Keys: `kind` (financing, offtake, permit), `label`, `value` (amount or None), `unit` (currency), `text`, `span`.
    """
    tokens = tokenise(text)
    money = amounts(tokens)
    out: list[dict[str, Any]] = []
    for first, last in _sentences(tokens, text):
        words = {t.text.lower() for t in tokens[first:last]} | {t.name for t in tokens[first:last]}
        inside = [m for m in money if first <= m.first < last]
        if words & _OFFTAKE:
            out.append(_row("offtake", "Offtake", None, tokens, first, last, text))
        elif words & _FIRM and inside:
            out.append(
                _row("financing", "Financing", max(inside, key=lambda m: m.value), tokens, first, last, text)
            )
        elif words & _PERMIT and words & _GRANTED and words & _MINING and not words & _NOT:
            out.append(_row("permit", "Permit", None, tokens, first, last, text))
    return out


def _sentences(tokens: list[Token], text: str) -> list[tuple[int, int]]:
    out, first = [], 0
    for i, token in enumerate(tokens):
        ends = token.kind == "stop" and (token.end >= len(text) or text[token.end].isspace())
        if i > first and token.nl == 2:
            out.append((first, i))
            first = i
        if ends:
            out.append((first, i + 1))
            first = i + 1
    if first < len(tokens):
        out.append((first, len(tokens)))
    return out


def _row(
    kind: str, label: str, amount: Money | None, tokens: list[Token], first: int, last: int, text: str
) -> dict[str, Any]:
    start, end = (
        (amount.start, amount.end)
        if amount
        else (tokens[first].start, min(tokens[last - 1].end, tokens[first].start + 160))
    )
    return {
        "kind": kind,
        "label": label,
        "value": amount.value if amount else None,
        "unit": (amount.currency or "$") if amount else "",
        "text": " ".join(text[start:end].split()),
        "span": [start, end],
    }
