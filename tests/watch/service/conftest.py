"""A local server, and stores of both kinds: the same tests run on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from watch_bench import LocalServer, Receiver

from mischmetal.watch.database import open_store
from mischmetal.watch.store import Store


@pytest.fixture
def server() -> Iterator[LocalServer]:
    local = LocalServer()
    yield local
    local.close()


@pytest.fixture
def receiver(server: LocalServer) -> Receiver:
    return Receiver(server)


def _program(name: str) -> str:
    places = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        why = f"PostgreSQL's {name} is missing: run `make setup`, or install the package postgresql"
        if os.environ.get("CI"):
            pytest.fail(why, pytrace=False)
        pytest.skip(why)
    return found


@pytest.fixture(scope="session")
def postgres_port() -> Iterator[int]:
    """A PostgreSQL of our own. It refuses to run as root, so root runs it as nobody."""
    initdb, postgres = _program("initdb"), _program("postgres")
    as_root = os.geteuid() == 0
    nobody = pwd.getpwnam("nobody") if as_root else None
    user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if nobody else {}
    folder = Path(tempfile.mkdtemp(prefix="mischmetal-pg-"))
    if nobody:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = subprocess.run(
        [initdb, "-D", str(data), "-U", "watch", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"],
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
        **user,
    )
    if made.returncode:
        pytest.fail(f"initdb failed: {made.stderr.strip().splitlines()[-1]}", pytrace=False)
    options = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=60"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [postgres, "-D", str(data), "-p", str(port), "-k", str(folder), *options],
            cwd=folder,
            stdout=log,
            stderr=log,
            **user,
        )
    try:
        _wait_for(process, port, folder / "log")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder)


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            pytest.fail(f"PostgreSQL did not start: {log.read_text()[-300:]}", pytrace=False)
        try:
            psycopg.connect(f"postgresql://watch@127.0.0.1:{port}/postgres", connect_timeout=1).close()
            return
        except psycopg.OperationalError:
            pass
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
    pytest.fail("PostgreSQL did not start within 30 s", pytrace=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/watch.db"
        return
    port = request.getfixturevalue("postgres_port")
    name = f"watch_{uuid.uuid4().hex}"
    admin = f"postgresql://watch@127.0.0.1:{port}/postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield f"postgresql://watch@127.0.0.1:{port}/{name}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()
