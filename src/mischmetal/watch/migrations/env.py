"""Alembic's entry: runs the steps on the connection that `database.open_store` hands over."""

from __future__ import annotations

from alembic import context

from mischmetal.watch.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
