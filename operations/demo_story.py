"""The story that the examples tell: a few orders, and cases at different stages."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cases.models import Case
from cases.services import escalate_case, log_attempt, log_reply, open_case
from households.models import Membership
from money import Money
from orders.models import Order
from orders.services import ItemEntry, add_parcel, create_order
from sellers.models import Seller
from sellers.services import create_seller

DAY = timedelta(days=1)


@dataclass(slots=True, kw_only=True)
class Story:
    """Whose examples they are, when "now" is, and what has been made so far."""

    member: Membership
    now: datetime
    sellers: list[Seller] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


def tell(*, member: Membership, now: datetime) -> Story:
    """Make the examples by the services that a member's own acts go through."""
    story = Story(member=member, now=now)
    _fill(story)
    return story


def _fill(story: Story) -> None:
    member, now = story.member, story.now
    lantern = _seller(story, "Lantern Tools Store", "1100000058", 0.9)
    kiln = _seller(story, "Blue Kiln Ceramics Store", "1100413791", 0.4)
    crane = _seller(story, "Paper Crane Stationery Store", "1100689613", None)
    lamp = _order(story, lantern, "7946343613170001", "LED desk lamp", 2340, 40, 18)
    add_parcel(member=member, order=lamp, tracking_number="LP00297482617446", carrier="", now=now)
    tea = _order(story, kiln, "7946343613170002", "Ceramic tea set, 6 cups", 6490, 45, 8)
    monitor = _order(story, crane, "7946343613170003", "In-ear monitor", 6510, 50, 25)
    poles = _order(story, crane, "7946343613170004", "Hiking poles", 3120, 20, 45)
    _lamp_case(story, lamp)
    _tea_case(story, tea)
    _monitor_case(story, monitor)
    _poles_case(story, poles)
    question = open_case(
        member=member,
        seller=lantern,
        title="Does the T12 iron come with an EU plug?",
        issue="question",
        goal="answer",
        details="does the T12 iron come with an EU plug?",
        now=now - 2 * DAY,
    )
    story.cases.append(question)
    _write(member, question, "contact_now", now - 2 * DAY, "Does the T12 iron have an EU plug?")
    log_reply(
        member=member,
        case=question,
        received_at=now - timedelta(hours=3),
        body="Yes friend, EU plug.",
        channel="contact_now",
        now=now - timedelta(hours=3),
    )


def _seller(story: Story, name: str, store: str, rate: float | None) -> Seller:
    seller = create_seller(
        member=story.member,
        fields={
            "marketplace": "aliexpress",
            "name": name,
            "store_id": store,
            "url": f"https://www.aliexpress.com/store/{store}",
            "response_rate": rate,
        },
        now=story.now,
    )
    story.sellers.append(seller)
    return seller


def _order(
    story: Story,
    seller: Seller,
    number: str,
    title: str,
    minor: int,
    placed_days_ago: int,
    protected_days: int,
) -> Order:
    now = story.now
    order = create_order(
        member=story.member,
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
    story.orders.append(order)
    return order


def _open(
    story: Story, order: Order, title: str, issue: str, goal: str, opened_at: datetime
) -> Case:
    assert order.seller is not None  # noqa: S101  (each demo order has one)
    case = open_case(
        member=story.member,
        seller=order.seller,
        order=order,
        title=title,
        issue=issue,
        goal=goal,
        value=order.total,
        now=opened_at,
    )
    story.cases.append(case)
    return case


def _write(member: Membership, case: Case, channel: str, sent_at: datetime, body: str) -> None:
    log_attempt(member=member, case=case, channel=channel, sent_at=sent_at, body=body, now=sent_at)


def _lamp_case(story: Story, order: Order) -> None:
    member, now = story.member, story.now
    opened = now - 6 * DAY
    case = _open(
        story, order, "Desk lamp: no movement for 19 days", "not_received", "refund", opened
    )
    text = "Hello, my order has not arrived, where is it?"
    _write(member, case, "contact_seller", opened, text)


def _tea_case(story: Story, order: Order) -> None:
    member, now = story.member, story.now
    opened = now - 9 * DAY
    title = "Tea set arrived with two cups broken"
    case = _open(story, order, title, "damaged", "partial_refund", opened)
    _write(member, case, "message_center", opened, "Hello, two cups arrived broken.")
    _write(member, case, "contact_seller", now - 5 * DAY, "Please answer about the broken cups.")


def _monitor_case(story: Story, order: Order) -> None:
    member, now = story.member, story.now
    opened = now - 12 * DAY
    title = "In-ear monitor, one driver dead"
    case = _open(story, order, title, "defective", "refund", opened)
    _write(member, case, "message_center", opened, "Hello, the left side is silent.")
    escalate_case(
        member=member, case=case, kind="dispute", opened_at=now - 3 * DAY, now=now - 3 * DAY
    )


def _poles_case(story: Story, order: Order) -> None:
    member, now = story.member, story.now
    opened = now - timedelta(hours=20)
    case = _open(story, order, "Wrong size hiking poles", "wrong_item", "replacement", opened)
    _write(member, case, "message_center", opened, "Hello, the poles are the wrong size.")
