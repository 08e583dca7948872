"""Turns of the workers that drain the outbox at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper as Embedded

# Any number that nothing else in the database locks.
CLAIMS = 5_203_114


def wait_to_claim() -> None:
    """Within a transaction, which others that claim wait for: each takes whole members, and finds
    what those before it have left. An embedded database has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMS])


@contextmanager
def turn_to_write() -> Iterator[None]:
    """Several workers drain the outbox at once, each with a short write for every mail.

    SQLite has who comes second sleep for a millisecond and more, ten times what the first one takes;
    a file's lock wakes them when it is their turn. Nothing rests on it but time: who writes without
    it waits as SQLite has it. A server has many writers, and needs none. A turn within a turn would wait
    for itself."""
    lock = _lock_file()
    if lock is None:
        yield
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _lock_file() -> int | None:
    """Beside the database's file; None where there is none, or it cannot be opened by this user."""
    database = connections[DEFAULT_DB_ALIAS]
    if not isinstance(database, Embedded) or database.is_in_memory_db():
        return None
    try:
        return os.open(f"{database.settings_dict['NAME']}-turn", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
