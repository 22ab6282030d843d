"""Economic studies: NPV, IRR, capital and operating cost, payback, mine life, prices assumed."""

from __future__ import annotations

from typing import Any

from mischmetal.watch.read import numbers
from mischmetal.watch.read.money import amounts
from mischmetal.watch.read.tokens import Token, tokenise

_KEYS = {
    "npv": "NPV", "irr": "IRR", "capex": "capital cost", "opex": "operating cost", "aisc": "all-in sustaining cost", "ebitda": "EBITDA",
    "payback": "payback", "kapitalwert": "NPV", "van": "NPV", "vpl": "NPV", "tir": "IRR",
}  # fmt: skip
_PAIRS = {("capital", "cost"): "capital cost", ("capital", "costs"): "capital cost", ("pre-production", "capital"): "capital cost",
          ("initial", "capital"): "capital cost", ("upfront", "capital"): "capital cost", ("mine", "life"): "mine life",
          ("operating", "cost"): "operating cost", ("operating", "costs"): "operating cost", ("price", "of"): "price assumed",
          ("net", "present"): "NPV", ("internal", "rate"): "IRR", ("prices", "of"): "price assumed", ("price", "deck"): "price assumed",
          ("payback", "period"): "payback"}  # fmt: skip
_REACH = 14


def read_study(text: str) -> list[dict[str, Any]]:
    """Figures of a study, each with `label`, `value`, `unit`, `text`, `span`; empty where there is no NPV or IRR.

    Money is in the printed currency; `discount` in per cent stands beside an NPV that prints it.
    """
    tokens = tokenise(text)
    found: list[dict[str, Any]] = []
    money = {m.first: m for m in amounts(tokens)}
    for i, token in enumerate(tokens):
        label = _label(tokens, i)
        if not label or any(row["key"] == token.start for row in found):
            continue
        row = _figure(tokens, i, label, money, text)
        if row is not None and all(known["span"] != row["span"] for known in found):
            found.append({**row, "key": token.start})
    rows = [{k: v for k, v in row.items() if k != "key"} for row in found]
    return rows if any(row["label"] in {"NPV", "IRR"} for row in rows) else []


def _label(tokens: list[Token], i: int) -> str:
    word = tokens[i].text.lower()
    bare = word.rstrip("0123456789%")
    if bare in _KEYS and (bare == word or bare in {"npv", "van", "vpl"}):
        return _KEYS[bare]
    after = tokens[i + 1].text.lower() if i + 1 < len(tokens) else ""
    return _PAIRS.get((word, after), "")


def _figure(
    tokens: list[Token], i: int, label: str, money: dict[int, Any], text: str
) -> dict[str, Any] | None:
    for k in range(i + 1, min(i + _REACH, len(tokens))):
        token = tokens[k]
        if token.nl == 2 or (token.kind == "stop" and text[token.end : token.end + 1].isspace()):
            return None
        if label == "IRR":
            if token.kind == "number" and k + 1 < len(tokens) and tokens[k + 1].name == "%":
                return _row(label, token.value, "%", token.start, tokens[k + 1].end, text)
        elif label in {"payback", "mine life"}:
            if (
                token.kind == "number"
                and k + 1 < len(tokens)
                and tokens[k + 1].text.lower().startswith(("year", "month", "jahr", "ann", "anos"))
            ):
                return _row(
                    label, token.value, tokens[k + 1].text.lower(), token.start, tokens[k + 1].end, text
                )
        elif k in money:
            amount = money[k]
            row = _row(label, amount.value, amount.currency or "$", amount.start, amount.end, text)
            if label == "NPV":
                row["discount"] = _discount(tokens, i, k)
            return row
    return None


def _discount(tokens: list[Token], i: int, k: int) -> float | None:
    digits = tokens[i].text.lstrip("NPVnpvAL").rstrip("%")
    if digits.isdigit():
        return numbers.bounded(digits)
    for j in range(i + 1, k):
        if tokens[j].kind == "number" and j + 1 < len(tokens) and tokens[j + 1].name == "%":
            return tokens[j].value
        if tokens[j].kind == "number" and tokens[j].start == tokens[i].end:
            return tokens[j].value
    return None


def _row(label: str, value: float, unit: str, start: int, end: int, text: str) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "text": text[start:end], "span": [start, end]}
