"""Run the members of an ensemble: in processes, or on a Dask cluster; each is written as it ends.

A member depends on its own row of the design alone, so any number of workers gives the same numbers, and an
interrupted ensemble goes on where it stopped: members whose file is there are not run again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mischmetal import __version__
from mischmetal.ensemble.draws import Range, draw, ranges
from mischmetal.errors import InputError, MissingExtra, NotCleared
from mischmetal.scenario import load, parse_overrides
from mischmetal.scenario.vocabulary import of_chain
from mischmetal.simulate.behaviour import packaged
from mischmetal.simulate.run import base_year, facts_digest, run

Progress = Callable[[int, int], None]
KEPT = {  # arrays of a member -> dimensions that are summed away
    "domestic_CN": (), "quote": (), "traded": (), "exports_magnets": ("region",), "exports_element": ("region",),
    "pending": ("item", "region"), "short": (), "stopped_share": (), "lost_output": ("region", "group", "item"),
    "cover_days": (),
}  # fmt: skip
MANIFEST = "manifest.json"
AHEAD = 2  # members handed out per worker at a time: what waits costs no memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """A finished ensemble in its folder."""

    folder: Path
    months: tuple[str, ...]
    ranges: tuple[Range, ...]
    design: NDArray[np.float64]  # (members, ranges)
    members: tuple[int, ...]  # those that cleared
    failed: Mapping[int, str]  # member -> what the market said

    def array(self, name: str) -> NDArray[np.float32]:
        """(member, ...) one array of all members that cleared. Raises InputError for another name."""
        if name not in KEPT:
            raise InputError("ensemble", field="array", found=name, choices=KEPT)
        parts = []
        for member in self.members:
            with np.load(_file(self.folder, member)) as data:
                parts.append(data[name])
        return np.stack(parts)

    def labels(self) -> dict[str, list[str]]:
        """Element, region, group and item in the order of the arrays."""
        told: dict[str, list[str]] = json.loads((self.folder / "labels.json").read_text())
        return told


def _file(folder: Path, member: int) -> Path:
    return folder / f"member-{member:05d}.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One member."""

    scenario: str
    chain: str
    months: int
    given: tuple[str, ...]
    member: int
    folder: str


def run_ensemble(
    scenario: str,
    folder: Path,
    *,
    chain: str = "default",
    months: int = 24,
    given: Sequence[str] = (),
    members: int = 200,
    seed: int = 2026,
    workers: int = 2,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Run or finish an ensemble in `folder`.

    Members sample every range of behaviour, scenario and chain that `given` does not fix. `cluster` is the
    address of a Dask scheduler; without it `workers` processes of this machine are used.
    Raises InputError where the folder holds another ensemble.
    """
    own = base_year(chain).baseline.network.chain
    rest = [t for t in given if not t.startswith(("behaviour.", "chain."))]
    told = load(scenario, overrides=parse_overrides(rest), vocabulary=of_chain(own))
    fixed = [text.partition("=")[0] for text in given]
    found = ranges(packaged(), told, own, fixed)
    design = draw(found, members, seed)
    plan = {
        "scenario": scenario, "chain": chain, "months": months, "given": list(given), "seed": seed,
        "ranges": [asdict(r) for r in found], "code": __version__, "facts": facts_digest(), "start": told.start,
    }  # fmt: skip
    _open(folder, plan, members)
    jobs = [
        Job(scenario=scenario, chain=chain, months=months, member=m, folder=str(folder),
            given=(*given, *(f"{r.path}={float(v)!r}" for r, v in zip(found, row, strict=True))))
        for m, row in enumerate(design)
        if not _done(folder, m)
    ]  # fmt: skip
    already = members - len(jobs)
    if progress is not None:
        progress(already, members)
    finished = _on_cluster(jobs, cluster) if cluster else _in_processes(jobs, workers)
    for count, _ in enumerate(finished, start=already + 1):
        if progress is not None:
            progress(count, members)
    return open_ensemble(folder, members)


def _open(folder: Path, plan: Mapping[str, Any], members: int) -> None:
    """Make the folder, or see that it holds the same ensemble (perhaps with fewer members)."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**plan, "digest": _digest(plan)}, indent=1, sort_keys=True)
    path = folder / MANIFEST
    if path.exists():
        known = json.loads(path.read_text())
        if known.get("digest") != _digest(plan):
            raise InputError(
                str(folder), found="another ensemble", allowed="a new folder, or the same settings"
            )
    elif any(folder.iterdir()):
        raise InputError(str(folder), found="other files", allowed="a new or empty folder")
    _write(path, text.encode())
    _write(folder / "members.json", json.dumps(members).encode())


def _digest(plan: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def _done(folder: Path, member: int) -> bool:
    return _file(folder, member).exists() or (folder / f"failed-{member:05d}.txt").exists()


def open_ensemble(folder: Path, members: int | None = None) -> Ensemble:
    """A finished ensemble from its folder. Raises InputError where members are missing."""
    path = folder / MANIFEST
    if not path.exists():
        raise InputError(str(folder), found="no ensemble", allowed="a folder written by run --members")
    plan = json.loads(path.read_text())
    count = members or int(json.loads((folder / "members.json").read_text()))
    missing = [m for m in range(count) if not _done(folder, m)]
    if missing:
        raise InputError(str(folder), found=f"{len(missing)} members missing", allowed="a finished ensemble")
    found = [Range(**r) for r in plan["ranges"]]
    failed = {
        m: p.read_text().strip() for m in range(count) if (p := folder / f"failed-{m:05d}.txt").exists()
    }
    from mischmetal.simulate.run import month_names

    return Ensemble(
        folder=folder,
        months=month_names(plan["start"], plan["months"]),
        ranges=tuple(found),
        design=draw(found, count, plan["seed"]),
        members=tuple(m for m in range(count) if m not in failed),
        failed=failed,
    )


def run_member(job: Job) -> int:
    """Run one member and write its arrays, aside first and then renamed; its number."""
    folder = Path(job.folder)
    try:
        result = run(job.scenario, chain=job.chain, months=job.months, overrides=list(job.given))
    except NotCleared as error:
        _write(folder / f"failed-{job.member:05d}.txt", f"{error}\n".encode())
        return job.member
    labels = folder / "labels.json"
    if not labels.exists():
        told = {d: [str(v) for v in result.data[d].values] for d in ("element", "region", "group", "item")}
        _write(labels, json.dumps(told).encode())
    arrays: dict[str, Any] = {}
    for name, gone in KEPT.items():
        array = result.data[name]
        arrays[name] = (array.sum(list(gone)) if gone else array).values.astype(np.float32)
    path = _file(folder, job.member)
    aside = path.with_suffix(f".{os.getpid()}.part")
    with aside.open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    aside.replace(path)
    return job.member


def _write(path: Path, data: bytes) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    aside.write_bytes(data)
    aside.replace(path)


def _one_thread() -> None:
    """A worker is one process of several: its linear algebra takes one core."""
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"


def _in_processes(jobs: Sequence[Job], workers: int) -> Iterator[int]:
    """Members in processes; at most a few wait at a time. An interrupt leaves what is written."""
    if not jobs:
        return
    queue = iter(jobs)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_one_thread) as pool:
        waiting: set[Future[int]] = set()
        try:
            while True:
                while len(waiting) < AHEAD * workers and (job := next(queue, None)) is not None:
                    waiting.add(pool.submit(run_member, job))
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _on_cluster(jobs: Sequence[Job], address: str) -> Iterator[int]:
    """Members on a Dask cluster that sees the same folder; a worker that dies loses nothing but time."""
    try:
        import distributed
    except ImportError:
        raise MissingExtra("--cluster", "cluster") from None
    try:
        client: Any = distributed.Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise InputError(
            "--cluster", found=address, allowed=f"the address of a Dask scheduler ({error})"
        ) from None
    with client:
        futures = client.map(run_member, list(jobs), retries=3, pure=False)
        for future in distributed.as_completed(futures):  # type: ignore[no-untyped-call]
            yield int(future.result())
