"""`manage.py forecast`, as the contract has it: JSON Lines in, JSON Lines out."""

import io
import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from commandline.lines import LineError, convert_lines
from sellers.forecast_lines import forecast_line
from sellers.profiles import get_profile

GOOD: dict[str, Any] = {
    "id": "message-1",
    "now": "2026-07-15T12:00:00+02:00",
    "sent_at": "2026-07-14T12:00:00+02:00",
    "channel": "message_center",
    "buyer_time_zone": "Europe/Madrid",
    "seller": {
        "time_zone": "Asia/Shanghai",
        "country": "CN",
        "response_rate": 0.8,
        "inquiry_volume": "normal",
        "shares_language": False,
        "business_hours": {"mon": ["09:00", "18:00"], "sat": ["20:00", "24:00"], "sun": None},
    },
    "history": [
        {
            "channel": "message_center",
            "sent_at": "2026-06-01T09:00:00Z",
            "replied_at": "2026-06-02T09:00:00Z",
            "observed_until": "2026-06-02T09:00:00Z",
        },
        {
            "channel": "live_chat",
            "sent_at": "2026-06-20T09:00:00Z",
            "replied_at": None,
            "observed_until": "2026-07-14T09:00:00Z",
        },
    ],
}


def put(line: Mapping[str, Any], path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """A copy of the line with the value at that path."""
    copy = json.loads(json.dumps(line))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copy


def without(line: Mapping[str, Any], *path: str | int) -> dict[str, Any]:
    copy = json.loads(json.dumps(line))
    place = copy
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return copy


def answer(line: Mapping[str, Any], hours: tuple[float, ...] = (24, 72, 120)) -> dict[str, Any]:
    return forecast_line(line, profile=get_profile("aliexpress"), hours=hours)


def convert(*texts: str) -> tuple[list[Any], list[str]]:
    """What goes to standard output and to standard error."""
    out: list[str] = []
    err: list[str] = []
    good = convert_lines(texts, out.append, err.append, answer)
    assert good is not bool(err)
    return [json.loads(text) for text in out], err


@pytest.fixture
def run(monkeypatch):
    """Call the command with bytes on standard input; give its exit status, lines and faults."""

    def call(content: bytes | str, *arguments: str) -> tuple[int, list[Any], list[str]]:
        raw = content.encode() if isinstance(content, str) else content
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="ascii"))
        out, err = io.StringIO(), io.StringIO()
        status = 0
        try:
            call_command("forecast", *arguments, stdout=out, stderr=err)
        except SystemExit as stop:
            status = int(stop.code or 0)
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        return status, lines, err.getvalue().splitlines()

    return call


# What comes out


def test_answer_has_the_keys_and_types_of_the_contract() -> None:
    expected = answer(GOOD)
    keys = ["id", "band", "reply_probability", "p50", "p80", "p95", "probability_by", "why"]
    assert list(expected) == keys
    assert expected["id"] == "message-1"
    assert expected["band"] in {"within_24h", "1_to_3_days", "up_to_5_days"}
    assert 0 < expected["reply_probability"] < 1
    assert list(expected["probability_by"]) == ["24", "72", "120"]
    assert all(isinstance(sentence, str) and sentence for sentence in expected["why"])
    assert all(datetime.fromisoformat(expected[p]).tzinfo for p in ("p50", "p80", "p95"))


def test_what_may_be_left_out_may_be_left_out_or_null() -> None:
    bare = without(GOOD, "now")
    for name in ("response_rate", "inquiry_volume", "shares_language", "business_hours"):
        bare = without(bare, "seller", name)
    spelled = put(bare, ("now",), None)
    for name in ("response_rate", "inquiry_volume", "shares_language", "business_hours"):
        spelled = put(spelled, ("seller", name), None)
    assert answer(bare) == answer(spelled)
    assert answer(without(bare, "history"))["reply_probability"] > 0


@pytest.mark.parametrize("name", [7, None, "ü", "\ud800", ["a", {"b": 1}], 10**30, 0.5])
def test_id_comes_back_as_it_went_in(name: object) -> None:
    (expected,), err = convert(json.dumps(put(GOOD, ("id",), name)))
    assert (expected["id"], err) == (name, [])


def test_silence_that_is_still_watched_is_not_a_silence_for_ever() -> None:
    watched, given_up = (
        put(GOOD, ("history", 1, "observed_until"), until)
        for until in ("2026-06-20T10:00:00Z", "2026-07-14T09:00:00Z")
    )
    assert answer(watched)["reply_probability"] > answer(given_up)["reply_probability"]


def test_now_makes_an_answer_by_the_same_hour_less_likely() -> None:
    later = put(GOOD, ("now",), "2026-07-20T12:00:00+02:00")
    assert answer(later)["reply_probability"] < answer(without(GOOD, "now"))["reply_probability"]
    assert answer(later)["probability_by"]["120"] == 0


def test_same_instant_in_another_zone_gives_the_same_answer() -> None:
    assert answer(put(GOOD, ("sent_at",), "2026-07-14T10:00:00Z")) == answer(GOOD)


def test_any_order_of_the_lines_gives_each_the_same_answer_to_the_last_digit() -> None:
    chance = random.Random(3)
    lines = []
    for number in range(150):
        sent = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.random() * 6e7)
        zone = chance.choice(["Asia/Shanghai", "Asia/Kolkata", "Europe/Madrid"])
        line = put(without(GOOD, "now"), ("sent_at",), sent.isoformat())
        lines.append(json.dumps(put(line, ("seller", "time_zone"), zone) | {"id": number}))
    forwards, _ = convert(*lines)
    backwards, _ = convert(*lines[::-1])
    assert forwards == backwards[::-1]


# --at


def test_hours_of_at_are_the_keys_of_probability_by(run) -> None:
    _, (expected,), _ = run(json.dumps(without(GOOD, "now")), "--at", "1,7.5,8000.125")
    assert list(expected["probability_by"]) == ["1", "7.5", "8000.125"]
    chances = list(expected["probability_by"].values())
    assert chances == sorted(chances)
    assert chances[-1] <= expected["reply_probability"]


@pytest.mark.parametrize("hours", ["", "soon", "24,,72", "nan", "inf", "24,-1", "100000"])
def test_hours_that_are_none_are_bad_usage(run, hours: str) -> None:
    with pytest.raises(CommandError, match="not a list of hours like 24,72,120"):
        run(json.dumps(GOOD), "--at", hours)


# Bad lines


def test_nothing_in_is_nothing_out(run) -> None:
    assert run("") == (0, [], [])
    assert run("\n  \n") == (0, [], [])


def test_bad_line_is_named_and_the_others_are_answered(run) -> None:
    bad = put(GOOD, ("channel",), "pigeon")
    status, lines, err = run("\n".join(json.dumps(line) for line in (GOOD, bad, GOOD)))
    assert (status, len(lines), len(err)) == (1, 2, 1)
    assert err[0].startswith("line 2: channel: 'pigeon' is not one of ")


def test_bytes_that_are_no_text_spoil_their_line_alone(run) -> None:
    status, lines, err = run(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b'\n{"id": "\xff"}\n')
    assert (status, len(lines), err) == (1, 1, ["line 2: is not UTF-8"])


def test_text_of_any_language_is_read_whatever_the_machine_prefers(run) -> None:
    line = json.dumps(put(GOOD, ("id",), "订单"), ensure_ascii=False)
    assert run(line)[1][0]["id"] == "订单"


FAULTS: list[tuple[tuple[str | int, ...], object, str]] = [
    (("sent_at",), None, "sent_at: is missing"),
    (("sent_at",), "2026-07-14T12:00:00", "sent_at: '2026-07-14T12:00:00' has no offset"),
    (("sent_at",), "2026-07-14", "sent_at: '2026-07-14' has no offset"),
    (("sent_at",), "yesterday", "sent_at: 'yesterday' is not a time like"),
    (("sent_at",), 1784023200, "sent_at: 1784023200 is not a time like"),
    (("sent_at",), "0001-01-01T00:00:00Z", "sent_at: '0001-01-01T00:00:00Z' lies outside 2000 to"),
    (
        ("sent_at",),
        "9999-12-31T23:59:59-12:00",
        "sent_at: '9999-12-31T23:59:59-12:00' lies outside",
    ),
    (("now",), "2026-07-15T12:00:00", "now: '2026-07-15T12:00:00' has no offset"),
    (("channel",), None, "channel: is missing"),
    (("channel",), ["message_center"], "channel: ['message_center'] is not a text"),
    (("buyer_time_zone",), "Mars/Base", "buyer_time_zone: 'Mars/Base' is not a time zone"),
    (("buyer_time_zone",), "../../etc/passwd", "buyer_time_zone: '../../etc/passwd' is not a"),
    (("buyer_time_zone",), "Europe", "buyer_time_zone: 'Europe' is not a time zone"),
    (("buyer_time_zone",), "\ud800", r"buyer_time_zone: '\ud800' is not a time zone"),
    (("buyer_time_zone",), 2, "buyer_time_zone: 2 is not a time zone"),
    (("seller",), None, "seller: is missing"),
    (("seller",), [], "seller: is not an object"),
    (("seller", "time_zone"), "", "seller.time_zone: '' is not a time zone"),
    (("seller", "country"), "China", "seller.country: 'China' is not a country code"),
    (("seller", "country"), None, "seller.country: None is not a country code"),
    (("seller", "response_rate"), 95, "seller.response_rate: 95 is not between 0 and 1"),
    (("seller", "response_rate"), -0.1, "seller.response_rate: -0.1 is not between 0 and 1"),
    (("seller", "response_rate"), 10**400, "seller.response_rate: 1000"),
    (("seller", "response_rate"), "0.9", "seller.response_rate: '0.9' is not a number"),
    (("seller", "response_rate"), True, "seller.response_rate: True is not a number"),
    (("seller", "inquiry_volume"), "huge", "seller.inquiry_volume: 'huge' is not low, normal or"),
    (("seller", "shares_language"), "yes", "seller.shares_language: 'yes' is not true or false"),
    (("seller", "business_hours"), "9-5", "seller.business_hours: is not an object"),
    (("seller", "business_hours", "monday"), [], "seller.business_hours: 'monday' is not one of"),
    (("seller", "business_hours", "mon"), ["09:00"], "seller.business_hours.mon: is not like"),
    (("seller", "business_hours", "mon"), ["9", "18"], "business_hours.mon: '9' is not a time of"),
    (("seller", "business_hours", "mon"), ["09:00", "25:00"], "mon: '25:00' is not a time of day"),
    (("seller", "business_hours", "mon"), ["24:00", "24:00"], "mon: opens at 24:00"),
    (("history",), {}, "history: is not a list"),
    (("history", 0), 5, "history[0]: is not an object"),
    (("history", 0, "channel"), 5, "history[0].channel: 5 is not a text"),
    (("history", 0, "sent_at"), None, "history[0].sent_at: is missing"),
    (
        ("history", 0, "replied_at"),
        "2026-05-01T00:00:00Z",
        "history[0].replied_at: lies before sent",
    ),
    (("history", 1, "observed_until"), None, "history[1].observed_until: is missing"),
    (("history", 1, "observed_until"), "2026-05-01T00:00:00Z", "[1].observed_until: lies before"),
]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    FAULTS,
    ids=[f"{'.'.join(map(str, path))}={str(value)[:20]!r}" for path, value, _ in FAULTS],
)
def test_bad_field_is_named_on_one_line(
    path: tuple[str | int, ...], value: object, said: str
) -> None:
    lines, (fault,) = convert(json.dumps(put(GOOD, path, value)))
    assert lines == []
    assert fault.startswith("line 1: ")
    assert said in fault
    assert "\n" not in fault
    assert len(fault) < 330


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[1]", "is not a JSON object"),
        ("null", "is not a JSON object"),
        ('{"id": NaN}', "NaN is not a number of JSON"),
        ('{"id": -Infinity}', "-Infinity is not a number of JSON"),
        ('{"id": 1e999}', "1e999 is too large a number"),
        ('{"id": ' + "9" * 5000 + "}", "is not JSON"),
        ('{"id": ' + "[" * 100_000 + "}", "is nested too deeply"),
        ('{"id": "' + "x" * 1_000_000 + '"}', "is longer than 1000000 characters"),
    ],
    ids=["cut", "list", "null", "nan", "infinity", "1e999", "digits", "deep", "long"],
)
def test_line_that_is_no_object_is_refused_with_the_reason(text: str, said: str) -> None:
    lines, (fault,) = convert(text)
    assert lines == []
    assert fault.startswith(f"line 1: {said}")


@pytest.mark.parametrize("key", ["id", "channel"])
def test_no_depth_of_nesting_is_a_traceback(key: str) -> None:
    for depth in range(100, 1100, 3):
        nested = "[" * depth + "]" * depth
        text = json.dumps(put(GOOD, (key,), "HERE")).replace('"HERE"', nested)
        lines, err = convert(text)
        assert len(lines) + len(err) == 1


# Whatever comes in


PATHS: list[tuple[str | int, ...]] = [
    *((key,) for key in GOOD),
    *(("seller", key) for key in GOOD["seller"]),
    *(("seller", "business_hours", key) for key in ("mon", "sat", "fri", "x")),
    *(("history", 0, key) for key in GOOD["history"][0]),
    *(("history", 1, key) for key in GOOD["history"][1]),
]
hostile = st.sampled_from(
    [
        *("", "24:00", "UTC", "Etc/GMT+12", "US", "\x00", "\ud800", "message_center", "low"),
        *("2026-07-14T12:00:00+23:59", "2000-01-01T00:00:00Z", "2100-12-31T23:59:59.999999Z"),
        *(10**400, -(10**400), 1e308, -0.0, 5e-324, 0, 1, True, False, None),
        *(["00:00", "00:00"], ["00:00", "24:00"], ["23:59", "00:01"], [], {}, [[]], {"mon": []}),
    ]
)
anything = hostile | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), anything), min_size=1, max_size=4))
def test_any_object_is_answered_or_named_and_never_a_traceback(
    changes: list[tuple[tuple[str | int, ...], Any]],
) -> None:
    line = GOOD
    for path, value in changes:
        try:
            line = put(line, path, value)
        except (KeyError, TypeError, IndexError):
            continue
    lines, err = convert(json.dumps(line).replace("Infinity", "0"))
    assert len(lines) + len(err) == 1
    for expected in lines:
        moments = [datetime.fromisoformat(expected[p]) for p in ("p50", "p80", "p95")]
        assert moments == sorted(moments)
        chances = list(expected["probability_by"].values())
        assert chances == sorted(chances)
        assert 0 <= chances[0] <= chances[-1] <= expected["reply_probability"] + 1e-9 <= 1 + 1e-9


def test_moment_before_the_message_was_sent_is_refused_by_name() -> None:
    with pytest.raises(LineError, match="now: lies before sent_at"):
        forecast_line(
            {
                "sent_at": "2026-11-23T10:00:00+00:00",
                "now": "2026-11-23T09:00:00+00:00",
                "channel": "message_center",
                "buyer_time_zone": "Europe/Madrid",
                "seller": {"time_zone": "Asia/Shanghai", "country": "CN"},
            },
            profile=get_profile("aliexpress"),
            hours=[24],
        )
