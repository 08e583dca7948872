"""The simulated world that the figures of docs/benchmarks.md come from."""

from datetime import timedelta
from random import Random
from xml.etree import ElementTree

import pytest

from benchmarks.ideal import Posterior, particles_from
from benchmarks.picture import Point, Series, draw_frontier
from benchmarks.play import draw_setting, play_all
from benchmarks.policies import FixedRule
from benchmarks.scoring import Size, Tally, measure
from benchmarks.world import DAY, HOUR, WORLDS, Generator, draw_seller

SECOND = timedelta(seconds=1)
TINY = Size(sellers=12, training=100, particles=800)


@pytest.fixture(scope="module")
def tally() -> Tally:
    return measure("lognormal", seed=1, size=TINY)


def test_same_seed_gives_the_same_scores(tally: Tally) -> None:
    assert measure("lognormal", seed=1, size=TINY) == tally


def test_another_seed_gives_another_world(tally: Tally) -> None:
    assert measure("lognormal", seed=2, size=TINY) != tally


def test_ideal_beats_the_spreadsheet_and_that_beats_climatology(tally: Tally) -> None:
    ideal, spreadsheet, climatology = (
        tally.brier(0, name) for name in ("ideal", "spreadsheet", "climatology")
    )
    assert ideal < spreadsheet < climatology


@pytest.mark.parametrize("generator", WORLDS)
def test_answers_come_as_often_as_the_world_says(generator: Generator) -> None:
    rng = Random(7)
    said = came = 0.0
    for _ in range(300):
        seller = draw_seller(rng, generator, 0)
        until = seller.anchor + 30 * HOUR
        for _ in range(10):
            answered_at = seller.answer(rng, seller.anchor, "live_chat")
            came += answered_at is not None and answered_at <= until
            said += seller.chance_by(seller.anchor, "live_chat", until)
    assert came / 3000 == pytest.approx(said / 3000, abs=0.02)


def test_answers_keep_to_the_hours_and_days_of_the_seller() -> None:
    rng = Random(5)
    sellers = [draw_seller(rng, "lognormal", 0) for _ in range(400)]
    away = [seller for seller in sellers if seller.clock.away is not None]
    assert away
    for seller in [*away, *sellers[:50]]:
        sent_at = seller.anchor - DAY
        for _ in range(20):
            answered_at = seller.answer(rng, sent_at, "message_center")
            if answered_at is not None:
                assert seller.clock.is_open(answered_at - SECOND)
                hours = seller.clock.hours(sent_at, answered_at)
                assert seller.clock.moment(sent_at, hours) == pytest.approx(answered_at, abs=SECOND)


@pytest.mark.parametrize("generator", WORLDS)
def test_ideal_counts_as_the_world_does(generator: Generator) -> None:
    """One particle with the seller's own traits says what is true of them."""
    rng = Random(3)
    for seller in [draw_seller(rng, generator, 5) for _ in range(10)]:
        particles = particles_from(generator, seller.traits.place, [seller.traits])
        posterior = Posterior(seller, particles)
        for hours in (5, 24, 72, 200):
            until = seller.anchor + hours * HOUR
            told = posterior.chance_by(seller.anchor, "live_chat", until)
            true = seller.chance_by(seller.anchor, "live_chat", until)
            assert told == pytest.approx(true, abs=0.002)


def test_a_rule_plays_the_same_case_twice_alike() -> None:
    settings = [draw_setting("mixed", 1, number) for number in range(40)]
    assert play_all(FixedRule(24, 2), settings) == play_all(FixedRule(24, 2), settings)


def test_more_patience_escalates_less_and_takes_longer() -> None:
    settings = [draw_setting("weibull", 1, number) for number in range(300)]
    hasty, patient = (play_all(FixedRule(hours, 1), settings) for hours in (24, 120))
    assert patient.per_100("is_escalated") < hasty.per_100("is_escalated")
    assert patient.days > hasty.days


def test_nobody_escalates_after_the_deadline() -> None:
    settings = [draw_setting("mixed", 1, number) for number in range(300)]
    for setting, outcome in zip(
        settings, play_all(FixedRule(120, 1), settings).outcomes, strict=True
    ):
        assert outcome.days * DAY <= setting.deadline - setting.opened_at + HOUR
        assert outcome.is_lost + outcome.is_answered + outcome.is_escalated == 1


def test_frontier_is_a_picture_with_every_series() -> None:
    series = [Series("<rules>", "fixed-1", [Point("24 h", 2.0, 4.0, 0.1)])]
    picture = ElementTree.fromstring(draw_frontier(series, Point("", 1.9, 1.5, 0.1)))
    assert any("<rules>" in (text.text or "") for text in picture.iter())
