"""Which verb a case allows in which stage: one table, held by the services. Imports no Django."""

from enum import StrEnum

from cases.vocabulary import OPEN_STAGES, Stage


class Verb(StrEnum):
    LOG_ATTEMPT = "log a message"
    LOG_REPLY = "log an answer"
    ESCALATE = "take it to the marketplace"
    LOG_DECISION = "note a decision"
    SETTLE = "settle"
    REOPEN = "reopen"
    SCHEDULE = "change what is planned"
    EDIT = "change"


ALLOWED_IN: dict[Verb, tuple[Stage, ...]] = {
    Verb.LOG_ATTEMPT: OPEN_STAGES,
    Verb.LOG_REPLY: OPEN_STAGES,
    Verb.ESCALATE: OPEN_STAGES,
    Verb.LOG_DECISION: (Stage.AWAITING_PLATFORM, Stage.ESCALATION_DUE),
    Verb.SETTLE: OPEN_STAGES,
    Verb.REOPEN: (Stage.SETTLED,),
    Verb.SCHEDULE: OPEN_STAGES,
    Verb.EDIT: tuple(Stage),
}


def allows(stage: Stage, verb: Verb) -> bool:
    return stage in ALLOWED_IN[verb]
