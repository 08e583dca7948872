"""Links with which an outsider (an advice centre, a lawyer) reads one case until they expire."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.models import Case, CaseEvent, ViewerLink
from cases.services.guard import record
from households.models import Membership
from households.tokens import new_token, token_hash
from languages.sentences import Sentence, say

Kind = CaseEvent.Kind
DAYS = (3, 7, 30)
MOST_LINKS = 10
LONGEST_LABEL = 80
# The moment of the last use is kept to the minute: a page with twenty photos is one use.
A_MINUTE = timedelta(minutes=1)
BATCH_SIZE = 500


@transaction.atomic
def make_link(
    *, owner: Membership, case: Case, label: str, days: int, now: datetime
) -> tuple[ViewerLink, str]:
    """The link and its address, which is told this once."""
    row = _locked(case, owner)
    tidy = " ".join(label.split())
    if not tidy or len(tidy) > LONGEST_LABEL:
        raise CaseError(_("Say for whom the link is, in up to 80 characters."))
    if days not in DAYS:
        raise CaseError(_("Choose 3, 7 or 30 days."))
    if row.viewer_links.usable(now).count() >= MOST_LINKS:
        raise CaseError(
            _("This case has %(most)d links already. End one first.") % {"most": MOST_LINKS}
        )
    token = new_token()
    link = ViewerLink.objects.create(
        household_id=row.household_id,
        case=row,
        label=tidy,
        token_hash=token_hash(token),
        made_by=owner,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(row, Kind.LINK_MADE, actor=owner, now=now, details={"body": tidy, "days": days})
    return link, settings.BASE_URL + reverse("shared_case", args=[token])


def _locked(case: Case, owner: Membership) -> Case:
    if not owner.is_owner or owner.household_id != case.household_id:
        raise PermissionDenied(_("Only an owner of the household can let outsiders look."))
    return Case.objects.select_for_update().get(pk=case.pk)


def find_link(token: str, *, now: datetime) -> ViewerLink | None:
    """The link that an address names, if it may still be used."""
    usable = ViewerLink.objects.usable(now).filter(token_hash=token_hash(token))
    return usable.select_related("made_by__user", "household").first()


def note_use(link: ViewerLink, *, now: datetime) -> None:
    """Keep when it was last used; the first time is told on the case's timeline."""
    mine = ViewerLink.objects.filter(pk=link.pk)
    if link.last_used_at is None or link.last_used_at <= now - A_MINUTE:
        mine.update(last_used_at=now)
    if link.first_opened_at is not None:
        return
    with transaction.atomic():
        # Of two that open it at once, one is the first.
        if mine.filter(first_opened_at__isnull=True).update(first_opened_at=now):
            why = say("The link for “{label}” was opened for the first time.", label=link.label)
            _record_by_parley(link, Kind.LINK_OPENED, why, now)


@transaction.atomic
def end_link(*, owner: Membership, link: ViewerLink, now: datetime) -> None:
    """From now on the address is one of nothing."""
    row = _locked(link.case, owner)
    if ViewerLink.objects.standing().filter(pk=link.pk).update(ended_at=now):
        record(row, Kind.LINK_ENDED, actor=owner, now=now, details={"body": link.label})


def end_expired_links(*, now: datetime) -> int:
    """Note on their cases' timelines the links that have expired; how many."""
    expired = ViewerLink.objects.standing().filter(expires_at__lte=now).order_by("pk")
    links = list(expired[:BATCH_SIZE])
    return sum(
        _end_by_parley(link, say("The link for “{label}” has expired.", label=link.label), now)
        for link in links
    )


def end_links_of(member: Membership, _heir: Membership | None, now: datetime) -> None:
    """Who made a link knows its address: when they leave the household, it ends."""
    for link in ViewerLink.objects.usable(now).filter(made_by=member).order_by("case_id"):
        why = say("{member}, who made the link, left the household.", member=str(member))
        _end_by_parley(link, why, now)


@transaction.atomic
def _end_by_parley(link: ViewerLink, why: Sentence, now: datetime) -> bool:
    ended = ViewerLink.objects.standing().filter(pk=link.pk).update(ended_at=now)
    if ended:
        _record_by_parley(link, Kind.LINK_ENDED, why, now)
    return bool(ended)


def _record_by_parley(link: ViewerLink, kind: CaseEvent.Kind, why: Sentence, now: datetime) -> None:
    # Locked, since an event tells the stage that the case has after it.
    case = Case.objects.select_for_update().get(pk=link.case_id)
    record(case, kind, actor=None, now=now, reason=why)
