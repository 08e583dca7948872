"""What an instance is filled with, and what is asked of it, as expressions over its models."""

from tests.faults.instance import Instance

DUE = "FollowUp.objects.filter(status='pending', kind='retry').update(due_at=timezone.now())"
FLAGGED = "Case.objects.filter(stage='retry_due').count()"
MAILED = "Notification.objects.filter(channel='email', state='sent').count()"
FIRED = "CaseEvent.objects.filter(kind='follow_up_fired').count()"


def seeded(instance: Instance, cases: int = 20, due: int = 5, households: int = 2) -> None:
    """With three due steps a household at most, each reminder is a mail of its own."""
    made = instance.command(
        *("seed", "--households", str(households), "--cases", str(cases), "--due", str(due))
    )
    assert made["due"] == due
