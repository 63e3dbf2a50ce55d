"""Alembic's entry: runs the revisions on the connection, and in the transaction, that `db.migrating` opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
