"""Amounts of money in a text: `A$12.5m`, `US$1.2 billion`, `EUR 40 million`, `C$3,200,000`."""

from __future__ import annotations

from dataclasses import dataclass

from mischmetal.watch.read.tokens import Token

_SIGNS = {"$": "", "€": "EUR", "£": "GBP", "¥": "JPY"}
_PREFIX = {
    "a": "AUD",
    "au": "AUD",
    "us": "USD",
    "c": "CAD",
    "ca": "CAD",
    "nz": "NZD",
    "r": "BRL",
    "hk": "HKD",
    "s": "SGD",
}
_CODES = {"aud", "usd", "cad", "eur", "gbp", "cny", "rmb", "jpy", "zar", "brl", "chf"}
_NAMES = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "",
    "dollars": "",
    "dollari": "",
    "dólares": "",
    "yuan": "CNY",
    "yen": "JPY",
}
_MULTIPLES = {"million": 1e6, "m": 1e6, "mio": 1e6, "mn": 1e6, "mln": 1e6, "millionen": 1e6, "milioni": 1e6, "milhões": 1e6,
              "billion": 1e9, "bn": 1e9, "b": 1e9, "milliarden": 1e9, "miliardi": 1e9, "k": 1e3, "thousand": 1e3, "trillion": 1e12}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Money:
    """One amount; `first` and `last` are its tokens [first, last)."""

    value: float
    currency: str  # ISO 4217, "" where a bare dollar sign leaves it open
    first: int
    last: int
    start: int
    end: int


def amounts(tokens: list[Token]) -> list[Money]:
    """All amounts, in order."""
    out: list[Money] = []
    for i, token in enumerate(tokens):
        if token.kind != "number":
            continue
        currency, first = _currency(tokens, i)
        last = i + 1
        factor = 1.0
        if last < len(tokens) and tokens[last].nl < 2 and tokens[last].text.lower().rstrip(".") in _MULTIPLES:
            factor = _MULTIPLES[tokens[last].text.lower().rstrip(".")]
            last += 1
        if currency is None and last < len(tokens) and tokens[last].nl < 2:
            word = tokens[last].text.lower()
            if word in _CODES or word in _NAMES:
                currency, last = _NAMES.get(word, word.upper()), last + 1
        if currency is not None:
            out.append(
                Money(
                    token.value * factor,
                    currency.replace("RMB", "CNY"),
                    first,
                    last,
                    tokens[first].start,
                    tokens[last - 1].end,
                )
            )
    return out


def _currency(tokens: list[Token], i: int) -> tuple[str | None, int]:
    if i == 0:
        return None, i
    before = tokens[i - 1]
    if before.text in _SIGNS:
        sign = _SIGNS[before.text]
        if before.text == "$" and i > 1 and tokens[i - 2].end == before.start:
            return _PREFIX.get(tokens[i - 2].text.lower(), ""), i - 2
        return sign, i - 1
    if before.text.lower() in _CODES:
        return before.text.upper(), i - 1
    return None, i
