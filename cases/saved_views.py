"""Choices of cases that a member keeps under a name."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases.errors import CaseError
from cases.filters import CaseFilter
from cases.models import SavedView
from households.models import Membership

MOST_VIEWS = 20


def save_view(*, member: Membership, name: str, chosen: CaseFilter, now: datetime) -> SavedView:
    """Keep the choice under the name; the same name again replaces it. Raises CaseError."""
    name = " ".join(name.split())
    if not name or len(name) > 40:
        raise CaseError(_("Give the view a name of at most 40 letters."))
    if not chosen:
        raise CaseError(_("Choose first what the view shows: a member, a seller or a stage."))
    kept = SavedView.objects.of_member(member)
    if kept.exclude(name=name).count() >= MOST_VIEWS:
        raise CaseError(
            _("You keep %(most)d views already. Remove one first.") % {"most": MOST_VIEWS}
        )
    said = {"query": chosen.query, "created_at": now}
    owned = {"household": member.household, "member": member}
    view, _created = kept.update_or_create(
        name=name, defaults=said, create_defaults={**said, **owned}
    )
    return view
