"""The store's tables, from one version to the next, by Alembic; `upgrade.py` runs them.

To change a table: change it in `tables.py`, and add a file to `versions/` whose `down_revision`
is the last one's `revision`. A test compares where the steps lead to with `tables.py`.
"""
