"""How fast two workers drain the outbox: into nothing, and into an SMTP server on loopback."""

import os
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from benchmarks.embedded import database, fresh_environment, python
from benchmarks.report import Cell, Report

WORKERS = 2
# (households, due): three a household go as single mails; a hundred a household go in digests.
FULL = ((2_000, 6_000), (60, 6_000))
QUICK = ((300, 900),)


class _Taker:
    def __init__(self) -> None:
        self.taken = 0
        self.sessions = 0

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, *_: Any) -> str:
        self.taken += 1
        return "250 taken"


def run(report: Report) -> None:
    servers = {"embedded": ""}
    if url := os.environ.get("TEST_DATABASE_URL"):
        servers["PostgreSQL"] = url
    rows: list[list[Cell]] = []
    for name, url in servers.items():
        for households, due in QUICK if report.is_quick else FULL:
            for backend in ("null", "SMTP"):
                sent, seconds, cpu, mails, sessions = _measure(
                    url, households, due, backend, report
                )
                of: dict[str, Cell] = {"database": name, "households": households, "to": backend}
                report.figure("outbox", "a second", sent / seconds, of, "notifications/s")
                report.figure("outbox", "CPU of a notification", cpu / sent * 1000, of, "ms")
                row: list[Cell] = [name, backend, households, sent, mails, sessions]
                rows.append([*row, seconds, sent / seconds, cpu / sent * 1000])
    report.table(
        f"Outbox, {WORKERS} workers",
        (
            *("database", "to", "households", "sent", "mails", "sessions", "s"),
            *("notifications/s", "CPU ms each"),
        ),
        rows,
    )


def _measure(
    url: str, households: int, due: int, backend: str, report: Report
) -> tuple[int, float, float, Cell, Cell]:
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder, database(url) as address:
        environment = fresh_environment(Path(folder), address)
        python(["manage.py", "migrate", "--verbosity=0"], environment)
        seed = [f"--households={households}", f"--cases={due}", f"--due={due}"]
        python(["manage.py", "seed", *seed, f"--seed={report.seed}", "--json"], environment)
        python(["-m", "benchmarks.counted_sweep"], environment)
        if backend == "null":
            return *_drain("null", environment), "", ""
        with _server() as (taker, port):
            drained = _drain(str(port), environment)
        return *drained, taker.taken, taker.sessions


def _drain(target: str, environment: dict[str, str]) -> tuple[int, float, float]:
    """Both workers at once; what they sent together, in the seconds of the slower one, and the CPU
    seconds of both."""
    command = ["-m", "benchmarks.counted_delivery", target]
    with ThreadPoolExecutor(WORKERS) as pool:
        figures = list(pool.map(lambda _: python(command, environment), range(WORKERS)))
    return (
        sum(f["sent"] for f in figures),
        max(f["seconds"] for f in figures),
        sum(f["cpu_seconds"] for f in figures),
    )


@contextmanager
def _server() -> Iterator[tuple[_Taker, int]]:
    taker = _Taker()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(taker, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield taker, port
    finally:
        controller.stop(no_assert=True)
