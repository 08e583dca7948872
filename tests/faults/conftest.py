"""An instance of the set-up that the suite is run on: the embedded one, or a database on the servers."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults.instance import Instance
from tests.smtp_server import Mailbox, free_port

DATABASE = "parley.sqlite3"


@pytest.fixture
def instance(tmp_path: Path, mailbox: Mailbox, migrated: str) -> Iterator[Instance]:
    with set_up(tmp_path, migrated) as servers:
        made = Instance(tmp_path, smtp_port=mailbox.port, servers=servers)
        yield made
        made.end()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with every table and no row, which those of the tests are copies of: for SQLite its
    file, for PostgreSQL its address."""
    folder = tmp_path_factory.mktemp("migrated")
    with set_up(folder) as servers:
        made = Instance(folder, smtp_port=free_port(), servers=servers)
        made.manage("migrate", "-v0")
        made.manage("createcachetable")
        yield servers.get("DATABASE_URL") or str(folder / DATABASE)


@contextmanager
def set_up(folder: Path, copied: str = "") -> Iterator[dict[str, str]]:
    """The environment of an instance in this folder, its database empty or a copy."""
    given = os.environ.get("TEST_DATABASE_URL")
    if not given:
        if copied:
            shutil.copy(copied, folder / DATABASE)
        yield {}
        return
    base, _, _name = given.rpartition("/")
    name, template = f"parley_{uuid.uuid4().hex[:12]}", copied.rpartition("/")[2] or "template1"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield {"DATABASE_URL": f"{base}/{name}", "REDIS_URL": os.environ["TEST_REDIS_URL"]}
    finally:
        with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
