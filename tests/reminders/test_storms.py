"""However much comes due at once, each member gets one digest, and never a storm of mails."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.services import open_case
from cases.sweep import sweep
from households.models import Household, Membership
from operations.seeding import seed
from operations.ticking import deliver_now, sweep_now
from orders.importing import import_orders
from orders.models import Order
from reminders import claims
from reminders.letters import MOST_AN_HOUR
from reminders.models import Notification
from tests.cases.test_sweep import waiting_case
from tests.invariants import assert_invariants
from tests.orders.importers.files import inventory
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MAILS = ("owner@home.test", "adam@home.test")


@pytest.fixture
def home() -> Home:
    """Two members who want every reminder by mail."""
    made = make_home()
    made.member("Adam")
    return made


def exported(number: int, **cells: str) -> dict[str, str]:
    return {"Order ID": str(3069099405650000 + number), "Status": "Awaiting delivery", **cells}


def bring(home: Home, orders: list[dict[str, str]]) -> None:
    outcome = import_orders(
        household=home.household,
        content=inventory(*orders).encode(),
        file_name="orders.csv",
        now=NOW,
    )
    assert outcome.rejected == []


def with_a_case_each(home: Home) -> None:
    for order in Order.objects.of(home.household).select_related("seller"):
        assert order.seller is not None
        open_case(
            member=home.owner,
            seller=order.seller,
            order=order,
            title=f"Order {order.number} has not come",
            issue="not_received",
            goal="refund",
            now=NOW,
        )


def test_import_of_500_orders_tells_nobody(mailbox: Mailbox, home: Home) -> None:
    old = str((NOW - 80 * DAY).date())
    bring(home, [exported(n, **{"Order Date": old}) for n in range(500)])
    assert Order.objects.count() == 500
    sweep_now(now=NOW + MINUTE)
    deliver_now(now=NOW + MINUTE)
    assert mailbox.accepted == []


def test_orders_whose_last_safe_day_an_import_passes_are_one_digest_a_member(
    mailbox: Mailbox, home: Home
) -> None:
    """Their dates come with a second file, which plans 100 escalations that are due at once."""
    bring(home, [exported(n, **{"Order Date": ""}) for n in range(100)])
    with_a_case_each(home)
    old = str((NOW - 80 * DAY).date())
    bring(home, [exported(n, **{"Order Date": old}) for n in range(100)])
    figures = sweep(now=NOW + MINUTE)
    assert (figures.escalation_due, figures.notifications) == (100, 400)
    for minutes in range(1, 120, 10):
        deliver_now(now=NOW + minutes * MINUTE)
    assert [len(mailbox.to(address)) for address in MAILS] == [1, 1]
    mailed = Notification.objects.filter(channel="email")
    assert set(mailed.values_list("state", flat=True)) == {"sent"}
    for address in MAILS:
        (mail,) = mailbox.to(address)
        assert mail["Subject"].startswith("100 things are yours")
    assert_invariants(NOW + 2 * HOUR, is_swept=True)


def test_500_cases_that_are_due_at_once_are_one_digest_a_member(mailbox: Mailbox) -> None:
    now = datetime.now(UTC)
    seed(households=1, cases=500, due=500, seed=5, now=now)
    members = Membership.objects.count()
    assert sweep(now=now).fired == 500
    for minutes in range(0, 120, 10):
        deliver_now(now=now + minutes * MINUTE)
    assert len(mailbox.accepted) == len({address for address, _ in mailbox.accepted}) == members
    assert set(Notification.objects.filter(channel="email").values_list("state", flat=True)) == {
        "sent"
    }
    # The mail names the first ones and says how many more there are.
    (_, mail) = mailbox.accepted[0]
    assert mail["Subject"].startswith("500 things are yours")
    assert len(mail.as_bytes()) < 100_000


def test_week_without_a_tick_is_one_digest_a_member_with_each_case_once(
    mailbox: Mailbox, home: Home
) -> None:
    """Each case missed a retry and a warning: what is told of it is the warning."""
    cases = [
        waiting_case(home, number=f"306909940565{n:04}", protection_ends_at=NOW + 14 * DAY)
        for n in range(30)
    ]
    sweep(now=NOW + 8 * DAY)
    deliver_now(now=NOW + 8 * DAY)
    assert [len(mailbox.to(address)) for address in MAILS] == [1, 1]
    told = Notification.objects.filter(channel="email", state="sent")
    assert set(told.values_list("kind", flat=True)) == {"protection_warning"}
    assert told.count() == 2 * len(cases)
    assert_invariants(NOW + 8 * DAY, is_swept=True)


def test_what_comes_due_minute_by_minute_is_six_mails_an_hour_and_then_a_digest(
    mailbox: Mailbox, home: Home
) -> None:
    cases = [waiting_case(home, number=f"306909940565{n:04}") for n in range(30)]
    for number, case in enumerate(cases):
        case.follow_ups.pending().filter(kind="retry").update(due_at=NOW + number * MINUTE)
    for minute in range(60):
        sweep(now=NOW + minute * MINUTE)
        deliver_now(now=NOW + minute * MINUTE)
    assert [len(mailbox.to(address)) for address in MAILS] == [MOST_AN_HOUR, MOST_AN_HOUR]
    for minute in range(60, 120):
        deliver_now(now=NOW + minute * MINUTE)
    # The other 24 cases go together as soon as there is room.
    assert [len(mailbox.to(address)) for address in MAILS] == [MOST_AN_HOUR + 1, MOST_AN_HOUR + 1]
    assert "24" in mailbox.to(MAILS[0])[-1]["Subject"]
    assert Notification.objects.filter(channel="email", state="sent").count() == 60


def test_storm_in_one_household_puts_off_nobody_of_another(mailbox: Mailbox, home: Home) -> None:
    for n in range(40):
        case = waiting_case(home, number=f"306909940565{n:04}")
        case.follow_ups.pending().filter(kind="retry").update(due_at=NOW)
    quiet = make_home("quiet")
    waiting_case(quiet).follow_ups.pending().filter(kind="retry").update(due_at=NOW)
    sweep(now=NOW)
    deliver_now(now=NOW)
    assert Household.objects.count() == 2
    assert len(mailbox.to("owner@quiet.test")) == 1


def test_claim_that_is_full_takes_no_member_s_reminders_apart(
    mailbox: Mailbox, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "ROWS_A_BATCH", 7)
    for n in range(5):
        case = waiting_case(home, number=f"306909940565{n:04}")
        case.follow_ups.pending().filter(kind="retry").update(due_at=NOW)
    sweep(now=NOW)
    deliver_now(now=NOW)
    assert [len(mailbox.to(address)) for address in MAILS] == [1, 1]
