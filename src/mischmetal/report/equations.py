"""The market's equations as the report prints them, each with its symbols."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """One equation: text with its symbols, units, and where it comes from; empty text where it is unknown."""

    name: str
    text: str
    units: str
    source: str


def _eq(name: str, text: str, units: str, source: str) -> tuple[str, Equation]:
    return name, Equation(name=name.replace("-", " "), text=text, units=units, source=source)


_MODEL = "this model's formulation, described in the documentation"

EQUATIONS: dict[str, Equation] = dict(
    [
        _eq(
            "clearing",
            "min  sum_a (c_a x_a + b_a x_a^2 / 2) - sum_u U_u(x_u)\n"
            "s.t. A x - d >= 0,  0 <= x <= cap;   p = the balances' duals, p >= 0\n"
            "x_a quantity of activity a; c_a, b_a its unit cost and the slope of its marginal cost; \n"
            "U_u worth of use u; A unit inputs and outputs by node; d fixed deliveries; cap capacity.",
            "x in t a month, c and p in USD/kg, cap in t a month",
            _MODEL,
        ),
        _eq(
            "asked-price",
            "quote' = max(p_CN + freight, quote exp(k' ln(W / Q)));   k' = k if W > Q, else k / 2\n"
            "p_CN domestic price; W what takers would want at that price; Q what is available; k speed.",
            "USD/kg REO; W and Q in t a month; k per month",
            "speed k from 2010-12, see the behaviour file",
        ),
        _eq(
            "traded-price",
            "traded = sum_j v_j price_j / sum_j v_j   over contracts (lagged index), licensed\n"
            "volume and spot\n"
            "v_j volume of channel j; price_j what it pays.",
            "USD/kg REO",
            _MODEL,
        ),
        _eq(
            "user-stock",
            "open <= S + transit;   open + air + local + motors + redesign + short - carry >= u\n"
            "next S = carry + the month's late arrivals;   stopped if short > 5% of u\n"
            "S stock; u need; carry what is kept for the next month;\n"
            "short what is not met, up to the value of lost output.",
            "t a month; stock in t; cover = 30.4 S / u, in days",
            _MODEL,
        ),
    ]
)
