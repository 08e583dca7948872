"""How fast judgement is: one forecast, one plan, and the two commands line by line."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.embedded import fresh_environment
from benchmarks.play import Message, Setting, draw_setting
from benchmarks.policies import ISSUE, MARKETPLACE, parley
from benchmarks.report import ROOT, Cell, Report
from benchmarks.scoring import expected_reply
from benchmarks.world import DAY, HOUR, Seller, draw_channel, draw_seller
from sellers.forecast import SellerFacts

OBSERVATIONS = 20
AIM_FORECAST_MICROSECONDS = 100
SELLERS, ROUNDS = 100, 40
LINES = 10_000
# So many different sellers stand in the commands' lines, with 0 to 20 earlier messages.
LINE_SELLERS = 1_000


def run(report: Report) -> None:
    rounds = ROUNDS // 4 if report.is_quick else ROUNDS
    rng = Random(f"speed/{report.seed}")
    sellers = [draw_seller(rng, "lognormal", OBSERVATIONS) for _ in range(SELLERS)]
    settings = [draw_setting("lognormal", report.seed, number) for number in range(SELLERS)]
    calls: dict[str, list[Callable[[], object]]] = {
        "forecast, 20 observations": [_forecast_of(seller) for seller in sellers],
        "forecast with reasons and three chances": [_page_of(seller) for seller in sellers],
        "plan of a first message": [_plan_of(setting, 1) for setting in settings],
        "plan of a second message": [_plan_of(setting, 2) for setting in settings],
    }
    rows: list[list[Cell]] = []
    for name, once in calls.items():
        median, best, worst = _microseconds(once, rounds)
        rows.append([name, round(median, 1), round(best, 1), round(worst, 1)])
        of = {"best_round": best, "worst_round": worst, "rounds": rounds, "sellers": len(once)}
        report.figure("speed", name, median, of, "microseconds")
    report.table(
        f"Judgement, warm: microseconds (median of {rounds} rounds' medians of {SELLERS} sellers;"
        f" aim for a forecast: {AIM_FORECAST_MICROSECONDS})",
        ("call", "median", "best round", "worst round"),
        rows,
    )
    _report_commands(report, LINES // 5 if report.is_quick else LINES)


def _forecast_of(seller: Seller) -> Callable[[], object]:
    return lambda: expected_reply(seller, "message_center", None)


def _page_of(seller: Seller) -> Callable[[], object]:
    def read() -> object:
        expected = expected_reply(seller, "message_center", seller.anchor + DAY)
        return expected.why, [expected.probability_by(hours) for hours in (24, 72, 120)]

    return read


def _plan_of(setting: Setting, count: int) -> Callable[[], object]:
    opened_at = setting.opened_at
    messages = [Message(setting.channel, opened_at + n * 2 * DAY) for n in range(count)]
    return lambda: parley(setting, messages, messages[-1].sent_at)


def _microseconds(calls: Sequence[Callable[[], object]], rounds: int) -> tuple[float, float, float]:
    """Median, best and worst of the rounds' medians, after one round to warm up."""
    medians = []
    for _ in range(rounds + 1):
        taken = []
        for call in calls:
            started = time.perf_counter_ns()
            call()
            taken.append(time.perf_counter_ns() - started)
        medians.append(statistics.median(taken) / 1000)
    warm = medians[1:]
    return statistics.median(warm), min(warm), max(warm)


def _report_commands(report: Report, count: int) -> None:
    rng = Random(f"lines/{report.seed}")
    sellers = [
        draw_seller(rng, "lognormal", rng.randrange(OBSERVATIONS + 1)) for _ in range(LINE_SELLERS)
    ]
    rows: list[list[Cell]] = []
    for command, write in (("forecast", _forecast_line), ("plan", _plan_line)):
        lines = [json.dumps(write(rng, number, sellers)) for number in range(count)]
        seconds = _seconds_of(command, lines)
        rows.append([command, count, seconds, round(count / seconds)])
        of: dict[str, Cell] = {"command": command, "lines": count, "seconds": seconds}
        report.figure("speed", "command", count / seconds, of, "lines a second")
    report.table(
        "Commands, the process's start included", ("command", "lines", "s", "lines/s"), rows
    )


def _seconds_of(command: str, lines: Sequence[str]) -> float:
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        path = Path(folder) / "lines.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with path.open(encoding="utf-8") as given:
            started = time.perf_counter()
            ended = subprocess.run(
                [sys.executable, "manage.py", command],
                cwd=ROOT,
                env=fresh_environment(Path(folder)),
                stdin=given,
                capture_output=True,
                text=True,
                check=False,
            )
            seconds = time.perf_counter() - started
    answered = ended.stdout.count("\n")
    if ended.returncode or answered != len(lines):
        raise RuntimeError(
            f"{command}: exit {ended.returncode}, {answered} of {len(lines)} lines answered: "
            f"{ended.stderr[:500]}"
        )
    return seconds


def _forecast_line(rng: Random, number: int, sellers: Sequence[Seller]) -> dict[str, Any]:
    seller = sellers[number % len(sellers)]
    sent_at = seller.anchor + rng.uniform(0, 24) * HOUR
    line = {
        "id": number,
        "sent_at": _said(sent_at),
        "channel": draw_channel(rng),
        "buyer_time_zone": seller.buyer_zone.key,
        "seller": _seller(seller.facts),
        "history": _history(seller),
    }
    if number % 2:
        line["now"] = _said(sent_at + rng.uniform(0, 72) * HOUR)
    return line


def _plan_line(rng: Random, number: int, sellers: Sequence[Seller]) -> dict[str, Any]:
    seller = sellers[number % len(sellers)]
    opened_at = seller.anchor
    attempts = [
        {"channel": draw_channel(rng), "sent_at": _said(opened_at + n * 2 * DAY)}
        for n in range(1 + number % 2)
    ]
    return {
        "id": number,
        "now": _said(opened_at + 2 * DAY + rng.uniform(0, 48) * HOUR),
        "marketplace": MARKETPLACE,
        "case": {
            "issue": ISSUE,
            "stage": "awaiting_seller",
            "opened_at": _said(opened_at),
            "order": {
                "placed_at": _said(opened_at - 25 * DAY),
                "shipped_at": _said(opened_at - 22 * DAY),
                "delivered_at": _said(opened_at - DAY),
                "protection_ends_at": _said(opened_at + rng.uniform(6, 60) * DAY),
            },
        },
        "seller": _seller(seller.facts),
        "buyer_time_zone": seller.buyer_zone.key,
        "attempts": attempts,
        "history": _history(seller),
    }


def _said(moment: datetime) -> str:
    return moment.isoformat()


def _seller(facts: SellerFacts) -> dict[str, Any]:
    written: dict[str, Any] = {
        "time_zone": facts.time_zone.key,
        "country": facts.country,
        "inquiry_volume": facts.inquiry_volume,
    }
    if facts.response_rate is not None:
        written["response_rate"] = facts.response_rate
    if facts.shares_language is not None:
        written["shares_language"] = facts.shares_language
    if facts.business_hours is not None:
        written["business_hours"] = {
            day: [f"{time_of_day:%H:%M}" for time_of_day in hours]
            for day, hours in facts.business_hours.items()
            if hours is not None
        }
    return written


def _history(seller: Seller) -> list[dict[str, Any]]:
    return [
        {
            "channel": seen.channel,
            "sent_at": _said(seen.sent_at),
            "replied_at": None if seen.replied_at is None else _said(seen.replied_at),
            "observed_until": _said(seen.observed_until),
        }
        for seen in seller.history
    ]
