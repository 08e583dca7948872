"""Turns of the workers that drain the outbox at once."""

from django.db import connection

# Any number that nothing else in the database locks.
CLAIMS = 5_203_114


def wait_to_claim() -> None:
    """Within a transaction, which others that claim wait for: each takes whole members, and finds
    what those before it have left. An embedded database has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMS])
