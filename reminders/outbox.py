"""Writes notifications into the outbox, in the transaction that makes them true."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from cases.models import FollowUp

# For each fired follow-up of the batch, one row for each member who wants it and each channel they
# chose. What ends in lost money goes to everybody who wants any reminder; the rest follows the
# member's scope. Of several steps of one case in a batch (after an outage) only the newest is told;
# the others are kept as dropped. What members asked to be reminded of is told in any case. The inbox
# is the database itself, so its rows are sent at once. Who is away is spared all but what they let
# through, and who stands in is told of the cases that the absent one is in charge of (away.py says
# the same for one step).
WRITE = """
INSERT INTO reminders_notification
    (public_id, household_id, member_id, case_id, follow_up_id, kind, cycle, rung, channel,
     target_at, reason, state, created_at, next_try_at, token, refusals, sent_at, last_error,
     stands_in_for_id)
SELECT {new_uuid}, f.household_id, m.id, f.case_id, f.id, f.kind, f.cycle, f.rung, chosen.channel,
    f.due_at, f.reason,
    CASE WHEN f.place > 1 THEN 'dropped' WHEN chosen.channel = 'inbox' THEN 'sent' ELSE 'waiting' END,
    %(now)s, %(now)s, 0, 0,
    CASE WHEN f.place = 1 AND chosen.channel = 'inbox' THEN {now} END,
    CASE WHEN f.place > 1 THEN 'a newer step of the case came due at the same time' ELSE '' END,
    cover.member_id
FROM (
    SELECT step.*, ROW_NUMBER() OVER (
        PARTITION BY step.case_id, CASE WHEN substr(step.rung, 1, 4) = 'own:' THEN step.id ELSE 0 END
        ORDER BY CASE step.becomes WHEN 'escalation_due' THEN 0 ELSE 1 END,
            step.due_at DESC, step.id DESC
    ) AS place
    FROM cases_followup step WHERE step.batch = %(batch)s
) AS f
JOIN cases_case c ON c.id = f.case_id
JOIN households_membership m ON m.household_id = f.household_id AND m.left_at IS NULL
JOIN households_user u ON u.id = m.user_id AND u.is_active
{channels}
LEFT JOIN reminders_reminderchoice choice ON choice.member_id = m.id
    AND choice.kind = f.kind AND choice.channel = chosen.moment_of
LEFT JOIN ({absences}) away ON away.member_id = m.id
LEFT JOIN ({absences}) cover ON cover.stand_in_id = m.id AND cover.member_id = c.assignee_id
WHERE COALESCE(choice.moment, 'at_once') <> 'never' AND m.reminder_scope <> 'none'
AND (away.id IS NULL OR (away.urgent_still_told AND f.kind IN ('escalate', 'protection_warning')))
AND (
    m.reminder_scope = 'all'
    OR f.kind IN ('escalate', 'protection_warning')
    OR c.assignee_id IS NULL OR c.assignee_id = m.id
    OR cover.id IS NOT NULL
)
ON CONFLICT DO NOTHING
"""

# As AbsenceQuerySet.in_force.
ABSENCES = """
SELECT a.id, a.member_id, a.stand_in_id, a.urgent_still_told FROM households_absence a
JOIN households_membership s ON s.id = a.stand_in_id AND s.left_at IS NULL
    AND s.reminder_scope <> 'none'
JOIN households_user su ON su.id = s.user_id AND su.is_active
WHERE a.ended_at IS NULL AND a.from_at <= {now} AND a.until_at > {now}
"""
OWN_CHANNELS = """
JOIN (SELECT 'email' AS channel, 'email' AS moment_of UNION ALL SELECT 'inbox', 'inbox') AS chosen
    ON (chosen.channel = 'email' AND m.reminds_by_email)
    OR (chosen.channel = 'inbox' AND m.reminds_in_inbox)
"""
TARGETS = """
JOIN (
    SELECT member_id, 'to:' || id AS channel, 'targets' AS moment_of FROM reminders_remindertarget
) AS chosen ON chosen.member_id = m.id
"""


def write_notifications(batch: UUID, now: datetime) -> int:
    """Write what the fired follow-ups of a batch have to tell: two statements; how many rows."""
    is_sqlite = connection.vendor == "sqlite"
    facts = {
        "now": connection.ops.adapt_datetimefield_value(now),
        "batch": FollowUp._meta.get_field("batch").get_db_prep_value(batch, connection),
    }
    written = 0
    moment = "%(now)s" if is_sqlite else "%(now)s::timestamptz"
    with connection.cursor() as cursor:
        for channels in (OWN_CHANNELS, TARGETS):
            statement = WRITE.format(
                new_uuid="lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()",
                now=moment,
                channels=channels,
                absences=ABSENCES.format(now=moment),
            )
            cursor.execute(statement, facts)
            written += int(cursor.rowcount)
    return written
