"""One voice per seller: of two members who write to one at the same time, the second is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from cases.models import Case, CaseEvent, ContactAttempt
from cases.presence import end_writing
from cases.services.conversation import log_joint_attempt
from cases.services.translations import translate_last_attempt
from households.models import Membership
from sellers.models import Seller

LATELY = timedelta(minutes=30)


class AnotherWrote(Exception):
    """Another member has just logged a message to the same seller. Nothing was saved."""

    def __init__(self, event: CaseEvent, body: str) -> None:
        super().__init__(f"{event.actor} has just written to this seller")
        self.event = event
        # What the second one sent.
        self.body = body


@transaction.atomic
def log_as_one_voice(
    *,
    member: Membership,
    cases: Sequence[Case],
    channel: str,
    sent_at: datetime,
    body: str,
    knows_of_others: bool,
    now: datetime,
    translation: str = "",
) -> list[ContactAttempt]:
    """Log one message in each of the cases; raises AnotherWrote unless the member knows.

    `translation` is what it says in other words, '' where nobody wrote that down.
    """
    seller = cases[0].seller
    hold_voice(seller)
    if not knows_of_others:
        event = _lately_by_another(seller, member, now)
        if event is not None:
            raise AnotherWrote(event, body)
    attempts = log_joint_attempt(
        member=member, cases=cases, channel=channel, sent_at=sent_at, body=body, now=now
    )
    if translation:
        for attempt in attempts:
            translate_last_attempt(
                member=member, case=attempt.case, translation=translation, now=now
            )
    end_writing(member=member, seller=seller)
    return attempts


def hold_voice(seller: Seller) -> None:
    """Two who log at once in different cases of one seller: the second must see the first.

    Always before a case is locked, or two would wait for each other.
    """
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)


def _lately_by_another(seller: Seller, member: Membership, now: datetime) -> CaseEvent | None:
    events = CaseEvent.objects.of(member.household).filter(
        kind=CaseEvent.Kind.ATTEMPT_LOGGED,
        case__seller=seller,
        actor__isnull=False,
        at__gt=now - LATELY,
    )
    others = events.exclude(actor=member).select_related("actor__user", "case")
    return others.order_by("-at", "-id").first()
