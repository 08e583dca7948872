"""What a sweep costs: seconds and statements by what is due and by what exists."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.embedded import fresh_environment
from benchmarks.report import ROOT, Cell, Report

HOUSEHOLDS = 100
# (cases, due): the cost is to follow the second, not the first.
FULL = ((10_000, 1_000), (100_000, 1_000), (100_000, 10_000))
QUICK = ((5_000, 1_000),)


@dataclass(frozen=True, slots=True)
class Measured:
    seed_seconds: float
    sweep_seconds: float
    statements: int
    fired: int


def run(report: Report) -> None:
    servers = {"embedded": ""}
    if url := os.environ.get("TEST_DATABASE_URL"):
        servers["PostgreSQL"] = url
    else:
        report.say("sweep: TEST_DATABASE_URL is not set, so the embedded database alone")
    rows: list[list[Cell]] = []
    for name, url in servers.items():
        for cases, due in QUICK if report.is_quick else FULL:
            with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
                measured = _measure(Path(folder), url, cases, due, report.seed)
            of: dict[str, Cell] = {"database": name, "cases": cases, "due": due}
            report.figure("sweep", "seed", measured.seed_seconds, of, "seconds")
            report.figure("sweep", "sweep", measured.sweep_seconds, of, "seconds")
            report.figure("sweep", "statements", measured.statements, of, "statements")
            rows.append(
                [
                    name,
                    cases,
                    due,
                    measured.fired,
                    measured.seed_seconds,
                    measured.sweep_seconds,
                    round(measured.sweep_seconds / due * 1e6, 1),
                    measured.statements,
                ]
            )
    report.table(
        "Sweep",
        ("database", "cases", "due", "fired", "seed s", "sweep s", "µs a due step", "statements"),
        rows,
    )


def _measure(folder: Path, server: str, cases: int, due: int, seed: int) -> Measured:
    with _database(server) as url:
        environment = fresh_environment(folder, url)
        _python(["manage.py", "migrate", "--verbosity=0"], environment)
        seeded = _python(
            [
                "manage.py",
                "seed",
                f"--households={HOUSEHOLDS}",
                f"--cases={cases}",
                f"--due={due}",
                f"--seed={seed}",
                "--json",
            ],
            environment,
        )
        swept = _python(["-m", "benchmarks.counted_sweep"], environment)
    if swept["fired"] != due:
        raise RuntimeError(f"{due} steps were due and {swept['fired']} fired")
    return Measured(seeded["seconds"], swept["seconds"], swept["statements"], swept["fired"])


@contextmanager
def _database(server: str) -> Iterator[str]:
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


def _python(arguments: list[str], environment: dict[str, str]) -> dict[str, Any]:
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
