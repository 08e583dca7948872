"""Who is at a case now, and who is about to write to a seller: leases that end by themselves."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case, CasePresence
from households.models import Membership
from sellers.models import Seller

Doing = CasePresence.Doing
# The page asks each half minute or so; who copied a message is at the marketplace's page for a while.
LASTS = {Doing.LOOKING: timedelta(seconds=75), Doing.WRITING: timedelta(minutes=15)}


def note_presence(
    *, member: Membership, case: Case, doing: CasePresence.Doing, now: datetime
) -> None:
    """The member is at the case. Looking at it does not end being about to write.

    Written only where the lease has run down to half, so that an open page writes seldom.
    """
    if not member.may_write or member.household_id != case.household_id:
        raise PermissionDenied(_("Only owners and adults of the household work on its cases."))
    row = CasePresence.objects.of(member.household).filter(case=case, member=member).first()
    if row is not None and row.until > now:
        is_writing = row.doing == Doing.WRITING and doing is Doing.LOOKING
        if is_writing or (row.doing == doing and row.until - now > LASTS[doing] / 2):
            return
    with transaction.atomic():
        CasePresence.objects.filter(member=member, until__lte=now).delete()
        CasePresence.objects.update_or_create(
            case=case,
            member=member,
            defaults={
                "household_id": case.household_id,
                "doing": doing,
                "until": now + LASTS[doing],
            },
        )


def end_writing(*, member: Membership, seller: Seller) -> None:
    """The message to the seller is noted: the member is about to write to them no more."""
    CasePresence.objects.filter(member=member, case__seller=seller, doing=Doing.WRITING).delete()


def has_company(member: Membership) -> bool:
    """Whether anybody else could be at the household's cases."""
    return any(other.may_write for other in member.household.people if other != member)


def others_at(case: Case, *, member: Membership, now: datetime) -> list[str]:
    """A sentence for each other member who is at the case, or about to write to its seller."""
    here = Q(case=case)
    to_seller = Q(case__seller=case.seller_id, doing=Doing.WRITING)
    rows = CasePresence.objects.besides(member, now).filter(here | to_seller)
    named = rows.select_related("member__user", "case").only(
        *("doing", "member__user__name", "member__user__email", "case__title")
    )
    return [_said(row, case) for row in named.order_by("pk")]


def _said(row: CasePresence, case: Case) -> str:
    if row.doing == Doing.LOOKING:
        words = _("%(name)s is on this case too.")
    elif row.case_id == case.pk:
        words = _("%(name)s is about to write to the seller about this case.")
    else:
        words = _("%(name)s is about to write to this seller, about “%(title)s”.")
    return words % {"name": row.member, "title": row.case.title}
