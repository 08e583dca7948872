"""A member's calendar: planned steps and last safe days of their cases, behind a secret link."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.models import Case, FollowUp
from cases.vocabulary import Stage
from households.models import Membership, ReminderScope
from households.tokens import new_token, token_hash
from reminders.calendar_text import FeedEvent, feed_text
from reminders.choices import zone_of
from reminders.models import CalendarFeed
from reminders.timing import URGENT_KINDS

# What is over stays in the feed so long, so that each program that reads it sees it end.
KEPT_AFTER = timedelta(days=30)
# A calendar program fetches all of it every hour.
MOST_EVENTS = 500
GONE = (FollowUp.Status.CANCELLED, FollowUp.Status.SKIPPED)


def make_link(member: Membership, *, now: datetime) -> str:
    """A new secret address; the one before ends. It is shown now and cannot be shown again."""
    token = new_token()
    fields = {"token_hash": token_hash(token), "created_at": now, "last_read_at": None}
    CalendarFeed.objects.update_or_create(member=member, defaults=fields)
    return settings.BASE_URL + reverse("calendar_feed", args=[token])


def end_link(member: Membership) -> None:
    CalendarFeed.objects.filter(member=member).delete()


def read_feed(token: str, *, now: datetime) -> bytes | None:
    """The calendar behind a link; None for a link of nobody, or of somebody who has left."""
    feed = (
        CalendarFeed.objects.filter(
            token_hash=token_hash(token), member__left_at=None, member__user__is_active=True
        )
        .select_related("member__user", "member__household")
        .first()
    )
    if feed is None:
        return None
    CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
    member = feed.member
    with translation.override(member.user.language), timezone.override(zone_of(member)):
        return feed_text(events_of(member, now=now), name=f"Parley · {member.household.name}")


def events_of(member: Membership, *, now: datetime) -> list[FeedEvent]:
    """In the active language and zone; two queries. Of too many the oldest steps are left out."""
    days = list(_last_safe_days(member, now))
    return [*_steps(member, now, most=MOST_EVENTS - len(days)), *days]


def _followed(member: Membership, prefix: str = "") -> Q:
    """Which cases are this member's to follow, as for reminders."""
    if member.reminder_scope == ReminderScope.ALL:
        return Q()
    mine = Q(**{f"{prefix}assignee": member})
    if member.reminder_scope == ReminderScope.ASSIGNED:
        mine |= Q(**{f"{prefix}assignee": None})
        if prefix:
            # As with reminders: what ends in lost money is everybody's.
            mine |= Q(kind__in=URGENT_KINDS)
    return mine


def _steps(member: Membership, now: datetime, *, most: int) -> Iterator[FeedEvent]:
    """The newest state of each step: a step that was planned anew is the same entry, moved."""
    newest = (
        FollowUp.objects.of(member.household)
        .filter(due_at__gt=now - KEPT_AFTER)
        .filter(_followed(member, "case__"))
        .values("case", "cycle", "rung")
        .annotate(newest=Max("pk"))
    )
    rows: QuerySet[FollowUp] = (
        FollowUp.objects.of(member.household)
        .filter(pk__in=newest.values("newest"))
        .exclude(status=FollowUp.Status.FAILED)
        .select_related("case__household")
        .order_by("-due_at", "-pk")
    )
    for row in reversed(rows[:most]):
        yield FeedEvent(
            uid=f"{row.case.public_id}.{row.cycle}.{row.rung}@{_host()}",
            sequence=row.case.version,
            summary=f"{capfirst(row.label)}: {row.case.title}",
            description=_last_safe(row.case),
            url=_address(row.case),
            starts=row.due_at,
            stamped_at=row.created_at,
            is_cancelled=row.status in GONE or row.case.stage == Stage.SETTLED,
        )


def _last_safe_days(member: Membership, now: datetime) -> Iterable[FeedEvent]:
    """Of a case that was taken further or settled, the day is cancelled, not forgotten."""
    cases = (
        Case.objects.of(member.household)
        .filter(_followed(member), escalate_by__isnull=False)
        .exclude(settled_at__lte=now - KEPT_AFTER)
        .select_related("household")
        .order_by("-escalate_by", "-pk")
    )
    for case in reversed(cases[: MOST_EVENTS // 2]):
        if case.escalate_by is None:
            continue
        yield FeedEvent(
            uid=f"{case.public_id}.last-safe-day@{_host()}",
            sequence=case.version,
            summary=_("Last safe day: %(case)s") % {"case": case.title},
            description=_last_safe(case),
            url=_address(case),
            starts=timezone.localtime(case.escalate_by).date(),
            stamped_at=case.opened_at,
            is_cancelled=case.stage in (Stage.AWAITING_PLATFORM, Stage.SETTLED),
        )


def _last_safe(case: Case) -> str:
    """No message and no reason: a calendar is often shared with others."""
    if case.escalate_by is None:
        return ""
    local = timezone.localtime(case.escalate_by)
    said = f"{local:%Y-%m-%d %H:%M} ({local.tzinfo})"
    return _("Last safe moment to escalate: %(moment)s") % {"moment": said}


def _address(case: Case) -> str:
    path = reverse("case_detail", args=[case.household.public_id, case.public_id])
    return settings.BASE_URL + path


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
