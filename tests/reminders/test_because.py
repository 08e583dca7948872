"""Each mail says why this member gets it."""

import uuid

import pytest

from cases.models import Case
from households.models import Household, Membership, User
from reminders.because import because
from reminders.letters import Letter
from reminders.models import Notification

OLGA, ADAM = (
    Membership(pk=key, user=User(name=name), reminder_scope="assigned")
    for key, name in ((1, "Olga"), (2, "Adam"))
)
HOME = Household(name="Home")


def row(
    kind: str = "retry",
    assignee: Membership | None = None,
    relayed: bool = False,
    scope: str = "",
    absent: Membership | None = None,
) -> Notification:
    member = Membership(pk=1, user=OLGA.user, reminder_scope=scope or "assigned")
    return Notification(
        household=HOME,
        member=member,
        kind=kind,
        case=Case(assignee=assignee),
        relayed_from=ADAM if relayed else None,
        stands_in_for=absent,
    )


@pytest.mark.parametrize(
    ("of", "says"),
    [
        (row(assignee=OLGA), "it is assigned to you"),
        (row(), "nobody in Home is in charge"),
        (row(kind="escalate", assignee=ADAM), "money is at risk"),
        (row(assignee=ADAM, scope="all"), "you follow all cases of Home"),
        (row(assignee=ADAM, absent=ADAM, scope="all"), "you stand in for Adam"),
        (row(assignee=ADAM, relayed=True), "Adam, who is in charge of the case, has not acted"),
    ],
    ids=["mine", "nobody's", "urgent", "all", "stand-in", "relayed"],
)
def test_reminder_says_why_you_get_it(of: Notification, says: str) -> None:
    assert says in because(Letter([of]))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row(assignee=OLGA), row(assignee=OLGA)], "all of it is assigned to you"),
        ([row(assignee=ADAM, absent=ADAM)] * 2, "you stand in for Adam"),
        ([row(scope="all"), row(assignee=OLGA)], "you follow all cases"),
        ([row(), row(assignee=OLGA)], "is assigned to you, is nobody's, or puts money at risk"),
    ],
    ids=["mine", "stand-in", "all", "mixed"],
)
def test_digest_says_what_holds_for_all_of_it(rows: list[Notification], says: str) -> None:
    assert says in because(Letter(rows, uuid.uuid4()))
