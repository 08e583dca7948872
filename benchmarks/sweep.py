"""What a sweep costs: seconds and statements by what is due and by what exists."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.embedded import database, fresh_environment, python
from benchmarks.report import Cell, Report

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
    with database(server) as url:
        environment = fresh_environment(folder, url)
        python(["manage.py", "migrate", "--verbosity=0"], environment)
        seeded = python(
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
        swept = python(["-m", "benchmarks.counted_sweep"], environment)
    if swept["fired"] != due:
        raise RuntimeError(f"{due} steps were due and {swept['fired']} fired")
    return Measured(seeded["seconds"], swept["seconds"], swept["statements"], swept["fired"])
