"""`manage.py plan`, as the contract has it: JSON Lines in, JSON Lines out."""

import io
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.plan_lines import plan_line
from cases.vocabulary import EscalationKind, Stage
from commandline.lines import convert_lines
from sellers.profiles import load_profiles

KINDS = {"retry", "escalate", "protection_warning", "platform_check", "settle_check"}
GOOD: dict[str, Any] = {
    "id": "case-1",
    "now": "2026-07-15T12:00:00+02:00",
    "marketplace": "aliexpress",
    "case": {
        "issue": "not_received",
        "stage": "awaiting_seller",
        "opened_at": "2026-07-10T12:00:00+02:00",
        "order": {
            "placed_at": "2026-06-01T08:00:00Z",
            "shipped_at": "2026-06-03T08:00:00Z",
            "delivered_at": None,
            "confirmed_at": None,
            "protection_ends_at": "2026-08-20T08:00:00Z",
            "value": {"amount": "23.40", "currency": "EUR"},
        },
    },
    "seller": {"time_zone": "Asia/Shanghai", "country": "CN", "response_rate": 0.8},
    "buyer_time_zone": "Europe/Madrid",
    "attempts": [
        {"channel": "contact_seller", "sent_at": "2026-07-15T10:00:00+02:00", "replied_at": None},
        {"channel": "message_center", "sent_at": "2026-07-11T10:00:00+02:00"},
    ],
    "history": [
        {
            "channel": "message_center",
            "sent_at": "2026-06-01T09:00:00Z",
            "replied_at": "2026-06-02T09:00:00Z",
            "observed_until": "2026-06-02T09:00:00Z",
        }
    ],
    "escalation": None,
}
DISPUTE = {"kind": "dispute", "opened_at": "2026-07-14T12:00:00+02:00"}


def put(path: tuple[str | int, ...], value: object, line: Mapping[str, Any] = GOOD) -> Any:
    """A copy of the line with the value at that path."""
    copy = json.loads(json.dumps(line))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copy


def convert(*texts: str) -> tuple[list[Any], list[str]]:
    """What goes to standard output and to standard error."""
    out: list[str] = []
    err: list[str] = []
    good = convert_lines(texts, out.append, err.append, plan_line)
    assert good is not bool(err)
    return [json.loads(text) for text in out], err


def kinds(plan: Mapping[str, Any]) -> list[str]:
    return [step["kind"] for step in plan["steps"]]


@pytest.fixture
def run(monkeypatch):
    """Call the command with a text on standard input; give its exit status, lines and faults."""

    def call(content: str) -> tuple[int, list[Any], list[str]]:
        stdin = io.TextIOWrapper(io.BytesIO(content.encode()), encoding="ascii")
        monkeypatch.setattr("sys.stdin", stdin)
        out, err = io.StringIO(), io.StringIO()
        status = 0
        try:
            call_command("plan", stdout=out, stderr=err)
        except SystemExit as stop:
            status = int(stop.code or 0)
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        return status, lines, err.getvalue().splitlines()

    return call


# What comes out


def test_plan_has_the_keys_and_types_of_the_contract() -> None:
    plan = plan_line(GOOD)
    assert list(plan) == ["id", "stage", "next", "steps", "escalate_by"]
    assert (plan["id"], plan["stage"]) == ("case-1", "awaiting_seller")
    assert plan["next"] in plan["steps"]
    for step in plan["steps"]:
        assert set(step) - {"channel"} == {"kind", "at", "why"}
        assert step["kind"] in KINDS
        assert step["why"]
        assert datetime.fromisoformat(step["at"]).tzinfo
    by, ends = (datetime.fromisoformat(t) for t in (plan["escalate_by"], "2026-08-20T08:00:00Z"))
    assert by < ends


def test_steps_are_in_order_of_time() -> None:
    times = [datetime.fromisoformat(step["at"]) for step in plan_line(GOOD)["steps"]]
    assert times == sorted(times)
    assert len(times) > 3


def test_nothing_in_is_nothing_out(run) -> None:
    assert run("") == (0, [], [])


def test_command_answers_each_line_and_names_the_bad_one(run) -> None:
    bad = put(("case", "stage"), "asleep")
    status, lines, err = run("\n".join(json.dumps(line) for line in (GOOD, bad, GOOD)))
    assert (status, len(lines), len(err)) == (1, 2, 1)
    assert err[0].startswith("line 2: case.stage: 'asleep' is not one of drafting, ")


def test_same_line_gives_the_same_plan_whatever_came_before(run) -> None:
    others = [put(("seller", "time_zone"), zone) for zone in ("UTC", "America/New_York")]
    lines = [put(("now",), f"2026-07-{day}T12:00:00Z") for day in range(16, 31)]
    texts = [json.dumps(line) for line in [GOOD, *others, *lines]]
    _, forwards, _ = run("\n".join(texts))
    _, backwards, _ = run("\n".join(texts[::-1]))
    assert forwards == backwards[::-1]
    assert forwards[0] == plan_line(GOOD)


def test_messages_in_any_order_give_the_same_plan() -> None:
    assert plan_line(put(("attempts",), GOOD["attempts"][::-1])) == plan_line(GOOD)


def test_case_whose_newest_message_was_answered_is_ours() -> None:
    plan = plan_line(put(("attempts", 0, "replied_at"), "2026-07-15T11:00:00+02:00"))
    assert plan["stage"] == "seller_replied"
    assert "retry" not in kinds(plan)


def test_protection_that_is_not_given_is_derived_from_the_shipping_date() -> None:
    plan = plan_line(put(("case", "order", "protection_ends_at"), None))
    # 60 days after shipping, less the margin of three, in waking hours.
    ends = datetime.fromisoformat("2026-08-02T08:00:00Z")
    assert timedelta(days=3) <= ends - datetime.fromisoformat(plan["escalate_by"]) < timedelta(4)


@pytest.mark.parametrize("order", [None, {}])
def test_case_without_a_deadline_has_no_last_safe_moment(order: object) -> None:
    plan = plan_line(put(("case", "order"), order))
    assert plan["escalate_by"] is None
    assert "protection_warning" not in kinds(plan)


@pytest.mark.parametrize("kind", list(EscalationKind))
def test_escalated_case_is_looked_at_with_the_marketplace(kind: str) -> None:
    line = put(("case", "stage"), "awaiting_platform")
    plan = plan_line(put(("escalation",), DISPUTE | {"kind": kind}, line))
    assert plan["stage"] == "awaiting_platform"
    assert plan["next"]["kind"] == "platform_check"


def test_settled_case_has_nothing_ahead() -> None:
    plan = plan_line(put(("case", "stage"), "settled"))
    assert (plan["next"], plan["steps"]) == (None, [])


@pytest.mark.parametrize("marketplace", sorted(load_profiles()))
def test_every_marketplace_we_ship_can_be_planned_for(marketplace: str) -> None:
    profile = load_profiles()[marketplace]
    channel = next(code for code, c in profile.channels.items() if c.reaches == "seller")
    attempts = [{"channel": channel, "sent_at": "2026-07-15T10:00:00+02:00"}]
    for issue in profile.issues:
        line = put(("marketplace",), marketplace) | {"attempts": attempts}
        assert plan_line(put(("case", "issue"), issue, line))["next"]


# Bad lines


FAULTS: list[tuple[tuple[str | int, ...], object, str]] = [
    (("now",), None, "now: is missing"),
    (("now",), "2026-07-15T12:00:00", "now: '2026-07-15T12:00:00' has no offset"),
    (("marketplace",), "ebay", "marketplace: 'ebay' is not one of aliexpress, "),
    (("marketplace",), ["aliexpress"], "marketplace: ['aliexpress'] is not one of"),
    (("case",), None, "case: is missing"),
    (("case", "issue"), None, "case.issue: is missing"),
    (("case", "issue"), "bored", "case.issue: 'bored' is not an issue of AliExpress"),
    (("case", "stage"), None, "case.stage: is missing"),
    (("case", "stage"), 3, "case.stage: 3 is not a text"),
    (("case", "opened_at"), None, "case.opened_at: is missing"),
    (("case", "order"), [], "case.order: is not an object"),
    (("case", "order", "placed_at"), "2026-06-01", "case.order.placed_at: '2026-06-01' has no"),
    (("case", "order", "protection_ends_at"), 5, "case.order.protection_ends_at: 5 is not a time"),
    (("case", "order", "value"), 23.4, "case.order.value: is not an object"),
    (("case", "order", "value", "amount"), 23.4, "case.order.value.amount: 23.4 is not a text"),
    (("case", "order", "value", "amount"), "much", "case.order.value: 'much' is not an amount"),
    (("case", "order", "value", "amount"), "1e999999", "case.order.value: '1e999999' is too large"),
    (("case", "order", "value", "currency"), "EURO", "case.order.value: 'EURO' is not a currency"),
    (("seller",), None, "seller: is missing"),
    (("seller", "time_zone"), "CN", "seller.time_zone: 'CN' is not a time zone"),
    (("buyer_time_zone",), None, "buyer_time_zone: None is not a time zone"),
    (("attempts",), {}, "attempts: is not a list"),
    (("attempts", 0), "hello", "attempts[0]: is not an object"),
    (("attempts", 0, "channel"), None, "attempts[0].channel: is missing"),
    (("attempts", 0, "channel"), "pigeon", "attempts[0].channel: 'pigeon' is not a channel"),
    (("attempts", 1, "sent_at"), None, "attempts[1].sent_at: is missing"),
    (
        ("attempts", 0, "sent_at"),
        "2026-07-15T13:00:00+02:00",
        "attempts[0].sent_at: lies after now",
    ),
    (
        ("attempts", 1, "replied_at"),
        "2026-07-10T00:00:00Z",
        "attempts[1].replied_at: lies before the message was sent",
    ),
    (("history",), 7, "history: is not a list"),
    (("history", 0, "sent_at"), "x", "history[0].sent_at: 'x' is not a time"),
    (("escalation",), "dispute", "escalation: is not an object"),
    (("escalation",), DISPUTE | {"kind": "war"}, "escalation.kind: 'war' is not one of dispute, "),
    (("escalation",), {"kind": "dispute"}, "escalation.opened_at: is missing"),
]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    FAULTS,
    ids=[f"{'.'.join(map(str, path))}={str(value)[:20]!r}" for path, value, _ in FAULTS],
)
def test_bad_field_is_named_on_one_line(
    path: tuple[str | int, ...], value: object, said: str
) -> None:
    lines, (fault,) = convert(json.dumps(put(path, value)))
    assert lines == []
    assert fault.startswith(f"line 1: {said}")
    assert "\n" not in fault


# Whatever comes in


PATHS: list[tuple[str | int, ...]] = [
    *((key,) for key in GOOD),
    *(("case", key) for key in GOOD["case"]),
    *(("case", "order", key) for key in GOOD["case"]["order"]),
    *(("case", "order", "value", key) for key in ("amount", "currency")),
    *(("seller", key) for key in ("response_rate", "inquiry_volume", "business_hours", "country")),
    *(("attempts", 0, key) for key in ("channel", "sent_at", "replied_at")),
    *(("attempts", 1, key) for key in ("channel", "sent_at", "replied_at")),
    *(("history", 0, key) for key in GOOD["history"][0]),
]
instants = st.sampled_from(
    [
        *("2000-01-01T00:00:00Z", "2100-12-31T23:59:59.999999Z", "2026-07-15T12:00:00+02:00"),
        *("2026-07-15T12:00:00+23:59", "2026-07-15T12:00:00", "2026-03-29T02:30:00+01:00"),
        *("2026-07-20T08:00:00Z", "2026-08-16T08:00:00Z", "2026-12-01T08:00:00Z"),
    ]
)
hostile = st.sampled_from(
    [
        *("", "24:00", "US", "\x00", "\ud800", "live_chat", "support", "nan", "1e99", "question"),
        *(*Stage, *load_profiles(), *load_profiles()["aliexpress"].issues),
        *(10**400, 1e308, 0, -1, True, False, None, [], {}, [[]], DISPUTE),
        *({"mon": ["00:00", "00:01"]}, {"mon": ["23:59", "00:01"], "sun": []}),
    ]
)
anything = (
    instants
    | hostile
    | st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=6,
    )
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), anything), min_size=1, max_size=4))
def test_any_object_is_planned_or_named_and_never_a_traceback(
    changes: list[tuple[tuple[str | int, ...], Any]],
) -> None:
    line = GOOD
    for path, value in changes:
        try:
            line = put(path, value, line)
        except (KeyError, TypeError, IndexError):
            continue
    lines, err = convert(json.dumps(line).replace("Infinity", "0"))
    assert len(lines) + len(err) == 1
    for plan in lines:
        assert plan["stage"] in set(Stage)
        assert set(kinds(plan)) <= KINDS
        times = [datetime.fromisoformat(step["at"]) for step in plan["steps"]]
        assert times == sorted(times)
