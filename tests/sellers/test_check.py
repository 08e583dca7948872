"""The check of a seller before buying, as pure judgement: levels, the score's range, the advice."""

from dataclasses import replace
from typing import Any

import pytest

from sellers.check import Advice, Answers, Dealings, Level, Reaction, Reason, RedFlag, judge_seller
from sellers.profiles import load_profiles

CHECKS = load_profiles()["aliexpress"].checks
ALL_GOOD = Answers(
    positive_feedback=98.6,
    comments_read=True,
    badges_looked_for=True,
    badges=("Choice",),
    open_since=2020,
    described=4.8,
    communication=4.9,
    shipping=4.7,
    estimates_are_clear=True,
    reaction=Reaction.WITHIN_A_DAY,
    price=20.0,
    usual_price=22.0,
    delivery_days=14,
    usual_days=15,
    is_protected=True,
)


def judged(answers: Answers, **dealings: Any):
    return judge_seller(answers, dealings=Dealings(**dealings), checks=CHECKS, year=2026)


def level_of(code: str, answers: Answers, **dealings: Any) -> Level:
    return next(f.level for f in judged(answers, **dealings).findings if f.check == code)


def test_nothing_looked_up_is_unknown_and_the_score_may_be_anything():
    judgement = judged(Answers())
    assert judgement.advice == Advice.UNKNOWN
    assert (judgement.lowest, judgement.highest) == (0, 100)
    assert len(judgement.unknown) == 8


def test_all_in_order_is_one_figure_and_nothing_speaks_against_it():
    judgement = judged(ALL_GOOD)
    assert judgement.advice == Advice.BUY
    assert (judgement.lowest, judgement.highest) == (100, 100)


@pytest.mark.parametrize(
    ("percent", "level"),
    [
        (98, Level.GOOD),
        (97.9, Level.FAIR),
        (95, Level.FAIR),
        (94.9, Level.CAREFUL),
        (90, Level.CAREFUL),
        (89.9, Level.BAD),
        (0, Level.BAD),
    ],
)
def test_the_rating_is_judged_by_the_profiles_figures(percent, level):
    assert level_of("rating", Answers(positive_feedback=percent)) == level


@pytest.mark.parametrize(
    ("changed", "code", "level"),
    [
        ({"red_flags": (RedFlag.BROKEN,)}, "comments", Level.CAREFUL),
        ({"red_flags": (RedFlag.BROKEN, RedFlag.ALIKE)}, "comments", Level.BAD),
        ({"badges": ()}, "badges", Level.FAIR),
        ({"open_since": 2026}, "store", Level.CAREFUL),
        ({"open_since": 2025}, "store", Level.FAIR),
        ({"described": 4.4}, "store", Level.CAREFUL),
        ({"estimates_are_clear": False}, "store", Level.CAREFUL),
        ({"reaction": Reaction.LATER}, "answer", Level.FAIR),
        ({"reaction": Reaction.SILENT}, "answer", Level.CAREFUL),
        ({"reaction": Reaction.OUTSIDE}, "answer", Level.BAD),
        ({"price": 15.4}, "offer", Level.CAREFUL),
        ({"price": 15.5}, "offer", Level.GOOD),
        ({"delivery_days": 7}, "offer", Level.CAREFUL),
        ({"delivery_days": 8}, "offer", Level.GOOD),
        ({"is_protected": False}, "protection", Level.BAD),
    ],
)
def test_each_check_has_its_own_warning(changed, code, level):
    answers = replace(ALL_GOOD, **changed)
    assert level_of(code, answers) == level
    assert all(
        f.level == Level.GOOD for f in judged(answers).findings if f.check not in {code, "dealings"}
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"positive_feedback": 84.0},
        {"red_flags": (RedFlag.NEVER_CAME, RedFlag.REFUND_REFUSED)},
        {"reaction": Reaction.OUTSIDE},
        {"is_protected": False},
    ],
)
def test_one_deciding_finding_outweighs_everything_good(changed):
    assert judged(replace(ALL_GOOD, **changed)).advice == Advice.AVOID


def test_a_deciding_finding_needs_nothing_else_to_be_known():
    assert judged(Answers(is_protected=False)).advice == Advice.AVOID


def test_a_warning_that_decides_nothing_asks_for_care():
    judgement = judged(replace(ALL_GOOD, price=10.0))
    assert judgement.advice == Advice.CAREFUL
    assert judgement.lowest == judgement.highest < 100


def test_what_is_not_known_widens_the_score_and_is_not_taken_for_good():
    judgement = judged(replace(ALL_GOOD, reaction=None, price=None, delivery_days=None))
    assert (judgement.lowest, judgement.highest) == (75, 100)
    assert {found.check for found in judgement.unknown} == {"answer", "offer", "dealings"}


def test_never_having_ordered_there_widens_nothing():
    assert judged(ALL_GOOD).lowest == 100
    assert level_of("dealings", ALL_GOOD) == Level.UNKNOWN


@pytest.mark.parametrize(
    ("dealings", "level"),
    [
        ({"orders": 1}, Level.FAIR),
        ({"orders": 2}, Level.GOOD),
        ({"orders": 3, "troubled_orders": 1}, Level.GOOD),
        ({"orders": 2, "troubled_orders": 1}, Level.CAREFUL),
        ({"orders": 9, "troubled_orders": 1, "outcomes": {"lost": 1}}, Level.CAREFUL),
    ],
)
def test_the_households_own_orders_count(dealings, level):
    assert level_of("dealings", ALL_GOOD, **dealings) == level


@pytest.mark.parametrize(
    ("record", "level"),
    [
        ({"messages": 4, "answered": 3, "median_hours": 9.0}, Level.GOOD),
        ({"messages": 4, "answered": 3, "median_hours": 40.0}, Level.FAIR),
        ({"messages": 4, "answered": 2, "median_hours": 9.0}, Level.CAREFUL),
        ({"messages": 1, "answered": 0, "median_hours": None}, Level.CAREFUL),
    ],
)
def test_own_messages_tell_how_they_answer_where_nobody_noted_it(record, level):
    assert level_of("answer", replace(ALL_GOOD, reaction=None), **record) == level
    assert level_of("answer", ALL_GOOD, **record) == Level.GOOD


def test_a_usual_price_of_nothing_compares_with_nothing():
    assert level_of("offer", Answers(price=5.0, usual_price=0.0)) == Level.UNKNOWN


def test_kept_answers_come_back_as_they_were():
    for answers in (Answers(), ALL_GOOD, Answers(positive_feedback=0.0, is_protected=False)):
        assert Answers.from_json(answers.as_json()) == answers
    assert Answers().as_json() == {}


def test_a_check_of_an_older_version_is_read():
    assert Answers.from_json({"gone": 1, "red_flags": ["broken"]}).red_flags == (RedFlag.BROKEN,)


def test_every_profile_names_source_and_day_of_every_figure():
    for profile in load_profiles().values():
        for rule in profile.checks.rules.values():
            assert rule.source.text
            assert rule.source.read_on
            assert rule.where


def test_reasons_name_the_worst_first():
    found = next(f for f in judged(replace(ALL_GOOD, described=4.0)).findings if f.check == "store")
    assert found.reasons[0][0] == Reason.STARS
