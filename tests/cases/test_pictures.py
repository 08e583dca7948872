"""The pictures: what they add up, on whose clock, and what an empty household reads."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.picture_sums import half_answered_after, months_until, said_length
from cases.pictures import draw
from cases.services import log_reply, settle_case
from money import Money
from tests.cases.test_sweep import waiting_case
from tests.stock import NOW, Home, make_case, make_home, make_seller

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MADRID = ZoneInfo("Europe/Madrid")


def hours(*numbers: float) -> list[tuple[timedelta, bool]]:
    """A positive number is an answer after so many hours, a negative one silence so far."""
    return [(timedelta(hours=abs(number)), number > 0) for number in numbers]


@pytest.mark.parametrize(
    ("waits", "half"),
    [
        pytest.param(hours(), None, id="no message"),
        pytest.param(hours(5), 5, id="one answer"),
        pytest.param(hours(-5), None, id="one silence"),
        pytest.param(hours(2, 4, 6, 8), 4, id="half of four"),
        pytest.param(hours(2, 90, -100, -100, -100), None, id="most unanswered"),
        pytest.param(hours(2, 9, -1, -1), 2, id="what was just sent says nothing yet"),
        pytest.param(hours(2, 9, 9, -9), 9, id="silence as long as an answer comes after it"),
    ],
)
def test_half_of_the_messages_are_answered_after(
    waits: list[tuple[timedelta, bool]], half: float | None
) -> None:
    assert half_answered_after(waits) == (None if half is None else timedelta(hours=half))


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_lengths_are_said_in_a_unit_that_people_use(length: timedelta, said: str) -> None:
    assert said_length(length) == said


def test_months_begin_on_the_members_own_midnight() -> None:
    months = months_until(datetime(2026, 1, 31, 23, 30, tzinfo=UTC), 3, MADRID)
    assert months == [
        datetime(2025, 11, 30, 23, tzinfo=UTC),
        datetime(2025, 12, 31, 23, tzinfo=UTC),
        datetime(2026, 1, 31, 23, tzinfo=UTC),
    ]


@pytest.mark.django_db
def test_two_currencies_are_two_pictures_and_never_one_sum() -> None:
    home = make_home()
    seller = make_seller(home)
    for minor, currency in ((1000, "EUR"), (500, "EUR"), (7000, "USD")):
        make_case(home, seller, value_minor=minor, currency=currency)
    pictures = draw(home.household, zone=MADRID, now=NOW)
    assert [picture.at_risk for picture in pictures.money] == [
        Money(1500, "EUR"),
        Money(7000, "USD"),
    ]


@pytest.mark.django_db
def test_money_comes_back_in_the_month_in_which_its_case_was_settled() -> None:
    home = make_home()
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)  # 1 November in Madrid
    fields = {"stage": "settled", "outcome": "refunded", "settled_at": late, "currency": "EUR"}
    case = make_case(home, make_seller(home), value_minor=900, refunded_minor=900, **fields)
    Case.objects.filter(pk=case.pk).update(opened_at=NOW - 60 * DAY)
    (picture,) = draw(home.household, zone=MADRID, now=NOW).money
    assert [(m.short, m.recovered.minor) for m in picture.months[-2:]] == [("Oct", 0), ("Nov", 900)]
    assert [m.at_risk.minor for m in picture.months[-3:]] == [900, 900, 0]


@pytest.mark.django_db
def test_time_is_counted_for_whose_turn_it_was_and_ends_when_the_case_does() -> None:
    home = make_home()
    case = waiting_case(home)
    who = {"member": home.owner, "case": case}
    log_reply(**who, received_at=NOW + 3 * DAY, body="Yes", channel="live_chat", now=NOW + 3 * DAY)
    settle_case(**who, outcome="answered", now=NOW + 4 * DAY)
    pictures = draw(home.household, zone=MADRID, now=NOW + 30 * DAY)
    assert [(bar.label, bar.figure) for bar in pictures.time] == [
        ("with you", "24 hours · 25 %"),
        ("with the sellers", "3 days · 75 %"),
    ]
    assert pictures.typical == "4 days"
    assert [(bar.label, bar.figure, bar.note) for bar in pictures.quickness] == [
        (case.seller.name, "3 days", "1 of 1 answered")
    ]


def page(home: Home) -> str:
    answer = home.client.get(home.path("pictures/"))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_an_empty_household_reads_what_will_stand_there() -> None:
    home = make_home()
    assert "When you have opened cases" in page(home)
    make_case(home, make_seller(home))
    text = page(home)
    for lesson in ("No case says yet", "No case is settled yet", "No message to a seller"):
        assert lesson in text


@pytest.mark.django_db
def test_queries_do_not_grow_with_the_cases() -> None:
    home = make_home()
    counts = []
    for numbers in (range(2), range(2, 9)):
        for number in numbers:
            waiting_case(home, str(10**15 + number))
        page(home)
        with CaptureQueriesContext(connection) as queries:
            page(home)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 20
