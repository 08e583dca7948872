"""How fast two workers drain the outbox: into nothing, and into an SMTP server on loopback."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from benchmarks.embedded import database, fresh_environment, python
from benchmarks.report import ROOT, Cell, Report

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


@dataclass(frozen=True, slots=True)
class Drained:
    """What the workers did together; `seconds` are those of the slower one."""

    sent: int
    seconds: float
    cpu_seconds: float
    server_seconds: float
    mails: Cell = ""
    sessions: Cell = ""


def run(report: Report) -> None:
    servers = {"embedded": ""}
    if url := os.environ.get("TEST_DATABASE_URL"):
        servers["PostgreSQL"] = url
    rows: list[list[Cell]] = []
    report.say(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, url in servers.items():
        for households, due in QUICK if report.is_quick else FULL:
            for backend in ("null", "SMTP"):
                did = _measure(url, households, due, backend, report)
                of: dict[str, Cell] = {"database": name, "households": households, "to": backend}
                a_second = did.sent / did.seconds
                cpu, served = (
                    seconds / did.sent * 1000 for seconds in (did.cpu_seconds, did.server_seconds)
                )
                report.figure("outbox", "a second", a_second, of, "notifications/s")
                report.figure("outbox", "CPU of a notification", cpu, of, "ms")
                report.figure("outbox", "CPU of the database's server", served, of, "ms")
                row: list[Cell] = [name, backend, households, did.sent, did.mails, did.sessions]
                rows.append([*row, did.seconds, a_second, cpu, served])
    report.table(
        f"Outbox, {WORKERS} workers",
        (
            *("database", "to", "households", "sent", "mails", "sessions", "s"),
            *("notifications/s", "CPU ms each", "of the server"),
        ),
        rows,
    )


def _measure(url: str, households: int, due: int, backend: str, report: Report) -> Drained:
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder, database(url) as address:
        environment = fresh_environment(Path(folder), address)
        python(["manage.py", "migrate", "--verbosity=0"], environment)
        seed = [f"--households={households}", f"--cases={due}", f"--due={due}"]
        python(["manage.py", "seed", *seed, f"--seed={report.seed}", "--json"], environment)
        python(["-m", "benchmarks.counted_sweep"], environment)
        if backend == "null":
            return _drain("null", environment)
        with _server() as (taker, port):
            drained = _drain(str(port), environment)
        return replace(drained, mails=taker.taken, sessions=taker.sessions)


def _drain(target: str, environment: dict[str, str]) -> Drained:
    """Both workers at once, from the moment when both are ready."""
    command = [sys.executable, "-m", "benchmarks.counted_delivery", target]
    workers = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(WORKERS)
    ]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(lambda worker: worker.communicate("go\n")[0], workers))
    figures = [json.loads(answer) for answer in answers]
    return Drained(
        sent=sum(f["sent"] for f in figures),
        seconds=max(f["seconds"] for f in figures),
        cpu_seconds=sum(f["cpu_seconds"] for f in figures),
        server_seconds=sum(f["server_seconds"] for f in figures),
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
