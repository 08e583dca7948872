"""An instance of its own for one measurement, with nothing of the caller's."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.report import ROOT

INSTANCE_VARIABLES = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "INBOUND_EMAIL_URL", "SENTRY_DSN")


def fresh_environment(data_dir: Path, database_url: str = "") -> dict[str, str]:
    """The environment of a process that keeps everything in `data_dir`, or in that database."""
    blank = dict.fromkeys(INSTANCE_VARIABLES, "")
    own = {"DATA_DIR": str(data_dir), "DATABASE_URL": database_url}
    if database_url:
        # Servers are a production set-up, which refuses to start without these.
        own |= {"SECRET_KEY": secrets.token_urlsafe(50), "BASE_URL": "http://127.0.0.1:8000"}
    return {**os.environ, **blank, **own}


@contextmanager
def database(server: str) -> Iterator[str]:
    """A database of its own on that server, dropped afterwards; "" stays the embedded one."""
    if not server:
        yield ""
        return
    import psycopg

    name = f"parley_bench_{os.getpid()}"
    base, _, rest = server.rpartition("/")
    _, mark, options = rest.partition("?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{base}/{name}{mark}{options}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def python(arguments: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """What a Python process of its own answered, as JSON; {} if it said nothing."""
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: exit {ended.returncode}: {ended.stderr[-800:]}")
    answer: dict[str, Any] = json.loads(ended.stdout) if ended.stdout.strip() else {}
    return answer
