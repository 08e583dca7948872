"""How good the forecast is: Brier scores against climatology, a spreadsheet and the ideal.

The world's true chances are known, so each squared error is taken in expectation over what could
happen, (forecast - chance)² + chance (1 - chance): the same score as of endless answers, without
their noise.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from benchmarks.ideal import believe
from benchmarks.report import Report
from benchmarks.world import (
    GENERATORS,
    HELD_OUT,
    HOUR,
    WORLDS,
    Generator,
    Seller,
    draw_channel,
    draw_seller,
)
from sellers.forecast import Forecast, forecast
from sellers.history import Observation
from sellers.profiles import get_profile

COUNTS = (0, 1, 2, 3, 5, 8, 12, 20)
HORIZONS = (24, 72, 120)
WAITS = (0, 24, 48)
FORECASTERS = ("climatology", "spreadsheet", "parley", "ideal")
AIM_SKILL, AIM_P80 = 0.85, (0.78, 0.82)
# How many messages of the average the spreadsheet's shrinking is worth: the best on training.
SHRINK_BY = (1, 2, 3, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class Size:
    sellers: int  # for each number of earlier messages
    training: int
    particles: int


QUICK = Size(sellers=150, training=500, particles=2500)
FULL = Size(sellers=400, training=1500, particles=6000)


@dataclass(frozen=True, slots=True)
class Climate:
    """What a training draw of the world says: base rates, and the best weight of the average."""

    rates: Mapping[int, float]
    shrink_by: int

    def past_share(self, history: Sequence[Observation], hours: int) -> float:
        """A careful spreadsheet: the past share by that horizon, shrunk to the average."""
        known = [seen for seen in history if _is_known(seen, hours)]
        answered = sum(_answered_by(seen, hours) for seen in known)
        return (answered + self.shrink_by * self.rates[hours]) / (len(known) + self.shrink_by)


def _is_known(seen: Observation, hours: int) -> bool:
    return seen.replied_at is not None or seen.observed_until >= seen.sent_at + hours * HOUR


def _answered_by(seen: Observation, hours: int) -> bool:
    return seen.replied_at is not None and seen.replied_at <= seen.sent_at + hours * HOUR


def learn_climate(generator: Generator, seed: int, size: Size) -> Climate:
    rng = Random(f"training/{seed}/{generator}")
    draws = []
    for _ in range(size.training):
        seller = draw_seller(rng, generator, rng.choice(COUNTS))
        channel = draw_channel(rng)
        draws.append((seller, {h: _truth(seller, channel, h) for h in _all_hours()}))
    rates = {h: sum(t[h] for _, t in draws) / len(draws) for h in _all_hours()}

    def error(shrink_by: int) -> float:
        climate = Climate(rates, shrink_by)
        return sum(
            (climate.past_share(seller.history, h) - truth[h]) ** 2
            for seller, truth in draws
            for h in HORIZONS
        )

    return Climate(rates, min(SHRINK_BY, key=error))


def _all_hours() -> list[int]:
    return sorted({*HORIZONS, *(wait for wait in WAITS if wait)})


def _truth(seller: Seller, channel: str, hours: int) -> float:
    return seller.chance_by(seller.anchor, channel, seller.anchor + hours * HOUR)


@dataclass(slots=True)
class Tally:
    """Sums over the messages of one world."""

    # By (waited, earlier messages, forecaster): the weighted score and its weight.
    scores: dict[tuple[int, int, str], list[float]] = field(default_factory=dict)
    # By decile of Parley's forecast: weight, forecast and chance.
    deciles: dict[int, list[float]] = field(default_factory=dict)
    covered: dict[int, list[float]] = field(default_factory=dict)

    def score(
        self, key: tuple[int, int, str], predicted: float, chance: float, weight: float
    ) -> None:
        total = self.scores.setdefault(key, [0.0, 0.0])
        total[0] += weight * ((predicted - chance) ** 2 + chance * (1 - chance))
        total[1] += weight

    def decile(self, predicted: float, chance: float) -> None:
        total = self.deciles.setdefault(min(int(predicted * 10), 9), [0.0, 0.0, 0.0])
        for place, value in enumerate((1.0, predicted, chance)):
            total[place] += value

    def brier(self, waited: int, forecaster: str, counts: Sequence[int] = COUNTS) -> float:
        sums = [self.scores[waited, count, forecaster] for count in counts]
        return sum(s for s, _ in sums) / sum(w for _, w in sums)

    def skill(self, waited: int, forecaster: str, counts: Sequence[int] = COUNTS) -> float:
        """The part of the way from climatology to the ideal."""
        start, end = (self.brier(waited, name, counts) for name in ("climatology", "ideal"))
        return (start - self.brier(waited, forecaster, counts)) / (start - end)

    def coverage(self, counts: Sequence[int] = COUNTS) -> float:
        sums = [self.covered[count] for count in counts]
        return sum(s for s, _ in sums) / sum(w for _, w in sums)


def measure(generator: Generator, seed: int, size: Size) -> Tally:
    climate = learn_climate(generator, seed, size)
    tally = Tally()
    for count in COUNTS:
        for number in range(size.sellers):
            rng = Random(f"test/{seed}/{generator}/{count}/{number}")
            seller = draw_seller(rng, generator, count)
            _score_message(tally, seller, draw_channel(rng), climate, seed, size)
    return tally


def _score_message(
    tally: Tally, seller: Seller, channel: str, climate: Climate, seed: int, size: Size
) -> None:
    count = len(seller.history)
    posterior = believe(seller, size=size.particles, seed=seed)
    truth = {h: _truth(seller, channel, h) for h in _all_hours()}
    chances = {
        "climatology": climate.rates,
        "spreadsheet": {h: climate.past_share(seller.history, h) for h in _all_hours()},
        "ideal": {
            h: posterior.chance_by(seller.anchor, channel, seller.anchor + h * HOUR)
            for h in _all_hours()
        },
    }
    for waited in WAITS:
        silent = 1 - truth.get(waited, 0.0)
        for hours, predicted in _parley(seller, channel, waited):
            chance = _given_silence(truth, hours, waited)
            tally.score((waited, count, "parley"), predicted, chance, silent)
            for name, table in chances.items():
                given = _given_silence(table, hours, waited)
                tally.score((waited, count, name), given, chance, silent)
            if not waited:
                tally.decile(predicted, chance)
    p80 = expected_reply(seller, channel, None).p80
    total = tally.covered.setdefault(count, [0.0, 0.0])
    total[0] += seller.traits.share * seller.come_by(seller.anchor, channel, p80)
    total[1] += seller.traits.share


def _given_silence(chances: Mapping[int, float], hours: int, waited: int) -> float:
    """The chance by `hours`, given that no answer has come within `waited` hours."""
    come = min(chances.get(waited, 0.0), 0.9999)
    return max(chances[hours] - come, 0.0) / (1 - come)


def _parley(seller: Seller, channel: str, waited: int) -> Iterator[tuple[int, float]]:
    now = seller.anchor + waited * HOUR if waited else None
    expected = expected_reply(seller, channel, now)
    for hours in HORIZONS:
        if hours > waited:
            yield hours, expected.probability_by(hours)


def expected_reply(seller: Seller, channel: str, now: datetime | None) -> Forecast:
    return forecast(
        sent_at=seller.anchor,
        channel=channel,
        seller=seller.facts,
        buyer_time_zone=seller.buyer_zone,
        profile=get_profile("aliexpress"),
        history=seller.history,
        now=now,
    )


def run(report: Report) -> None:
    size = QUICK if report.is_quick else FULL
    tallies = {generator: measure(generator, report.seed, size) for generator in WORLDS}
    _report_skill(report, tallies)
    _report_counts(report, tallies)
    _report_reliability(report, tallies)


def _report_skill(report: Report, tallies: Mapping[Generator, Tally]) -> None:
    rows: list[list[str | float]] = []
    for generator, tally in tallies.items():
        for waited in WAITS:
            for name in FORECASTERS:
                brier, skill = tally.brier(waited, name), tally.skill(waited, name)
                of = {"generator": generator, "waited_hours": waited, "forecaster": name}
                report.figure("forecast", "brier", brier, of)
                report.figure("forecast", "skill", skill, of)
            rows.append(
                [
                    generator,
                    f"{waited} h",
                    *(tally.brier(waited, name) for name in FORECASTERS),
                    tally.skill(waited, "spreadsheet"),
                    tally.skill(waited, "parley"),
                ]
            )
        report.figure("forecast", "p80_coverage", tally.coverage(), {"generator": generator})
    report.table(
        "Forecast: Brier score (mean of 24, 72, 120 h), and skill from climatology (0) to ideal (1)",
        ("world", "waited", *FORECASTERS, "skill: spreadsheet", "parley"),
        rows,
    )
    worst = min(tallies[generator].skill(0, "parley") for generator in GENERATORS)
    report.figure("forecast", "skill_worst", worst, {"forecaster": "parley", "aim": AIM_SKILL})
    report.say(
        f"worst world's skill of Parley: {worst:.3f} (aim: at least {AIM_SKILL});"
        f" in the held-out one, {HELD_OUT}: {tallies[HELD_OUT].skill(0, 'parley'):.3f}"
    )
    low, high = AIM_P80
    covered = ", ".join(f"{name} {tally.coverage():.1%}" for name, tally in tallies.items())
    report.say(f"answers that came by p80: {covered} (aim: {low:.0%} to {high:.0%})")


def _report_counts(report: Report, tallies: Mapping[Generator, Tally]) -> None:
    rows: list[list[str | float]] = []
    for generator, tally in tallies.items():
        for name in ("spreadsheet", "parley"):
            skills = [tally.skill(0, name, [count]) for count in COUNTS]
            rows.append([generator, f"skill: {name}", *skills])
            for count, skill in zip(COUNTS, skills, strict=True):
                of = {"generator": generator, "forecaster": name, "earlier_messages": count}
                report.figure("forecast", "skill_by_record", skill, of)
        covered = [tally.coverage([count]) for count in COUNTS]
        rows.append([generator, "p80 coverage", *covered])
        for count, value in zip(COUNTS, covered, strict=True):
            of = {"generator": generator, "earlier_messages": count}
            report.figure("forecast", "p80_coverage_by_record", value, of)
    report.table("By the number of earlier messages", ("world", "figure", *map(str, COUNTS)), rows)


def _report_reliability(report: Report, tallies: Mapping[Generator, Tally]) -> None:
    rows: list[list[str | float | int | None]] = []
    for decile in range(10):
        row: list[str | float | int | None] = [f"{decile * 10}–{decile * 10 + 10} %"]
        for generator, tally in tallies.items():
            weight, predicted, chance = tally.deciles.get(decile, [0.0, 0.0, 0.0])
            if not weight:
                row += [0, None, None]
                continue
            row += [int(weight), predicted / weight, chance / weight]
            of = {"generator": generator, "decile": decile, "forecasts": int(weight)}
            report.figure("forecast", "reliability_said", predicted / weight, of)
            report.figure("forecast", "reliability_true", chance / weight, of)
        rows.append(row)
    head = ["forecast"]
    for generator in tallies:
        head += [f"{generator}: n", "said", "true"]
    report.table("Reliability of Parley's chances (24, 72, 120 h)", head, rows)
