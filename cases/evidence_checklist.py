"""What the marketplace asks for an issue, and which of it is there."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cases.models import LISTING, Case, Evidence
from languages.sentences import Sentence
from sellers.profiles import get_profile


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the list; `count` of the kept evidence is marked as it."""

    name: Sentence
    count: int

    @property
    def is_listing(self) -> bool:
        return bool(self.name == LISTING)


def evidence_of(case: Case) -> "QuerySet[Evidence]":
    """Of the case and of its order, the oldest first, with who added each."""
    owned = Q(case=case)
    if case.order_id:
        owned |= Q(order=case.order_id)
    rows = Evidence.objects.of(case.household).filter(owned)
    return rows.select_related("added_by__user").order_by("added_at", "id")


def pieces_asked(case: Case | None) -> list[Sentence]:
    """By the marketplace for the issue; the listing, which shops change, for every order."""
    if case is None:
        return [LISTING]
    issue = get_profile(case.seller.marketplace).issues.get(case.issue)
    asked = list(issue.evidence) if issue else []
    return [*asked, LISTING] if case.order_id else asked


def checklist(case: Case, kept: Iterable[Evidence]) -> list[Piece]:
    shown = [row.shows for row in kept]
    return [Piece(name, shown.count(name)) for name in pieces_asked(case)]
