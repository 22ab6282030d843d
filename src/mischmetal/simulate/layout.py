"""The fixed shape of a run: which nodes and activities a month's market has, beside those of the chain.

Equation
    classes c of a cell of users (region, good, end-use group), need u_c = endowment -u_c:
    now_c:  S_c + transit_c + air + motors_c + redesign_c + short_c - carry_c >= u_c
    pos_c:  carry_c + sea + (1 - kap) air - hold_c >= 0
    sea, air: goods bought this month, shared over the classes by what each has ordered (w_c, sum 1)
    gate:   permits + free passage - shipments >= 0, one gate node for every shipment a measure may bear on
Units
    t a month, USD/kg.
Source
    own. What a class cannot do is outbid another's licence: it draws its own cover, then loses output.

Goods bought abroad this month can be used the next, except by air. Past the controller's border every use of
a tagged good is a cell of classes with their own cover; a tagged good that makers use waits in one stock a
node; elsewhere stocks lie with traders at the node itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.stats import norm

from mischmetal.baseline import Anchored
from mischmetal.chain import Activity, Network, Node
from mischmetal.simulate.behaviour import Behaviour
from mischmetal.simulate.market import FloatArray, IntArray

CLASSES = 3  # of cover within each cell; with the default chain as many as keep the network below 2,000 nodes
SEA = 0.5  # months at sea from which on goods arrive next month


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells of users with classes of cover. k cells, c classes each."""

    use: IntArray  # (k,) activity of the network that they stand for
    node: IntArray  # (k,) where their good is bought
    need: FloatArray  # (k,) t a month in the base year
    price: FloatArray  # (k,) USD/kg in the base year
    lost: FloatArray  # (k,) USD/kg, value of lost output
    cover: FloatArray  # (k, c) months
    region: tuple[str, ...]
    good: tuple[str, ...]
    group: tuple[str, ...]
    now: IntArray  # (k, c) nodes
    pos: IntArray  # (k, c) nodes
    sea: IntArray  # (k,) activities
    air: IntArray  # (k,)
    short: IntArray  # (k, c)
    carry: IntArray  # (k, c)
    hold: IntArray  # (k, c)
    motor: IntArray  # (k, c)
    redesign: IntArray  # (k, c)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocks:
    """Stocks that lie at a node, of traders or makers. s stocks."""

    node: IntArray  # (s,) where they are drawn
    pos: IntArray  # (s,) where arrivals join them: the node itself, or one of next month's goods
    carry: IntArray  # (s,) activity that takes stock into next month; -1 where `hold` does
    hold: IntArray  # (s,) activity with the value of the stock
    months: FloatArray  # (s,) cover
    flow: FloatArray  # (s,) t a month through the node in the base year
    arrivals: FloatArray  # (s,) t a month that arrive by sea in the base year; 0 where the node itself holds
    trader: np.ndarray  # (s,) bool: held to be sold
    short: IntArray  # (s,) activity of doing without, at the value of lost output; -1: not for a named use


@dataclass(frozen=True, slots=True, kw_only=True)
class Surplus:
    """Stocks of elements in surplus: sold above, bought below cost."""

    node: IntArray
    sell: IntArray
    buy: IntArray
    months: FloatArray
    flow: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Matrix and constants of a run's markets."""

    anchored: Anchored
    A: sparse.csc_array  # (n, a)
    node_names: tuple[str, ...]
    activity_names: tuple[str, ...]
    base: IntArray  # (a,) activity of the network; -1: added here
    at: IntArray  # (activities of the network,) activity here; -1: stands in a cell or unused
    base_nodes: int
    cells: Cells
    stocks: Stocks
    surplus: Surplus
    iso: IntArray  # (u,) users at a curve
    gated: IntArray  # (g,) shipments that a measure may bear on
    gate: IntArray  # (g,) their gate nodes
    passing: IntArray  # (g,) activities of free passage through the gate
    quota: IntArray  # (q,) nodes of quotas
    quota_passing: IntArray  # (q,)
    price: FloatArray  # (n,) USD/kg in the base year
    quantity: FloatArray  # (a,) t a month in the base year


class _Builder:
    """Rows of A being collected; only here does anything grow."""

    def __init__(self) -> None:
        self.nodes: list[str] = []
        self.node_price: list[float] = []
        self.names: list[str] = []
        self.terms: list[list[tuple[int, float]]] = []
        self.base: list[int] = []
        self.quantity: list[float] = []

    def node(self, name: str, price: float) -> int:
        self.nodes.append(name)
        self.node_price.append(price)
        return len(self.nodes) - 1

    def add(self, name: str, terms: list[tuple[int, float]], quantity: float = 0.0, base: int = -1) -> int:
        self.names.append(name)
        self.terms.append(terms)
        self.base.append(base)
        self.quantity.append(quantity)
        return len(self.names) - 1

    def matrix(self) -> sparse.csc_array:
        rows = [i for terms in self.terms for i, _ in terms]
        columns = [j for j, terms in enumerate(self.terms) for _ in terms]
        values = [q for terms in self.terms for _, q in terms]
        A = sparse.csc_array((values, (rows, columns)), shape=(len(self.nodes), len(self.terms)))
        A.sum_duplicates()
        return A


def lay_out(
    anchored: Anchored, behaviour: Behaviour, gated: list[int], quotas: list[tuple[str, list[int]]]
) -> Layout:
    """The layout of a run: `gated` are shipments of the network that some measure bears on, `quotas` the
    measures with the shipments that they count."""
    network, x, price = anchored.baseline.network, anchored.baseline.flow, anchored.price
    index = network.node_index()
    build = _Builder()
    for node, p in zip(network.nodes, price, strict=True):
        build.node(node.name, float(p))
    abroad = {r.region for r in network.chain.regions} - {network.chain.controller, network.chain.hub}
    tagged = {g.good for g in network.chain.goods if g.tagged}
    in_cell = [
        j
        for j, a in enumerate(network.activities)
        if a.kind == "use" and a.origin in abroad and a.process in tagged and x[j] > 0
    ]
    cell_nodes = {index[network.activities[j].terms[0][0]] for j in in_cell}
    held = _held_nodes(network, x, abroad, tagged, cell_nodes)
    pos = {
        i: build.node(f"{network.nodes[i].name}, next month", float(price[i]))
        for i, delayed in held.items()
        if delayed
    }
    at = _network_activities(build, anchored, set(in_cell), pos)
    gate, passing = _gates(build, network, at, gated, x)
    quota, quota_passing = _quotas(build, at, quotas)
    cells = _cells(build, anchored, behaviour, in_cell)
    stocks = _stocks(build, anchored, behaviour, held, pos, index)
    surplus = _surplus(build, anchored, index)
    iso = [at[j] for j, a in enumerate(network.activities) if a.kind == "use" and at[j] >= 0]
    return Layout(
        anchored=anchored,
        A=build.matrix(),
        node_names=tuple(build.nodes),
        activity_names=tuple(build.names),
        base=np.array(build.base, dtype=np.int64),
        at=np.array(at, dtype=np.int64),
        base_nodes=len(network.nodes),
        cells=cells,
        stocks=stocks,
        surplus=surplus,
        iso=np.array(iso, dtype=np.int64),
        gated=np.array([at[j] for j in gated], dtype=np.int64),
        gate=np.array(gate, dtype=np.int64),
        passing=np.array(passing, dtype=np.int64),
        quota=np.array(quota, dtype=np.int64),
        quota_passing=np.array(quota_passing, dtype=np.int64),
        price=np.array(build.node_price),
        quantity=np.array(build.quantity),
    )


def _held_nodes(
    network: Network, x: FloatArray, abroad: set[str], tagged: set[str], cell_nodes: set[int]
) -> dict[int, bool]:
    """Nodes with a stock of their own -> whether what is bought there arrives next month."""
    rows = {(s.region, s.good) for s in network.chain.stocks if s.holder != "surplus"}
    throughput = 0.5 * (abs(network.A) @ x)
    by_sea = np.zeros(len(network.nodes))
    index = network.node_index()
    for j, a in enumerate(network.activities):
        if a.kind == "ship" and a.sea_months >= SEA:
            by_sea[index[a.terms[1][0]]] += x[j]
    shipped = {g.good for g in network.chain.goods if g.stage == "intermediate"} | tagged
    found: dict[int, bool] = {}
    for i, node in enumerate(network.nodes):
        if (node.region, node.good) not in rows or i in cell_nodes or throughput[i] <= 0:
            continue
        found[i] = node.region in abroad and node.good in shipped and by_sea[i] > 0
    return found


def _network_activities(
    build: _Builder, anchored: Anchored, in_cell: set[int], pos: dict[int, int]
) -> list[int]:
    """The chain's own activities; sea shipments end in next month's goods where there is a stock for them."""
    network, x = anchored.baseline.network, anchored.baseline.flow
    index = network.node_index()
    at: list[int] = []
    for j, a in enumerate(network.activities):
        if j in in_cell or (a.kind == "use" and x[j] <= 0):
            at.append(-1)
            continue
        later = a.kind == "ship" and a.sea_months >= SEA
        terms = [
            (pos.get(index[node], index[node]) if later and q > 0 else index[node], q) for node, q in a.terms
        ]
        at.append(build.add(a.name, terms, float(x[j]), j))
    return at


def _gates(
    build: _Builder, network: Network, at: list[int], gated: list[int], x: FloatArray
) -> tuple[list[int], list[int]]:
    nodes, passing = [], []
    for j in gated:
        node = build.node(f"permit {network.activities[j].name}", 0.0)
        build.terms[at[j]].append((node, -1.0))
        nodes.append(node)
        passing.append(build.add(f"pass {network.activities[j].name}", [(node, 1.0)], float(x[j])))
    return nodes, passing


def _quotas(
    build: _Builder, at: list[int], quotas: list[tuple[str, list[int]]]
) -> tuple[list[int], list[int]]:
    nodes, passing = [], []
    for measure, arcs in quotas:
        node = build.node(f"quota {measure}", 0.0)
        for j in arcs:
            build.terms[at[j]].append((node, -1.0))
        nodes.append(node)
        flow = sum(build.quantity[at[j]] for j in arcs)
        passing.append(build.add(f"pass quota {measure}", [(node, 1.0)], flow))
    return nodes, passing


def quantile_cover(median: FloatArray, spread: float, classes: int) -> FloatArray:
    """(k, c) months: mean cover of each of `classes` equal parts of lognormal users, around their median."""
    edges = norm.ppf(np.linspace(0, 1, classes + 1))
    share = norm.cdf(edges[1:] - spread) - norm.cdf(edges[:-1] - spread)
    part = np.exp(spread**2 / 2) * share * classes
    return np.asarray(median[:, None] * part[None, :], dtype=np.float64)


def _cover(anchored: Anchored, behaviour: Behaviour, activity: Activity) -> float:
    """Median months of cover of the users of an activity's good."""
    chain = anchored.baseline.network.chain
    for row in chain.stocks:
        if (row.region, row.good) == (activity.origin, activity.process) and row.holder == "user":
            return row.months * behaviour["cover_scale"]
    made = {r.good for r in chain.recipes if r.quantity > 0 and not r.spread}
    shipped = {r.good for r in chain.routes}
    local = activity.process in made and activity.process not in shipped
    return behaviour["cover_intermediate" if local else "cover_unknown"] * behaviour["cover_scale"]


def _cells(build: _Builder, anchored: Anchored, behaviour: Behaviour, in_cell: list[int]) -> Cells:
    network, x = anchored.baseline.network, anchored.baseline.flow
    index = network.node_index()
    acts = [network.activities[j] for j in in_cell]
    node = np.array([index[a.terms[0][0]] for a in acts], dtype=np.int64)
    price = np.maximum(anchored.price[node], 1e-3) if len(node) else np.zeros(0)
    need = x[in_cell] if len(in_cell) else np.zeros(0)
    cover = quantile_cover(
        np.array([_cover(anchored, behaviour, a) for a in acts]), behaviour["cover_spread"], CLASSES
    )
    shape = (len(acts), CLASSES)
    fields = {name: np.zeros(shape, dtype=np.int64) for name in ("now", "pos", "short", "carry", "hold")}
    fields |= {name: np.zeros(shape, dtype=np.int64) for name in ("motor", "redesign")}
    sea, air = np.zeros(len(acts), dtype=np.int64), np.zeros(len(acts), dtype=np.int64)
    kap = behaviour["air_share_now"]
    for k, a in enumerate(acts):
        label = f"{a.origin}: {a.process} [{a.group}]"
        sea_terms, air_terms = [(int(node[k]), -1.0)], [(int(node[k]), -1.0)]
        for c in range(CLASSES):
            who = f"{label} class {c + 1}"
            now = build.node(f"{who}, now", float(price[k]))
            pos = build.node(f"{who}, next month", float(price[k]))
            part = float(need[k]) / CLASSES
            fields["now"][k, c], fields["pos"][k, c] = now, pos
            fields["carry"][k, c] = build.add(
                f"keep {who}", [(now, -1.0), (pos, 1.0)], part * float(cover[k, c])
            )
            fields["hold"][k, c] = build.add(f"hold {who}", [(pos, -1.0)], part * (1 + float(cover[k, c])))
            for name in ("short", "motor", "redesign"):
                fields[name][k, c] = build.add(f"{name} {who}", [(now, 1.0)])
            sea_terms.append((pos, 1.0 / CLASSES))
            air_terms += [(now, kap / CLASSES), (pos, (1 - kap) / CLASSES)]
        sea[k] = build.add(f"receive {label}", sea_terms, float(need[k]))
        air[k] = build.add(f"air {label}", air_terms)
    return Cells(
        use=np.array(in_cell, dtype=np.int64),
        node=node,
        need=need,
        price=price,
        lost=price * np.array([max(a.lost_output, 1.0) for a in acts]),
        cover=cover,
        region=tuple(a.origin for a in acts),
        good=tuple(a.process for a in acts),
        group=tuple(a.group for a in acts),
        sea=sea,
        air=air,
        **fields,
    )


def _stocks(
    build: _Builder,
    anchored: Anchored,
    behaviour: Behaviour,
    held: dict[int, bool],
    pos: dict[int, int],
    index: dict[Node, int],
) -> Stocks:
    network, x = anchored.baseline.network, anchored.baseline.flow
    months = {(s.region, s.good): s for s in network.chain.stocks if s.holder != "surplus"}
    taken = np.asarray(-network.A.minimum(0) @ x)
    by_sea = np.zeros(len(network.nodes))
    for j, a in enumerate(network.activities):
        if a.kind == "ship" and a.sea_months >= SEA:
            by_sea[index[a.terms[1][0]]] += x[j]
    rows: dict[str, list[float]] = {
        k: [] for k in ("node", "pos", "carry", "hold", "months", "flow", "arrivals", "trader", "short")
    }
    for i, delayed in held.items():
        node = network.nodes[i]
        row = months[node.region, node.good]
        cover = row.months * (behaviour["cover_scale"] if row.holder == "user" else 1.0)
        size = cover * float(taken[i])
        name = node.name
        if delayed:
            rows["carry"].append(build.add(f"keep {name}", [(i, -1.0), (pos[i], 1.0)], size))
            rows["hold"].append(build.add(f"hold {name}", [(pos[i], -1.0)], size + float(by_sea[i])))
        else:
            rows["carry"].append(-1)
            rows["hold"].append(build.add(f"hold {name}", [(i, -1.0)], size))
        rows["node"].append(i)
        rows["pos"].append(pos.get(i, i))
        rows["months"].append(cover)
        rows["flow"].append(float(taken[i]))
        rows["arrivals"].append(float(by_sea[i]) if delayed else 0.0)
        rows["trader"].append(row.holder != "user")
        # what is bought for a named use has a finite price: above it the use goes without
        named = row.holder == "user" and bool(node.group)
        rows["short"].append(build.add(f"short {name}", [(i, 1.0)]) if named else -1)
    whole = {k: np.array(rows[k], dtype=np.int64) for k in ("node", "pos", "carry", "hold", "short")}
    return Stocks(
        **whole,
        months=np.array(rows["months"]),
        flow=np.array(rows["flow"]),
        arrivals=np.array(rows["arrivals"]),
        trader=np.array(rows["trader"], dtype=bool),
    )


def _surplus(build: _Builder, anchored: Anchored, index: dict[Node, int]) -> Surplus:
    network, x = anchored.baseline.network, anchored.baseline.flow
    taken = np.asarray(-network.A.minimum(0) @ x)
    rows = [s for s in network.chain.stocks if s.holder == "surplus" and Node(s.region, s.good) in index]
    node = [index[Node(s.region, s.good)] for s in rows]
    sell = [build.add(f"sell from surplus {network.nodes[i].name}", [(i, 1.0)]) for i in node]
    buy = [build.add(f"buy for surplus {network.nodes[i].name}", [(i, -1.0)]) for i in node]
    return Surplus(
        node=np.array(node, dtype=np.int64),
        sell=np.array(sell, dtype=np.int64),
        buy=np.array(buy, dtype=np.int64),
        months=np.array([s.months for s in rows]),
        flow=taken[node] if node else np.zeros(0),
    )
