"""Log what was written, what was answered, and what is worth noting."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.facts import buyer_zone, seller_history
from cases.models import Case, CaseEvent, ContactAttempt, Reply
from cases.planning import replan
from cases.seller_words import MessageReading, read_message
from cases.services.guard import (
    DOUBLE_CLICK,
    change_stage,
    end_snooze,
    locked_case,
    record,
    refuse_impossible_time,
    save_case,
)
from cases.transitions import Verb
from cases.vocabulary import Stage
from households.models import Membership
from languages.sentences import joined
from sellers.calendar import WEEKDAYS
from sellers.facts import seller_facts
from sellers.forecast import Forecast, forecast, working_calendar
from sellers.history import Observation
from sellers.profiles import get_profile

MOST_QUOTED = 300


@transaction.atomic
def log_attempt(
    *, member: Membership, case: Case, channel: str, sent_at: datetime, body: str, now: datetime
) -> ContactAttempt:
    """A message was sent: it is the seller's turn, and their time to answer begins."""
    row = locked_case(case, member=member, verb=Verb.LOG_ATTEMPT)
    known = get_profile(row.seller.marketplace).channels
    if channel not in known or known[channel].reaches != "seller":
        raise CaseError(
            _("%(channel)s is not a way to write to this seller. Choose one.")
            % {"channel": repr(channel)}
        )
    refuse_impossible_time(sent_at, now=now, what=_("The time of sending"))
    last = row.attempts.last()
    if last is not None and _is_same(last, channel, sent_at, body):
        return last
    expected = _expected(row, channel, sent_at, now)
    row.cycle += 1
    attempt = ContactAttempt.objects.create(
        case=row,
        cycle=row.cycle,
        channel=channel,
        sent_at=sent_at,
        body=body,
        sent_by=member,
        band=expected.band,
        expected_by=expected.window_ends_at,
        reply_probability=expected.reply_probability,
    )
    if row.stage != Stage.AWAITING_PLATFORM:
        change_stage(row, Stage.AWAITING_SELLER, now=now)
    end_snooze(row)
    save_case(row, "cycle")
    record(
        row,
        CaseEvent.Kind.ATTEMPT_LOGGED,
        actor=member,
        now=now,
        reason=joined(*expected.why),
        details={"channel": channel, "sent_at": sent_at.isoformat(), "body": body},
    )
    replan(row, now=now)
    return attempt


@transaction.atomic
def log_joint_attempt(
    *,
    member: Membership,
    cases: Sequence[Case],
    channel: str,
    sent_at: datetime,
    body: str,
    now: datetime,
) -> list[ContactAttempt]:
    """One message about several cases with one seller: it counts for each of them, or for none."""
    if len({case.seller_id for case in cases}) > 1:
        raise CaseError(_("One message goes to one seller. Log it in each seller's own cases."))
    return [
        log_attempt(member=member, case=case, channel=channel, sent_at=sent_at, body=body, now=now)
        # By key: two that lock several cases at once must take them in the same order.
        for case in sorted(cases, key=lambda case: case.pk)
    ]


def _is_same(last: ContactAttempt, channel: str, sent_at: datetime, body: str) -> bool:
    near = abs(last.sent_at - sent_at) <= DOUBLE_CLICK
    return near and last.channel == channel and last.body == body


def _expected(case: Case, channel: str, sent_at: datetime, now: datetime) -> Forecast:
    earlier = [
        Observation(
            channel=a.channel,
            sent_at=a.sent_at,
            replied_at=a.replied_at,
            observed_until=max(a.sent_at, now),
        )
        for a in case.attempts.all()
    ]
    return forecast(
        sent_at=sent_at,
        channel=channel,
        seller=seller_facts(case.seller),
        buyer_time_zone=buyer_zone(case),
        profile=get_profile(case.seller.marketplace),
        history=[*seller_history(case.seller, besides=case, now=now), *earlier],
    )


@transaction.atomic
def log_reply(
    *,
    member: Membership,
    case: Case,
    received_at: datetime,
    body: str,
    channel: str,
    is_automatic: bool | None = None,
    now: datetime,
) -> Reply:
    """The seller answered: it is our turn. An automatic reply is kept, but ends no waiting.

    Whether it is one is read from its words, unless the member says so. Saying so of a reply that
    was taken for an automatic one makes it an answer.
    """
    row = locked_case(case, member=member, verb=Verb.LOG_REPLY)
    refuse_impossible_time(received_at, now=now, what=_("The time of the answer"))
    double = row.replies.filter(
        body=body, received_at__range=(received_at - DOUBLE_CLICK, received_at + DOUBLE_CLICK)
    ).first()
    if double is not None:
        return double
    seen = _read(row, body, received_at)
    if is_automatic is None:
        is_automatic = seen.is_automatic
    attempt = row.attempts.filter(sent_at__lte=received_at).last()
    if attempt is None and row.attempts.exists():
        raise CaseError(_("The answer lies before your first message. Write when it came."))
    reply = Reply.objects.create(
        case=row,
        attempt=attempt,
        channel=channel,
        received_at=received_at,
        body=body,
        is_automatic=is_automatic,
        promised_until=seen.promise.until if seen.promise else None,
        promise=seen.promise.quote[:MOST_QUOTED] if seen.promise else "",
        red_flags=[{"code": flag.code, "quote": flag.quote} for flag in seen.red_flags],
        logged_by=member,
    )
    if not is_automatic:
        _mark_answered(row, attempt, received_at, now)
    record(
        row,
        CaseEvent.Kind.REPLY_LOGGED,
        actor=member,
        now=now,
        details={
            "channel": channel,
            "received_at": received_at.isoformat(),
            "body": body,
            "is_automatic": is_automatic,
        },
    )
    replan(row, now=now)
    return reply


@transaction.atomic
def count_reply_as_answer(*, member: Membership, case: Case, reply: Reply, now: datetime) -> Reply:
    """A reply that was taken for an automatic one came from a person after all."""
    row = locked_case(case, member=member, verb=Verb.LOG_REPLY)
    kept = row.replies.get(pk=reply.pk)
    if not kept.is_automatic:
        return kept
    kept.is_automatic = False
    kept.save(update_fields=["is_automatic"])
    _mark_answered(row, kept.attempt, kept.received_at, now)
    record(
        row,
        CaseEvent.Kind.REPLY_LOGGED,
        actor=member,
        now=now,
        details={
            "channel": kept.channel,
            "received_at": kept.received_at.isoformat(),
            "body": kept.body,
            "is_automatic": False,
        },
    )
    replan(row, now=now)
    return kept


def _read(case: Case, body: str, received_at: datetime) -> MessageReading:
    seller = seller_facts(case.seller)
    hours = working_calendar(seller, get_profile(case.seller.marketplace)).hours
    return read_message(
        body,
        received_at=received_at,
        seller_zone=seller.time_zone,
        country=seller.country,
        working_weekdays=frozenset(i for i, day in enumerate(WEEKDAYS) if hours.get(day)),
    )


def _mark_answered(
    case: Case, attempt: ContactAttempt | None, received_at: datetime, now: datetime
) -> None:
    if attempt is not None and attempt.replied_at is None:
        attempt.replied_at = received_at
        attempt.save(update_fields=["replied_at"])
    end_snooze(case)
    newest = case.attempts.last()
    if newest is not None and newest.replied_at is None:
        return
    if case.stage != Stage.AWAITING_PLATFORM and not _is_past_safety(case, now):
        change_stage(case, Stage.SELLER_REPLIED, now=now)
    save_case(case)


def _is_past_safety(case: Case, now: datetime) -> bool:
    """Flagged, and past the last safe moment: an answer alone does not make the money safe."""
    by = case.escalate_by
    return case.stage == Stage.ESCALATION_DUE and by is not None and by <= now
