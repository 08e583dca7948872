"""A demo household for an empty database: a few orders, and cases at different stages."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from cases.models import Case
from cases.services import escalate_case, log_attempt, log_reply, open_case
from cases.sweep import sweep
from households.models import Membership, User
from households.services import create_household, make_sign_in_link
from money import Money
from orders.models import Order
from orders.services import ItemEntry, add_parcel, create_order
from sellers.models import Seller
from sellers.services import create_seller

DEMO_EMAIL = "demo@parley.example"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Demo:
    email: str
    password: str
    sign_in_url: str


@transaction.atomic
def make_demo_household(*, now: datetime) -> Demo | None:
    """Make it where nobody is yet; None when the database has a person already.

    A demo that nobody has entered yet gets a new way in: the first may have scrolled away.
    """
    unused = User.objects.filter(
        email=DEMO_EMAIL, password_is_one_time=True, last_login__isnull=True
    ).first()
    if unused is not None:
        return _way_in(unused, now)
    if User.objects.exists():
        return None
    user = User.objects.create_user(
        DEMO_EMAIL,
        None,
        name="Robin",
        time_zone="Europe/Madrid",
        password_is_one_time=True,
        is_staff=True,
        is_superuser=True,
    )
    member = create_household(name="Home", owner=user, now=now - 30 * DAY, is_demo=True)
    _fill(member, now)
    # What the story above let pass comes due at once, as it would have day by day.
    sweep(now=now)
    return _way_in(user, now)


def _way_in(user: User, now: datetime) -> Demo:
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.save(update_fields=["password"])
    return Demo(user.email, password, make_sign_in_link(user, now=now))


def _fill(member: Membership, now: datetime) -> None:
    lantern = _seller(member, now, "Lantern Tools Store", "1100000058", 0.9)
    kiln = _seller(member, now, "Blue Kiln Ceramics Store", "1100413791", 0.4)
    crane = _seller(member, now, "Paper Crane Stationery Store", "1100689613", None)
    lamp = _order(member, now, lantern, "7946343613170001", "LED desk lamp", 2340, 40, 18)
    add_parcel(member=member, order=lamp, tracking_number="LP00297482617446", carrier="", now=now)
    tea = _order(member, now, kiln, "7946343613170002", "Ceramic tea set, 6 cups", 6490, 45, 8)
    monitor = _order(member, now, crane, "7946343613170003", "In-ear monitor", 6510, 50, 25)
    poles = _order(member, now, crane, "7946343613170004", "Hiking poles", 3120, 20, 45)
    _lamp_case(member, lamp, now)
    _tea_case(member, tea, now)
    _monitor_case(member, monitor, now)
    _poles_case(member, poles, now)
    question = open_case(
        member=member,
        seller=lantern,
        title="Does the T12 iron come with an EU plug?",
        issue="question",
        goal="answer",
        details="does the T12 iron come with an EU plug?",
        now=now - 2 * DAY,
    )
    _write(member, question, "contact_now", now - 2 * DAY, "Does the T12 iron have an EU plug?")
    log_reply(
        member=member,
        case=question,
        received_at=now - timedelta(hours=3),
        body="Yes friend, EU plug.",
        channel="contact_now",
        now=now - timedelta(hours=3),
    )


def _seller(member: Membership, now: datetime, name: str, store: str, rate: float | None) -> Seller:
    return create_seller(
        member=member,
        fields={
            "marketplace": "aliexpress",
            "name": name,
            "store_id": store,
            "url": f"https://www.aliexpress.com/store/{store}",
            "response_rate": rate,
        },
        now=now,
    )


def _order(
    member: Membership,
    now: datetime,
    seller: Seller,
    number: str,
    title: str,
    minor: int,
    placed_days_ago: int,
    protected_days: int,
) -> Order:
    return create_order(
        member=member,
        fields={
            "marketplace": "aliexpress",
            "number": number,
            "seller": seller,
            "status": "shipped",
            "total_minor": minor,
            "currency": "EUR",
            "placed_at": now - placed_days_ago * DAY,
            "shipped_at": now - (placed_days_ago - 3) * DAY,
            "protection_ends_at": now + protected_days * DAY,
        },
        items=[ItemEntry(title=title, unit_price=Money(minor, "EUR"))],
        now=now,
    )


def _open(
    member: Membership, order: Order, title: str, issue: str, goal: str, opened_at: datetime
) -> Case:
    assert order.seller is not None  # noqa: S101  (each demo order has one)
    return open_case(
        member=member,
        seller=order.seller,
        order=order,
        title=title,
        issue=issue,
        goal=goal,
        value=order.total,
        now=opened_at,
    )


def _write(member: Membership, case: Case, channel: str, sent_at: datetime, body: str) -> None:
    log_attempt(member=member, case=case, channel=channel, sent_at=sent_at, body=body, now=sent_at)


def _lamp_case(member: Membership, order: Order, now: datetime) -> None:
    opened = now - 6 * DAY
    case = _open(
        member, order, "Desk lamp: no movement for 19 days", "not_received", "refund", opened
    )
    text = "Hello, my order has not arrived, where is it?"
    _write(member, case, "contact_seller", opened, text)


def _tea_case(member: Membership, order: Order, now: datetime) -> None:
    opened = now - 9 * DAY
    title = "Tea set arrived with two cups broken"
    case = _open(member, order, title, "damaged", "partial_refund", opened)
    _write(member, case, "message_center", opened, "Hello, two cups arrived broken.")
    _write(member, case, "contact_seller", now - 5 * DAY, "Please answer about the broken cups.")


def _monitor_case(member: Membership, order: Order, now: datetime) -> None:
    opened = now - 12 * DAY
    title = "In-ear monitor, one driver dead"
    case = _open(member, order, title, "defective", "refund", opened)
    _write(member, case, "message_center", opened, "Hello, the left side is silent.")
    escalate_case(
        member=member, case=case, kind="dispute", opened_at=now - 3 * DAY, now=now - 3 * DAY
    )


def _poles_case(member: Membership, order: Order, now: datetime) -> None:
    opened = now - timedelta(hours=20)
    case = _open(member, order, "Wrong size hiking poles", "wrong_item", "replacement", opened)
    _write(member, case, "message_center", opened, "Hello, the poles are the wrong size.")
