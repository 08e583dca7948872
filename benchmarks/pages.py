"""How fast the pages are for a large household: median of the server's time, and queries."""

import os
import tempfile
from pathlib import Path

from benchmarks.embedded import database, fresh_environment, python
from benchmarks.report import Cell, Report

ORDERS, CASES, DUE, ROUNDS = 2_000, 500, 100, 21
AIM_MILLISECONDS = 50
COLUMNS = ("median", "processor", "slowest", "queries", "kilobytes")


def run(report: Report) -> None:
    servers = {"embedded": ""}
    if url := os.environ.get("TEST_DATABASE_URL"):
        servers["PostgreSQL"] = url
    rounds = 5 if report.is_quick else ROUNDS
    for name, url in servers.items():
        with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
            pages = _measure(Path(folder), url, report.seed, rounds)
        rows: list[list[Cell]] = []
        for page, timed in pages.items():
            of: dict[str, Cell] = {
                "database": name,
                "page": page,
                "orders": ORDERS,
                "cases": CASES,
                "queries": timed["queries"],
                "kilobytes": timed["kilobytes"],
                "slowest": timed["slowest"],
                "processor": timed["processor"],
            }
            report.figure("pages", "render", timed["median"], of, "milliseconds")
            rows.append([page, *(timed[key] for key in COLUMNS)])
        report.table(
            f"Pages of a household with {ORDERS} orders and {CASES} cases, {name} database:"
            f" milliseconds of the server (median of {rounds}; aim: under {AIM_MILLISECONDS})",
            ("page", *COLUMNS),
            rows,
        )


def _measure(folder: Path, server: str, seed: int, rounds: int) -> dict[str, dict[str, float]]:
    with database(server) as url:
        environment = fresh_environment(folder, url)
        python(["manage.py", "migrate", "--verbosity=0"], environment)
        sizes = [f"{size}" for size in (ORDERS, CASES, DUE, seed, rounds)]
        return python(["-m", "benchmarks.timed_pages", *sizes], environment)
