"""Whole cases under each policy: what 100 of them lose, and the frontier as a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.picture import Point, Series, draw_frontier
from benchmarks.play import Policy, Result, Setting, draw_setting, play_all
from benchmarks.policies import FixedRule, IdealRule, parley
from benchmarks.report import ROOT, Cell, Report
from benchmarks.world import GENERATORS, WORLDS, Generator

PICTURE = ROOT / "docs" / "pictures" / "frontier.svg"
MEASURES = (
    "is_lost",
    "is_needless_escalation",
    "is_needless_with_time_left",
    "needless_retries",
    "is_escalated",
    "retries",
)
HEAD = (
    "world",
    "policy",
    "cases",
    "lost %",
    "needless esc. %",
    "(not forced) %",
    "needless retries",
    "escalated %",
    "retries",
    "days",
)
# The rules that are named on the picture: (hours, times).
NAMED_RULES = {(24, 2), (72, 1), (120, 1)}
SWEPT_HOURS = (12, 18, 24, 36, 48, 60, 72, 84, 96, 120, 144, 168)
SWEPT_CHANCES = ((0.7, 0.3), (0.5, 0.15), (0.4, 0.1), (0.3, 0.05), (0.2, 0.05), (0.1, 0.02))
IDEAL_CHANCES = (0.3, 0.05)
AIM_LOST, AIM_NEEDLESS, AIM_RETRIES, AIM_DAYS = 0.1, 1.5, 4.0, 1.9


@dataclass(frozen=True, slots=True)
class Size:
    cases: int
    ideal_cases: int
    particles: int


QUICK = Size(cases=2000, ideal_cases=200, particles=1000)
FULL = Size(cases=4000, ideal_cases=1000, particles=2500)


def run(report: Report) -> None:
    size = QUICK if report.is_quick else FULL
    settings = {
        generator: [draw_setting(generator, report.seed, n) for n in range(size.cases)]
        for generator in WORLDS
    }
    policies: dict[str, Policy] = {
        "24 h, twice, then support": FixedRule(24, 2),
        "72 h, once": FixedRule(72, 1),
        "120 h, once": FixedRule(120, 1),
        "Parley": parley,
        "ideal, thresholds": IdealRule(*IDEAL_CHANCES, report.seed, size.particles),
    }
    results = {name: _in_each_world(policy, settings, size) for name, policy in policies.items()}
    _report_policies(report, results)
    if not report.is_quick:
        drawn = {generator: settings[generator] for generator in GENERATORS}
        _draw(report, drawn, results["Parley"], size)


def _in_each_world(
    policy: Policy, settings: Mapping[Generator, Sequence[Setting]], size: Size
) -> dict[Generator, Result]:
    most = size.ideal_cases if isinstance(policy, IdealRule) else size.cases
    return {generator: play_all(policy, played[:most]) for generator, played in settings.items()}


def _report_policies(report: Report, results: Mapping[str, Mapping[Generator, Result]]) -> None:
    rows: list[list[Cell]] = []
    for generator in WORLDS:
        for name, by_world in results.items():
            result = by_world[generator]
            cases = len(result.outcomes)
            of: Mapping[str, Cell] = {"generator": generator, "policy": name, "cases": cases}
            for measure in MEASURES:
                value = result.per_100(measure)
                report.figure("cases", measure, value, of, "of 100 cases")
            report.figure("cases", "days", result.days, of, "days")
            rows.append([generator, name, cases, *map(result.per_100, MEASURES), result.days])
    report.table("Whole cases: of 100 cases", HEAD, rows)
    ours = [results["Parley"][generator] for generator in GENERATORS]
    report.say(
        "Parley in its worst world: "
        f"lost {max(r.per_100('is_lost') for r in ours):.2f} % (aim {AIM_LOST}), "
        f"needless escalations {max(r.per_100('is_needless_escalation') for r in ours):.2f} % "
        f"(aim {AIM_NEEDLESS}), "
        f"needless retries {max(r.per_100('needless_retries') for r in ours):.2f} "
        f"(aim {AIM_RETRIES}), days {max(r.days for r in ours):.2f} (aim {AIM_DAYS})"
    )


def _draw(
    report: Report,
    settings: Mapping[Generator, Sequence[Setting]],
    ours: Mapping[Generator, Result],
    size: Size,
) -> None:
    """The mean of the three worlds; the held-out one is not in the picture."""
    series = []
    for retries, name in (
        (2, "write twice more, then support"),
        (1, "write once more, then support"),
    ):
        points = []
        for hours in SWEPT_HOURS:
            label = f"{hours} h" if (hours, retries) in NAMED_RULES else ""
            points.append(_mean(label, _in_each_world(FixedRule(hours, retries), settings, size)))
        series.append(Series(name, f"fixed-{retries}", points))
    ideal = [
        _mean("", _in_each_world(IdealRule(*chances, report.seed, size.particles), settings, size))
        for chances in SWEPT_CHANCES
    ]
    series.append(Series("ideal forecaster, simple thresholds", "ideal", ideal))
    series.append(Series("Parley", "parley", [_mean("Parley", ours)], is_line=False))
    for each in series:
        for number, point in enumerate(each.points):
            of: Mapping[str, Cell] = {
                "series": each.name,
                "point": point.label or str(number),
                "days": point.days,
                "lost": point.lost,
            }
            report.figure("cases", "frontier", point.needless, of, "of 100 cases")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    aim = Point("", AIM_DAYS, AIM_NEEDLESS, AIM_LOST)
    PICTURE.write_text(draw_frontier(series, aim), encoding="utf-8")
    report.say(f"frontier (mean of the three worlds): {PICTURE.relative_to(ROOT)}")


def _mean(label: str, results: Mapping[Generator, Result]) -> Point:
    worlds = [results[generator] for generator in GENERATORS]
    return Point(
        label,
        sum(world.days for world in worlds) / len(worlds),
        sum(world.per_100("is_needless_escalation") for world in worlds) / len(worlds),
        sum(world.per_100("is_lost") for world in worlds) / len(worlds),
    )
