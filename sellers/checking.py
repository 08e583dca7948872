"""Keeps what was looked up about a seller, and judges it with the household's own dealings."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from households.models import Membership
from sellers.check import Answers, Dealings, Judgement, judge_seller
from sellers.models import Seller, SellerCheck
from sellers.profiles import load_profiles
from sellers.record import OwnRecord, own_record
from sellers.services import correct_seller

QUESTION = "question"


@transaction.atomic
def record_check(
    *,
    member: Membership,
    seller: Seller,
    answers: Answers,
    item_title: str = "",
    item_url: str = "",
    notes: str = "",
    now: datetime,
) -> SellerCheck:
    """Keep a check, and put what the store's page says of its age and rating on the seller."""
    if seller.household_id != member.household_id:
        raise ValueError("the seller belongs to the member's household")
    told: dict[str, object] = {}
    if answers.positive_feedback is not None:
        told["positive_feedback"] = Decimal(str(answers.positive_feedback))
    if answers.open_since is not None:
        told["open_since"] = answers.open_since
    if told:
        correct_seller(member=member, seller=seller, changes=told, now=now)
    return SellerCheck.objects.create(
        household=member.household,
        seller=seller,
        item_title=item_title,
        item_url=item_url,
        answers=answers.as_json(),
        notes=notes,
        checked_by=member,
        checked_at=now,
    )


def dealings_with(seller: Seller, record: OwnRecord) -> Dealings:
    """Counted from the household's own orders and cases. Asking something is no trouble."""
    troubles = seller.cases.filter(order=OuterRef("pk")).exclude(issue=QUESTION)
    orders = seller.orders.aggregate(
        all=Count("pk"), troubled=Count("pk", filter=Q(Exists(troubles)))
    )
    outcomes = Counter(seller.cases.exclude(issue=QUESTION).values_list("outcome", flat=True))
    return Dealings(
        orders=orders["all"],
        troubled_orders=orders["troubled"],
        outcomes={outcome: count for outcome, count in outcomes.items() if outcome},
        open_cases=outcomes.get("", 0),
        # A message whose time is not over says nothing yet.
        messages=record.sent - sum(message.is_waiting for message in record.messages),
        answered=record.answered,
        median_hours=record.median_hours,
    )


def judge(
    check: SellerCheck | None, seller: Seller, *, record: OwnRecord | None = None, now: datetime
) -> tuple[Judgement, Dealings]:
    """By the marketplace's present figures; without a check only the dealings are known."""
    profiles = load_profiles()
    profile = profiles.get(seller.marketplace) or profiles["other"]
    dealings = dealings_with(seller, record or own_record(seller, now=now))
    answers = Answers.from_json(check.answers) if check else Answers()
    judgement = judge_seller(answers, dealings=dealings, checks=profile.checks, year=now.year)
    return judgement, dealings
