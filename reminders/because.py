"""Why a member gets a mail, in a sentence at its foot."""

from django.utils.translation import gettext as _

from households.models import ReminderScope
from reminders.letters import Letter
from reminders.models import Notification
from reminders.timing import URGENT_KINDS


def because(letter: Letter[Notification]) -> str:
    """In the active language; of a digest, what holds for all of it."""
    first = letter.rows[0]
    if letter.digest is None:
        return _of_one(first)
    household = {"household": first.household}
    if first.stands_in_for_id is not None and _are_of_one(letter):
        return _stands_in(first)
    if all(_is_mine(row) for row in letter.rows):
        return _("You get this because all of it is assigned to you in %(household)s.") % household
    if first.member.reminder_scope == ReminderScope.ALL:
        return _follows_all(first)
    return (
        _(
            "You get this because each of these in %(household)s is assigned to you, "
            "is nobody's, or puts money at risk."
        )
        % household
    )


def _of_one(row: Notification) -> str:
    household = {"household": row.household}
    if row.note is not None:
        return _("You get this because %(name)s mentions you in a note.") % {"name": row.note.actor}
    if row.stands_in_for_id is not None:
        return _stands_in(row)
    if row.relayed_from_id is not None:
        return _(
            "You get this because %(name)s, who is in charge of the case, has not acted yet."
        ) % {"name": row.relayed_from}
    if _is_mine(row):
        return _("You get this because it is assigned to you in %(household)s.") % household
    if row.case.assignee_id is None:
        return _("You get this because nobody in %(household)s is in charge of it.") % household
    if row.kind in URGENT_KINDS:
        return (
            _("You get this because money is at risk: then everybody in %(household)s is told.")
            % household
        )
    return _follows_all(row)


def _stands_in(row: Notification) -> str:
    return _("You get this because you stand in for %(name)s.") % {"name": row.stands_in_for}


def _are_of_one(letter: Letter[Notification]) -> bool:
    return len({row.stands_in_for_id for row in letter.rows}) == 1


def _is_mine(row: Notification) -> bool:
    return row.case.assignee_id == row.member_id


def _follows_all(row: Notification) -> str:
    return _("You get this because you follow all cases of %(household)s.") % {
        "household": row.household
    }
