"""What a forecast promises, held over any seller and record."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sellers.calendar import WEEKDAYS
from sellers.forecast import Forecast, SellerFacts, forecast
from sellers.history import Observation
from sellers.profiles import BandCode, get_profile

SHANGHAI, MADRID = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Madrid")
# A Tuesday, 18:00 in Shanghai, with no holiday and no sale near.
SENT = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SELLER = SellerFacts(time_zone=SHANGHAI, country="CN")
HOURS = (1, 6, 12, 24, 48, 72, 120, 240)


def expect(
    history: tuple[Observation, ...] = (),
    *,
    seller: SellerFacts = SELLER,
    sent_at: datetime = SENT,
    now: datetime | None = None,
    channel: str = "message_center",
    buyer: ZoneInfo = MADRID,
) -> Forecast:
    return forecast(
        sent_at=sent_at,
        channel=channel,
        seller=seller,
        buyer_time_zone=buyer,
        profile=get_profile("aliexpress"),
        history=history,
        now=now,
    )


def answered(days_ago: float, hours: float, channel: str = "message_center") -> Observation:
    sent = SENT - timedelta(days=days_ago)
    replied = min(sent + timedelta(hours=hours), SENT)
    return Observation(channel=channel, sent_at=sent, replied_at=replied, observed_until=replied)


def silent(days_ago: float, days: float, channel: str = "message_center") -> Observation:
    sent = SENT - timedelta(days=days_ago)
    until = min(sent + timedelta(days=days), SENT)
    return Observation(channel=channel, sent_at=sent, observed_until=until)


channels = st.sampled_from(["message_center", "contact_seller", "live_chat"])
answers = st.builds(answered, st.floats(1, 400), st.floats(0.05, 300), channels)
silences = st.builds(silent, st.floats(1, 400), st.floats(0, 20), channels)
records = st.lists(answers | silences, max_size=12).map(tuple)
zones = st.sampled_from(["Asia/Shanghai", "Europe/Madrid", "Asia/Kolkata", "America/Los_Angeles"])
weeks = st.none() | st.just(
    {day: (time(9), time(18)) if day not in {"sat", "sun"} else None for day in WEEKDAYS}
)
sellers = st.builds(
    SellerFacts,
    time_zone=zones.map(ZoneInfo),
    country=st.sampled_from(["CN", "ES", "US", "ZZ"]),
    response_rate=st.none() | st.floats(0, 1),
    inquiry_volume=st.sampled_from(["low", "normal", "high"]),
    shares_language=st.none() | st.booleans(),
    business_hours=weeks,
)


# What the band says


@pytest.mark.parametrize(
    ("rate", "volume", "buyer", "band"),
    [
        (0.95, "low", "Asia/Shanghai", BandCode.WITHIN_24H),
        (0.8, "normal", "Europe/Madrid", BandCode.ONE_TO_THREE_DAYS),
        (0.2, "high", "America/New_York", BandCode.UP_TO_FIVE_DAYS),
    ],
)
def test_without_a_record_the_band_is_that_of_the_article(
    rate: float, volume: str, buyer: str, band: BandCode
) -> None:
    seller = replace(SELLER, response_rate=rate, inquiry_volume=volume)
    assert expect(seller=seller, buyer=ZoneInfo(buyer)).band is band


def test_unknown_language_is_better_than_a_foreign_one() -> None:
    foreign = expect(seller=replace(SELLER, shares_language=False, inquiry_volume="high"))
    assert foreign.probability_by(24) < expect().probability_by(24)


def test_live_chat_is_quicker_than_mail() -> None:
    assert expect(channel="live_chat").p80 < expect(channel="contact_now").p80


# What the record says


def test_twenty_quick_answers_make_a_seller_quick_whatever_the_store_shows() -> None:
    record = tuple(answered(days, 0.7) for days in range(10, 210, 10))
    known = expect(record, seller=replace(SELLER, response_rate=0.5, inquiry_volume="high"))
    assert known.band is BandCode.WITHIN_24H
    assert known.reply_probability > 0.9


def test_twenty_silences_make_a_seller_mute_whatever_the_store_shows() -> None:
    record = tuple(silent(days, 9) for days in range(10, 210, 10))
    assert expect(record, seller=replace(SELLER, response_rate=0.98)).reply_probability < 0.1


def test_belief_moves_to_the_record_step_by_step() -> None:
    chances = [expect((silent(20, 9),) * count).reply_probability for count in (0, 1, 3, 8, 20)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] - chances[1] < chances[0] / 2


def test_old_behaviour_counts_for_less_than_recent() -> None:
    improved = expect(tuple(silent(300 + i, 9) for i in range(4)) + (answered(9, 2),) * 4)
    worsened = expect(tuple(answered(300 + i, 2) for i in range(4)) + (silent(9, 9),) * 4)
    assert improved.reply_probability > worsened.reply_probability


def test_message_that_is_open_for_an_hour_says_next_to_nothing() -> None:
    change = expect().reply_probability - expect((silent(0.1, 1 / 24),)).reply_probability
    assert 0 <= change < 0.03


def test_answers_that_lie_now_and_then_are_expected_to_lie_again() -> None:
    """The usual pace is the same; every fourth answer took a week."""
    steady = tuple(answered(days, 5) for days in range(12, 252, 12))
    lying = tuple(answered(days, 170 if days % 48 == 0 else 5) for days in range(12, 252, 12))
    assert expect(lying).p50 - expect(steady).p50 < 12 * HOUR
    assert expect(lying).p80 - expect(steady).p80 > 3 * DAY


def test_silences_of_a_seller_who_answers_make_the_last_answers_later() -> None:
    known = tuple(answered(days, 5) for days in range(15, 165, 15))
    open_ones = tuple(silent(days, 4) for days in range(10, 40, 10))
    assert expect((*known, *open_ones)).p80 > expect(known).p80


def test_unanswered_messages_before_the_last_are_waited_for_too() -> None:
    slow = tuple(answered(days, 90) for days in range(15, 165, 15))
    last = expect(slow)
    earlier = [SENT - 4 * DAY, SENT - 2 * DAY]
    assert last.quiet_at(0.03, earlier=earlier) >= last.quiet_at(0.03)


def test_week_that_the_store_states_wrongly_is_learned_from_when_answers_come() -> None:
    """A seller who says 'every day' and answers from Monday to Friday only."""
    stated = dict.fromkeys(WEEKDAYS, (time(9), time(22)))
    seller = replace(SELLER, business_hours=stated)
    friday = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)
    record = tuple(
        Observation(
            channel="message_center",
            sent_at=friday - week * 7 * DAY,
            replied_at=friday - week * 7 * DAY + 62 * HOUR,
            observed_until=friday - week * 7 * DAY + 62 * HOUR,
        )
        for week in range(1, 15)
    )
    saturday = expect(record, seller=seller, sent_at=friday).probability_by(30)
    assert saturday < 0.35 * expect(record, seller=seller, sent_at=friday).probability_by(72)


# The calendar


def test_message_on_the_eve_of_golden_week_is_expected_after_it() -> None:
    eve = datetime(2026, 9, 30, 13, 30, tzinfo=UTC)
    quick = tuple(replace(answered(30 + i, 6), channel="message_center") for i in range(8))
    assert expect(quick, sent_at=eve).p80 >= datetime(2026, 10, 8, 1, 0, tzinfo=UTC)


def test_reasons_name_the_days_off_and_the_hour_at_which_they_wake() -> None:
    why = " ".join(expect(sent_at=datetime(2026, 9, 30, 16, 0, tzinfo=UTC)).why)
    assert "days off there stretch the wait" in why
    assert "Nobody is at work in Shanghai until" in why


def test_predicted_holidays_are_marked_as_predicted() -> None:
    why = " ".join(expect(sent_at=datetime(2027, 9, 30, 16, 0, tzinfo=UTC)).why)
    assert "(predicted: the official dates are not out)" in why


def test_reasons_count_what_was_answered_and_how_soon() -> None:
    record = (*(answered(10 * i + 5, 4) for i in range(7)), silent(90, 9))
    assert "Answered 7 of 8, usually within 4 working hours." in expect(record).why


@settings(max_examples=60, deadline=None)
@given(sellers, records, st.integers(1, 12))
def test_day_off_ahead_never_makes_an_answer_likelier_or_earlier(
    seller: SellerFacts, record: tuple[Observation, ...], days: int
) -> None:
    away = replace(seller, days_off=frozenset({date(2026, 7, 14) + timedelta(days=days)}))
    usual, longer = expect(record, seller=seller), expect(record, seller=away)
    # To the fineness with which a quantile is searched.
    assert longer.p80 >= usual.p80 - timedelta(minutes=2)
    for hours in HOURS:
        assert longer.probability_by(hours) <= usual.probability_by(hours) + 1e-9


@pytest.mark.parametrize(
    "change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
)
def test_buyers_change_of_clocks_moves_no_expected_answer(change: datetime) -> None:
    sent = change - 20 * HOUR
    abroad = expect(sent_at=sent, buyer=MADRID)
    at_home = expect(sent_at=sent, buyer=ZoneInfo("Africa/Lagos"))
    assert abroad.p80 == at_home.p80


# What can be relied on, for any seller and record


@settings(max_examples=120, deadline=None)
@given(sellers, records, silences)
def test_one_more_silence_never_makes_an_answer_likelier(
    seller: SellerFacts, record: tuple[Observation, ...], silence: Observation
) -> None:
    before, after = expect(record, seller=seller), expect((*record, silence), seller=seller)
    for hours in HOURS:
        assert after.probability_by(hours) <= before.probability_by(hours) + 1e-9
    assert after.reply_probability <= before.reply_probability + 1e-9


@settings(max_examples=120, deadline=None)
@given(sellers, records, st.builds(answered, st.floats(1, 400), st.floats(0.02, 1.0), channels))
def test_one_more_answer_within_the_hour_never_makes_an_answer_less_likely(
    seller: SellerFacts, record: tuple[Observation, ...], quick: Observation
) -> None:
    before, after = expect(record, seller=seller), expect((*record, quick), seller=seller)
    for hours in HOURS:
        assert after.probability_by(hours) >= before.probability_by(hours) - 1e-9


@pytest.mark.parametrize("days_ago", [5, 400, 1500])
def test_first_answer_within_the_hour_never_makes_an_answer_less_likely(days_ago: int) -> None:
    before, after = expect(), expect((answered(days_ago, 0.5),))
    for hours in HOURS:
        assert after.probability_by(hours) >= before.probability_by(hours) - 1e-9


@settings(max_examples=80, deadline=None)
@given(sellers, records, st.none() | st.floats(0, 300))
def test_chance_rises_with_the_hour_and_never_beyond_that_of_any_answer(
    seller: SellerFacts, record: tuple[Observation, ...], waited: float | None
) -> None:
    now = None if waited is None else SENT + timedelta(hours=waited)
    known = expect(record, seller=seller, now=now)
    chances = [known.probability_by(hours) for hours in HOURS]
    assert chances == sorted(chances)
    assert chances[0] >= 0
    assert chances[-1] <= known.reply_probability + 1e-9
    assert 0 <= known.reply_probability <= 1
    assert known.p50 <= known.p80 <= known.p95


@settings(max_examples=80, deadline=None)
@given(sellers, records, st.floats(0, 200), st.floats(0, 200))
def test_longer_silence_never_makes_an_answer_ever_likelier(
    seller: SellerFacts, record: tuple[Observation, ...], one: float, other: float
) -> None:
    earlier, later = sorted((one, other))
    assume(later > earlier)
    chances = [
        expect(record, seller=seller, now=SENT + timedelta(hours=h)).reply_probability
        for h in (earlier, later)
    ]
    assert chances[1] <= chances[0] + 1e-9


@settings(max_examples=80, deadline=None)
@given(sellers, records)
def test_expected_window_is_at_least_a_day_and_ends(
    seller: SellerFacts, record: tuple[Observation, ...]
) -> None:
    window = expect(record, seller=seller).window_ends_at - SENT
    assert DAY <= window < 400 * DAY


def test_answer_awaited_for_years_is_not_expected_in_the_past() -> None:
    now = SENT + timedelta(days=900)
    late = expect(now=now)
    assert now <= late.p50 <= late.p80 <= late.p95


@settings(max_examples=40, deadline=None)
@given(sellers, records)
def test_same_facts_give_the_same_forecast(
    seller: SellerFacts, record: tuple[Observation, ...]
) -> None:
    one, other = expect(record, seller=seller), expect(record, seller=seller)
    assert (one.p80, one.band, one.why) == (other.p80, other.band, other.why)
    assert [one.probability_by(h) for h in HOURS] == [other.probability_by(h) for h in HOURS]
