"""What can be done with a case: one verb a function, one transaction each, its event within."""

from cases.services.conversation import (
    count_reply_as_answer,
    log_attempt,
    log_joint_attempt,
    log_reply,
)
from cases.services.handing_over import hand_over_cases
from cases.services.notes import add_note
from cases.services.one_voice import AnotherWrote, log_as_one_voice
from cases.services.opening import assign_case, edit_case, open_case
from cases.services.ordering import attach_order
from cases.services.outcome import escalate_case, log_decision, reopen_case, settle_case
from cases.services.replanning import replan_case
from cases.services.schedule import (
    add_follow_up,
    move_follow_up,
    skip_follow_up,
    snooze_case,
)
from cases.services.translations import keep_translations

__all__ = [
    "AnotherWrote",
    "add_follow_up",
    "add_note",
    "assign_case",
    "attach_order",
    "count_reply_as_answer",
    "edit_case",
    "escalate_case",
    "hand_over_cases",
    "keep_translations",
    "log_as_one_voice",
    "log_attempt",
    "log_decision",
    "log_joint_attempt",
    "log_reply",
    "move_follow_up",
    "open_case",
    "reopen_case",
    "replan_case",
    "settle_case",
    "skip_follow_up",
    "snooze_case",
]
