"""`python -m benchmarks [forecast cases speed sweep outbox pages] [--seed S] [--quick]`."""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks import cases, outbox, pages, scoring, speed, sweep
from benchmarks.report import LINES, Report

PARTS: dict[str, Callable[[Report], None]] = {
    "forecast": scoring.run,
    "cases": cases.run,
    "speed": speed.run,
    "sweep": sweep.run,
    "outbox": outbox.run,
    "pages": pages.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="small worlds, for tuning")
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part is named {', '.join(unknown)}; there are {', '.join(PARTS)}")
    report = Report(options.seed, options.quick, datetime.now(UTC))
    report.say(f"seed {options.seed}{', quick' if options.quick else ''}")
    for part in options.parts or PARTS:
        started = time.perf_counter()
        PARTS[part](report)
        report.say(f"[{part}: {time.perf_counter() - started:.1f} s]")
    report.save()
    report.say(f"\n{len(report.figures)} figures added to {LINES.name}")


if __name__ == "__main__":
    main()
