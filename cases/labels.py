"""What the stages, outcomes and steps of a case are called on pages and in mails."""

from django.utils.translation import gettext_lazy as _

STAGE_LABELS = [
    ("drafting", _("to write")),
    ("awaiting_seller", _("waiting for the seller")),
    ("seller_replied", _("the seller answered")),
    ("retry_due", _("write again")),
    ("escalation_due", _("take it to the marketplace")),
    ("awaiting_platform", _("waiting for the marketplace")),
    ("settled", _("settled")),
]
OUTCOME_LABELS = [
    ("refunded", _("refunded")),
    ("partly_refunded", _("partly refunded")),
    ("replaced", _("replaced")),
    ("delivered", _("delivered")),
    ("answered", _("answered")),
    ("withdrawn", _("withdrawn")),
    ("lost", _("lost")),
]
FOLLOW_UP_LABELS = [
    ("retry", _("write again")),
    ("escalate", _("take it to the marketplace")),
    ("protection_warning", _("protection warning")),
    ("platform_check", _("look at the marketplace's answer")),
    ("settle_check", _("check that it is settled")),
    ("own", _("own reminder")),
]
_KINDS = dict(FOLLOW_UP_LABELS)
# What a step that only asks somebody to look is about, by its rung.
RUNG_LABELS = {
    "settle_check:draft": _("write the first message"),
    "settle_check:answer": _("read the answer"),
    "settle_check:promise": _("see whether the promise was kept"),
    "settle_check:ruling": _("act on the decision"),
}
RULING_LABELS = [
    ("for_us", _("for you: the money comes back")),
    ("partly", _("partly for you")),
    ("against", _("against you")),
    ("return_first", _("send the item back first")),
]
ESCALATION_LABELS = [
    ("dispute", _("dispute")),
    ("support", _("marketplace support")),
    ("appeal", _("appeal")),
]


def step_label(kind: str, rung: str) -> str:
    """A step in a few words, in the active language; `rung` as in `FollowUp.rung`."""
    about = ":".join(rung.split(":")[:2])
    return str(RUNG_LABELS.get(about) or _KINDS[kind])
