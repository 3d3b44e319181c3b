"""What Alembic runs: within a transaction of ours, so that a store is upgraded wholly or not."""

from alembic import context

from alert_broker.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
)
context.run_migrations()
