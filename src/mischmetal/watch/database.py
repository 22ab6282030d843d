"""Opening the store: the engine of each kind of database, and the steps to its newest form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mischmetal.errors import MischmetalError
from mischmetal.watch.store import Store

_MIGRATION_LOCK = 0x6D697363  # any fixed number, the same in every watcher


class StoreError(MischmetalError):
    """The store cannot be used; the text says what to do."""

    exit_code = 4


def open_store(url: str) -> Store:
    """The store at `url`, brought to the newest form. Raises StoreError."""
    shown = "the store"
    try:
        shown = sa.make_url(url).render_as_string(hide_password=True)
        engine = _engine(url)
    except (sa.exc.ArgumentError, OSError) as error:
        raise StoreError(f"{shown}: {error}") from None
    except ModuleNotFoundError as error:
        raise StoreError(f"the store needs {error.name}: pip install 'mischmetal[postgres]'") from None
    try:
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            migrate(connection)
    except BaseException as error:
        engine.dispose()
        if isinstance(error, sa.exc.SQLAlchemyError):
            cause = getattr(error, "orig", None) or error
            raise StoreError(f"{shown}: {str(cause).strip().splitlines()[0]}") from None
        raise
    return Store(engine)


def migrate(connection: sa.Connection, target: str = "head") -> None:
    """Run the steps up to `target` inside the caller's transaction; one watcher at a time."""
    import alembic.command
    import alembic.config
    import alembic.util

    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        alembic.command.upgrade(config, target)
    except alembic.util.CommandError as error:
        raise StoreError(f"the store was written by a newer version of mischmetal: {error}") from None


def _engine(url: str) -> sa.Engine:
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(address, connect_args={"timeout": 15.0, "check_same_thread": False})
        sa.event.listen(engine, "connect", _sqlite_connected)
        sa.event.listen(engine, "begin", _sqlite_begins)
        return engine
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return sa.create_engine(address, pool_pre_ping=True)


def _sqlite_connected(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begins(connection: sa.Connection) -> None:
    # A writer takes its lock at once: one that starts as a reader can find it cannot become a writer.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
