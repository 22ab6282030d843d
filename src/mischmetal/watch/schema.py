"""The store's tables. Times are seconds since 1970, UTC; texts hold JSON where the name ends in `_json`.

A change here goes with a migration in `migrations/versions`; a test compares the two.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

source = sa.Table(
    "source",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("cursor_json", sa.Text, nullable=False, server_default="{}"),
    sa.Column("next_look", sa.Double, nullable=False, server_default="0"),
    sa.Column("last_look", sa.Double),
    sa.Column("last_success", sa.Double),
    sa.Column("last_new", sa.Double),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failing_since", sa.Double),
    sa.Column("told", sa.Boolean, nullable=False, server_default=sa.false()),  # its failure has been told
    sa.Column("last_error", sa.Text, nullable=False, server_default=""),
    sa.Column("lease_owner", sa.Text),
    sa.Column("lease_until", sa.Double, nullable=False, server_default="0"),
)

document = sa.Table(
    "document",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("previous", sa.Text, sa.ForeignKey("document.id")),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("company", sa.Text, nullable=False),
    sa.Column("published", sa.Text, nullable=False),
    sa.Column("fetched", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("text_digest", sa.Text, nullable=False),
    sa.Column("refused", sa.Text, nullable=False),
    sa.Column("stored", sa.Double, nullable=False),
    sa.UniqueConstraint("source", "item", "version"),
)

finding = sa.Table(
    "finding",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("document", sa.Text, sa.ForeignKey("document.id"), nullable=False, index=True),
    sa.Column("cls", sa.Text, nullable=False),
    sa.Column("score", sa.Double),
    sa.Column("likeness", sa.Text, nullable=False),  # the same in two versions: nothing new to tell
    sa.Column("stored", sa.Double, nullable=False, index=True),
    sa.Column("finding_json", sa.Text, nullable=False),
)

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("finding", sa.Text, sa.ForeignKey("finding.id")),
    # waiting, held (for a digest), folded (into one), sending, sent, dead
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("payload_json", sa.Text, nullable=False),
    sa.Column("stored", sa.Double, nullable=False),
    sa.Column("not_before", sa.Double, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column(
        "spent", sa.Integer, nullable=False, server_default="0"
    ),  # attempts before it was last given up
    sa.Column("folded_into", sa.Text),
    sa.Column("sent", sa.Double),
    sa.Column("last_error", sa.Text, nullable=False, server_default=""),
    sa.Column("lease_owner", sa.Text),
    sa.Column("lease_until", sa.Double, nullable=False, server_default="0"),
    sa.Index("ix_alert_state_not_before", "state", "not_before"),
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("alert", sa.Text, sa.ForeignKey("alert.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("started", sa.Double, nullable=False),
    sa.Column("ended", sa.Double),
    # sent, refused, unreached, unknown; NULL while it runs, and for ever if the watcher died in it
    sa.Column("outcome", sa.Text),
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
)
