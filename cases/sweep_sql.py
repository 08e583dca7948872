"""The statements of the sweep: each works on a whole batch, in PostgreSQL's and SQLite's words."""

from django.db import connection

# Claims the oldest follow-ups that are pending and due: they are fired from here on, unless this
# transaction is undone. On PostgreSQL a follow-up or case that somebody else holds is passed over
# (it is theirs, or comes with the next batch); SQLite has one writer at a time.
CLAIM = """
UPDATE cases_followup SET status = 'fired', fired_at = %(now)s, batch = %(batch)s
WHERE id IN (
    SELECT f.id FROM cases_followup f JOIN cases_case c ON c.id = f.case_id
    WHERE f.status = 'pending' AND f.due_at <= %(now)s {only}
    ORDER BY f.due_at, f.id LIMIT %(limit)s {locking}
)
"""
LOCKING = "FOR UPDATE OF f, c SKIP LOCKED"

# What was claimed but is no longer true: the case was settled, or its ladder began anew.
VOID = """
UPDATE cases_followup SET status = 'cancelled', fired_at = NULL, batch = NULL
WHERE batch = %(batch)s AND EXISTS (
    SELECT 1 FROM cases_case c WHERE c.id = cases_followup.case_id
    AND (c.stage = 'settled' OR (cases_followup.origin = 'plan' AND c.cycle <> cases_followup.cycle))
)
"""

# Each case takes the stage that its fired steps bring. An escalation beats a retry (MIN: the two
# stages sort so), and 'write again' comes only to a case that waits for its seller.
CHANGE_CASES = """
UPDATE cases_case SET stage = fired.becomes, stage_since = %(now)s, version = version + 1
FROM (
    SELECT case_id, MIN(becomes) AS becomes FROM cases_followup
    WHERE batch = %(batch)s AND becomes <> '' GROUP BY case_id
) AS fired
WHERE cases_case.id = fired.case_id AND cases_case.stage <> fired.becomes
AND (fired.becomes <> 'retry_due' OR cases_case.stage = 'awaiting_seller')
"""

# One event for each follow-up that fired; its reason is the step's own.
INSERT_EVENTS = """
INSERT INTO cases_caseevent
    (household_id, case_id, at, actor_id, kind, reason, stage, cycle, details, follow_up_id)
SELECT f.household_id, f.case_id, %(now)s, NULL, 'follow_up_fired', f.reason, c.stage, f.cycle,
    {details}, f.id
FROM cases_followup f JOIN cases_case c ON c.id = f.case_id
WHERE f.batch = %(batch)s
"""
DETAILS_POSTGRESQL = (
    "jsonb_build_object('kind', f.kind, 'rung', f.rung, 'channel', f.channel, 'due_at', f.due_at)"
)
DETAILS_SQLITE = (
    "json_object('kind', f.kind, 'rung', f.rung, 'channel', f.channel, 'due_at', f.due_at)"
)

COUNT_FIRED = "SELECT kind, COUNT(*) FROM cases_followup WHERE batch = %(batch)s GROUP BY kind"


def claim(*, only_listed: bool) -> str:
    """The claim; with `only_listed`, among the ids in %(ids)s alone."""
    locking = LOCKING if connection.features.has_select_for_update_skip_locked else ""
    only = "AND f.id = ANY(%(ids)s)" if only_listed else ""
    if only_listed and connection.vendor == "sqlite":
        only = "AND f.id IN (SELECT value FROM json_each(%(ids)s))"
    return CLAIM.format(locking=locking, only=only)


def insert_events() -> str:
    details = DETAILS_SQLITE if connection.vendor == "sqlite" else DETAILS_POSTGRESQL
    return INSERT_EVENTS.format(details=details)
