"""Statements that come with every mail, which a server plans once for a connection."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper as Server
from psycopg import Cursor

Param = datetime | int | str | None


def execute_prepared(sql: str, params: Sequence[Param]) -> int:
    """Execute a statement that writes; how many rows it touched.

    Prepared when it has come oftener than `prepare_threshold` of the database's options says."""
    database = connections[DEFAULT_DB_ALIAS]
    if isinstance(database, Server):
        database.ensure_connection()
        # Django's own cursors send each statement with its values written into it.
        with database.wrap_database_errors, Cursor(database.connection) as cursor:
            return cursor.execute(sql, params).rowcount
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)
