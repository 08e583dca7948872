"""Keeps on record who let whom in, who left, and whose role changed."""

from datetime import datetime

from households.models import Membership, MembershipEvent

Kind = MembershipEvent.Kind


def record_membership(
    kind: MembershipEvent.Kind,
    *,
    actor: Membership,
    member: Membership | None = None,
    email: str = "",
    role: str = "",
    now: datetime,
) -> None:
    """Called in the transaction that makes it true."""
    MembershipEvent.objects.create(
        household_id=actor.household_id,
        at=now,
        actor=actor,
        member=member,
        kind=kind,
        email=email,
        role=role,
    )
