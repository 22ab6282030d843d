"""What a run leaves: labelled arrays with units, and where each came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from mischmetal.chain import Node
from mischmetal.scenario.schedule import LicenceSchedule, Schedule
from mischmetal.simulate.content import priced_goods, reo_content
from mischmetal.simulate.market import FloatArray
from mischmetal.simulate.measures import Arcs
from mischmetal.simulate.rules.trade import traded_price
from mischmetal.simulate.state import State
from mischmetal.simulate.step import CEILING, SHORT, Month, World, direct_spot

DAYS = 30.4375  # of a month
PRICES = ("domestic_CN", "quote", "quote_dual", "traded", "asked_rent")
FLOWS = ("applied", "approved", "denied", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a scenario."""

    name: str
    title: str
    months: tuple[str, ...]
    data: xr.Dataset  # every array with units, long_name, equation and facts
    scenario: Mapping[str, Any]  # as resolved
    checks: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    provenance: Mapping[str, Any]

    @property
    def prices(self) -> xr.Dataset:
        """Domestic, asked and traded prices, USD/kg REO, by element and month."""
        return self.data[[name for name in PRICES if name in self.data]]

    @property
    def exports(self) -> xr.Dataset:
        """Exports of the licensing country: magnets in t gross, elements in kg REO, by destination and month."""
        return self.data[["exports_magnets", "exports_element"]]

    @property
    def licences(self) -> xr.Dataset:
        """Applied, approved, denied, withdrawn (t REO a month) and pending (t REO at month's end)."""
        return self.data[[*FLOWS, "pending"]]

    @property
    def shortage(self) -> xr.Dataset:
        """Need, what is not met, share of users stopped, cover and lost output by region, group and good."""
        return self.data[["need", "short", "stopped_share", "cover_days", "lost_output"]]


class Recorder:
    """Fills the arrays of a run month by month."""

    def __init__(self, world: World, schedule: Schedule) -> None:
        self.world, self.schedule = world, schedule
        network = world.layout.anchored.baseline.network
        self.acts = network.activities
        chain = network.chain
        self.regions = [r.region for r in chain.regions]
        self.groups = [g.group for g in chain.groups]
        self.content = reo_content(world.layout.anchored.baseline)
        self.priced = priced_goods(chain)
        self.named = np.flatnonzero(world.layout.stocks.short >= 0)
        held = {network.nodes[i].good for i in world.layout.stocks.node[self.named]}
        self.items = sorted(set(world.layout.cells.good) | held | self._licensed_goods())
        m, e, r = len(world.months), len(world.elements), len(self.regions)
        i, u = len(self.items), len(self.groups)
        self.shape = {"element": e, "region": r, "item": i, "group": u, "month": m}
        self.arrays: dict[str, FloatArray] = {}
        for name, dims in DIMS.items():
            if name != "flows":
                empty = np.nan if name in UNKNOWN else 0.0
                self.arrays[name] = np.full([self.shape[d] for d in dims], empty)
        ships = [(a.process, a.origin, a.destination) for a in self.acts if a.kind == "ship"]
        self.routes = sorted(set(ships))
        self.route_of = np.array([self.routes.index(key) for key in ships], dtype=np.int64)
        self.ships = world.layout.at[[j for j, a in enumerate(self.acts) if a.kind == "ship"]]
        self.volume = np.zeros((len(self.routes), m))
        self._plan_sums()

    def _licensed_goods(self) -> set[str]:
        names = [g.name for g in self.schedule.goods]
        return {names[g] for _, arcs, _ in self.world.measures.licences for g in arcs.good}

    def _plan_sums(self) -> None:
        """Which activities add up to which output, once for all months."""
        chain = self.world.layout.anchored.baseline.network.chain
        self.magnets = {g.good for g in chain.goods if g.hs.startswith("8505")}
        metal = {g.good for g in chain.goods if g.stage == "metal"}
        oxide = {g.good for g in chain.goods if g.stage == "oxide"} | set(self.priced)
        sums: dict[str, list[tuple[tuple[int, ...], int, float]]] = {
            k: []
            for k in (
                "exports_magnets",
                "exports_element",
                "mine_output",
                "separation_output",
                "magnet_output",
            )
        }
        for j, a in enumerate(self.acts):
            at, r = int(self.world.layout.at[j]), self.regions.index
            if at < 0:
                continue
            if a.kind == "ship" and a.origin == chain.controller:
                if a.process in self.magnets:
                    sums["exports_magnets"].append(((r(a.destination),), at, 1.0))
                elif a.process in oxide or a.process in metal:
                    for element, c in self.content[a.process].items():
                        if element in self.world.elements:
                            where = (self.world.elements.index(element), r(a.destination))
                            sums["exports_element"].append((where, at, 1e3 * c))
            elif a.kind == "mine":
                sums["mine_output"].append(((r(a.origin),), at, 1.0))
            elif a.kind == "finish":
                sums["separation_output"].append(((r(a.origin),), at, 1.0))
            elif a.kind == "make":
                made = sum(q for node, q in a.terms if q > 0 and node.good in self.magnets)
                if made:
                    sums["magnet_output"].append(((r(a.origin),), at, made))
        self.sums = {
            name: (
                tuple(np.array(axis, dtype=np.int64) for axis in zip(*(w for w, _, _ in rows), strict=True)),
                np.array([at for _, at, _ in rows], dtype=np.int64),
                np.array([c for _, _, c in rows]),
            )
            for name, rows in sums.items()
            if rows
        }

    def record(self, t: int, before: State, after: State, month: Month) -> None:
        """One month."""
        x = month.cleared.quantity
        for name, (where, at, factor) in self.sums.items():
            np.add.at(self.arrays[name], (*where, np.full(len(at), t)), factor * x[at])
        known = self.ships >= 0
        np.add.at(self.volume[:, t], self.route_of[known], x[self.ships[known]])
        self._prices(t, before, after, month)
        self._users(t, after, month)
        for (licence, arcs, _), now, queue in zip(
            self.world.measures.licences, month.licensed, after.queues, strict=True
        ):
            self._licences(t, licence, arcs, now.flows, queue.pending[0].sum(axis=-1))
        self._hold(t, month)

    def _prices(self, t: int, before: State, after: State, month: Month) -> None:
        world, price, x = self.world, month.cleared.price, month.cleared.quantity
        index = world.layout.anchored.baseline.network.node_index()
        chain = world.layout.anchored.baseline.network.chain
        for good, of in self.priced.items():
            home = index.get(Node(chain.controller, good))
            if of in world.elements and home is not None:
                self.arrays["domestic_CN"][world.elements.index(of), t] = price[home]
        spot = direct_spot(world, month)
        lagged = before.history[0].mean(axis=0)
        quotes: dict[int, tuple[float, float]] = {}
        for o, ship in enumerate(world.hub_ship):
            element = self.acts[int(world.layout.base[ship])].process
            e = world.elements.index(self.priced[element])
            self.arrays["quote"][e, t] = after.quote[0, o]
            self.arrays["quote_dual"][e, t] = price[int(world.hub_node[o])]
            self.arrays["asked_rent"][e, t] = month.market.asked_rent[ship]
            sold = [s for s in world.hub_sale if self.acts[int(world.layout.base[s])].process == element]
            paid = max(float(before.quote[0, o]), float(price[world.hub_home[o]]))
            quotes[e] = (paid, float(x[sold].sum()) if sold else 0.0)
        for e in range(len(world.elements)):
            quote, volume = quotes.get(e, (0.0, 0.0))
            arcs = world.direct[e]
            bought = x[arcs].sum() if len(arcs) else 0.0
            direct = bought > 1e-9
            value = traded_price(
                np.array([spot[e] if direct else 0.0]),
                np.asarray(lagged[e] if np.isfinite(lagged[e]) else spot[e] if direct else 0.0),
                np.array([bought if direct else 0.0]),
                np.asarray(quote),
                np.asarray(volume),
                world.behaviour["contract_share"],
            )
            self.arrays["traded"][e, t] = float(value)

    def _users(self, t: int, after: State, month: Month) -> None:
        cells = self.world.layout.cells
        each = cells.need / cells.cover.shape[1]
        stopped = (month.short > SHORT * each[:, None]).mean(axis=1)
        for k in range(len(cells.need)):
            at = (
                self.regions.index(cells.region[k]),
                self.groups.index(cells.group[k]),
                self.items.index(cells.good[k]),
                t,
            )
            short = float(month.short[k].sum())
            self.arrays["need"][at] = cells.need[k]
            self.arrays["short"][at] = short if short > 1e-9 * cells.need[k] else 0.0
            self.arrays["stopped_share"][at] = stopped[k]
            self.arrays["cover_days"][at] = DAYS * month.left[k].sum() / cells.need[k]
            self.arrays["lost_output"][at] = short * cells.lost[k] * 1e-3  # t USD/kg: thousand USD

        self._makers(t, after, month)

    def _makers(self, t: int, after: State, month: Month) -> None:
        """Makers abroad who buy licensed goods for a named use: one stock each; what is short has stopped."""
        layout = self.world.layout
        stocks, nodes = layout.stocks, layout.anchored.baseline.network.nodes
        for s in self.named.tolist():
            node, need = nodes[int(stocks.node[s])], float(stocks.flow[s])
            if need <= 1e-9:
                continue
            at = (
                self.regions.index(node.region),
                self.groups.index(node.group),
                self.items.index(node.good),
                t,
            )
            short = float(month.cleared.quantity[stocks.short[s]])
            short = short if short > 1e-9 * need else 0.0
            self.arrays["need"][at] = need
            self.arrays["short"][at] = short
            self.arrays["stopped_share"][at] = short / need
            self.arrays["cover_days"][at] = DAYS * float(after.stock[0, s]) / need
            lost = CEILING * max(float(layout.price[stocks.node[s]]), 1e-3)
            self.arrays["lost_output"][at] = short * lost * 1e-3

    def _licences(
        self, t: int, licence: LicenceSchedule, arcs: Arcs, flows: Any, pending: FloatArray
    ) -> None:
        names = [g.name for g in self.schedule.goods]
        item = np.array([self.items.index(names[g]) for g in arcs.good], dtype=np.int64)
        reo = np.array([sum(self.content[names[g]].values()) for g in arcs.good])
        at = (item, arcs.region, np.full(len(item), t))
        for name in FLOWS:
            np.add.at(self.arrays[name], at, reo * getattr(flows, name)[0])
        np.add.at(self.arrays["pending"], at, reo * pending)
        for r in sorted(set(arcs.region.tolist())):
            mine = arcs.region == r
            weight = flows.applied[0][mine]
            if weight.sum() > 0:
                group = np.maximum(arcs.group[mine], 0)
                profile = licence.profile[arcs.good[mine], r, group]
                days = np.array([_median_days(licence, int(p), t) for p in profile])
                known = np.isfinite(days)
                if known.any() and weight[known].sum() > 0:
                    self.arrays["queue_days"][r, t] = np.average(days[known], weights=weight[known])

    def _hold(self, t: int, month: Month) -> None:
        """Share of the normal flow of held goods that could not leave."""
        for hold, arcs in self.world.measures.holds:
            if hold.release[t] != 1.0 and arcs.flow.sum() > 0:
                kept = np.maximum(arcs.flow - month.limit[arcs.place], 0.0)
                self.arrays["hold_share"][t] = kept.sum() / arcs.flow.sum()

    def dataset(self, facts: Mapping[str, tuple[str, ...]]) -> xr.Dataset:
        """All arrays, labelled."""
        coords = {
            "month": list(self.world.months),
            "element": list(self.world.elements),
            "region": self.regions,
            "group": self.groups,
            "item": self.items,
        }
        variables = {
            name: xr.DataArray(self.arrays[name], dims=DIMS[name], attrs=_attrs(name, facts))
            for name in DIMS
            if name != "flows"
        }
        goods = sorted({g for g, _, _ in self.routes})
        volume = np.zeros((len(goods), len(self.regions), len(self.regions), len(self.world.months)))
        for k, (g, origin, destination) in enumerate(self.routes):
            volume[goods.index(g), self.regions.index(origin), self.regions.index(destination)] = self.volume[
                k
            ]
        variables["flows"] = xr.DataArray(volume, dims=DIMS["flows"], attrs=_attrs("flows", facts))
        coords |= {"good": goods, "origin": self.regions, "destination": self.regions}
        return xr.Dataset(variables, coords=coords)


def _median_days(licence: LicenceSchedule, profile: int, month: int) -> float:
    """Days until half of what was filed in a month is decided; NaN where that is after the run."""
    if profile < 0:
        return float("nan")
    k = licence.kernels[profile]
    decided = np.cumsum(k.approved[month] + k.denied[month] + k.withdrawn[month])
    after = np.flatnonzero(decided >= 0.5)
    if not len(after):
        return float("nan")
    j = int(after[0])
    earlier = decided[j - 1] if j > 0 else 0.0
    part = (0.5 - earlier) / max(decided[j] - earlier, 1e-12)
    return float(max((j - month + part - 0.5) * DAYS, 0.0))


_E, _R, _M = "element", "region", "month"
_USER = (_R, "group", "item", _M)
_ITEM = ("item", _R, _M)
# array -> (dimensions, units, name, equation)
ABOUT: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "domestic_CN": ((_E, _M), "USD/kg REO", "China domestic price, ex VAT", "clearing"),
    "quote": ((_E, _M), "USD/kg REO", "Open-market quote outside China, ex VAT, at month's end", "asked"),
    "quote_dual": ((_E, _M), "USD/kg REO", "What would clear the open market outside China", "clearing"),
    "traded": ((_E, _M), "USD/kg REO", "Traded price outside China, ex VAT", "trade"),
    "asked_rent": ((_E, _M), "USD/kg REO", "Rent asked on the way into the open market", "asked"),
    "applied": (_ITEM, "t REO/month", "Licences applied for", "licensing"),
    "approved": (_ITEM, "t REO/month", "Licences approved", "licensing"),
    "denied": (_ITEM, "t REO/month", "Licences denied", "licensing"),
    "withdrawn": (_ITEM, "t REO/month", "Applications withdrawn", "licensing"),
    "pending": (_ITEM, "t REO", "Applications pending at month's end", "licensing"),
    "queue_days": ((_R, _M), "days", "Median days to a decision, of what is filed in the month", "licensing"),
    "need": (_USER, "t/month", "Need", "user-stock"),
    "short": (_USER, "t/month", "Need not met", "user-stock"),
    "stopped_share": (_USER, "fraction", "Share of users stopped", "user-stock"),
    "cover_days": (_USER, "days", "Days of cover in hand at month's end", "stock"),
    "lost_output": (_USER, "million USD/month", "Output lost", "user-stock"),
    "exports_magnets": ((_R, _M), "t gross/month", "Magnet exports of China, HS 850511", "clearing"),
    "exports_element": ((_E, _R, _M), "kg REO/month", "Exports of China in oxides and metals", "clearing"),
    "flows": (("good", "origin", "destination", _M), "t/month", "Shipments", "clearing"),
    "hold_share": ((_M,), "fraction", "Normal shipments of unlisted magnets that cannot leave", "porthold"),
    "mine_output": ((_R, _M), "t REO/month", "Mine output", "clearing"),
    "separation_output": ((_R, _M), "t REO/month", "Separated oxides", "clearing"),
    "magnet_output": ((_R, _M), "t gross/month", "Magnet output", "clearing"),
}  # fmt: skip
DIMS = {name: about[0] for name, about in ABOUT.items()}
UNKNOWN = {"domestic_CN", "quote", "quote_dual", "traded", "asked_rent", "queue_days", "cover_days"}


def _attrs(name: str, facts: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    _, units, long_name, equation = ABOUT[name]
    return {
        "units": units,
        "long_name": long_name,
        "equation": equation,
        "facts": ",".join(facts.get(name, ())),
    }
