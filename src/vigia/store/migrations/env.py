"""Run by Alembic: migrations on the connection that `migrate` hands over, in its transaction."""

from alembic import context

from vigia.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
