"""Gathers what a message draft may say from a case's rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from cases.messages import LANGUAGES, Draft, MessageFacts, Tone, write_draft, write_joint_draft
from cases.models import Case
from sellers.models import Seller

# Long enough for every band of the profile, short enough to be a date that somebody answers to.
ANSWER_WITHIN = timedelta(days=5)
LAST_NOTICE_AFTER = 2
# What sellers of these countries read, where nothing is noted about the seller; else English.
COUNTRY_LANGUAGES = {
    **dict.fromkeys(("CN", "HK", "MO", "SG", "TW"), "zh"),
    **{"KR": "ko", "JP": "ja", "PL": "pl", "IT": "it", "PT": "pt", "BR": "pt"},
    **dict.fromkeys(("DE", "AT", "CH", "LI"), "de"),
    **dict.fromkeys(("FR", "BE", "LU", "MC"), "fr"),
    **dict.fromkeys(("ES", "MX", "AR", "CL", "CO", "PE"), "es"),
}
LANGUAGE_NAMES = {
    "en": _("English"),
    "zh": _("Chinese"),
    "es": _("Spanish"),
    "fr": _("French"),
    "de": _("German"),
    "pt": _("Portuguese"),
    "it": _("Italian"),
    "pl": _("Polish"),
    "ko": _("Korean"),
    "ja": _("Japanese"),
}
TONE_NAMES = {
    Tone.FIRST: _("first message"),
    Tone.CLEARER: _("clearer"),
    Tone.LAST_NOTICE: _("last notice"),
    Tone.DISPUTE: _("dispute statement"),
    Tone.APPEAL: _("appeal"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """How a draft is wished: a tone and a language, each None for the one that fits the case."""

    tone: Tone | None = None
    language: str | None = None

    @classmethod
    def read(cls, *, tone: str, language: str) -> "Wording":
        """From an address; what is not known counts as not wished."""
        return cls(
            Tone(tone) if tone in set(Tone) else None,
            language if language in LANGUAGES else None,
        )


AS_FITS = Wording()


def language_of(seller: Seller) -> str:
    """The language in which the seller reads best, of those in which drafts are written."""
    known = [str(language) for language in seller.languages if language in LANGUAGES]
    # English stands beside it in any case.
    native = [language for language in known if language != "en"]
    return next(iter(native or known), COUNTRY_LANGUAGES.get(seller.country, "en"))


def draft_message(
    case: Case, *, zone: ZoneInfo, now: datetime, wording: Wording = AS_FITS
) -> Draft:
    """The next message of a case. Reads order, items, parcels, attempts and evidence of it."""
    facts = message_facts(case, zone=zone, now=now, tone=wording.tone)
    return write_draft(facts, language=wording.language or language_of(case.seller))


def draft_joint_message(
    cases: Sequence[Case], *, zone: ZoneInfo, now: datetime, wording: Wording = AS_FITS
) -> Draft:
    """One message about several cases with one seller."""
    facts = [message_facts(case, zone=zone, now=now, tone=wording.tone) for case in cases]
    return write_joint_draft(facts, language=wording.language or language_of(cases[0].seller))


def tone_for_seller(case: Case) -> Tone:
    """Clearer with each message."""
    return _tone(len(case.attempts.all()))


def tone_for_marketplace(case: Case) -> Tone:
    """The statement of a dispute; an appeal once the marketplace has ruled."""
    has_ruling = any(escalation.ruling for escalation in case.escalations.all())
    return Tone.APPEAL if has_ruling else Tone.DISPUTE


def message_facts(case: Case, *, zone: ZoneInfo, now: datetime, tone: Tone | None) -> MessageFacts:
    attempts = list(case.attempts.all())
    order = case.order
    items = list(order.items.all()) if order else []
    parcels = list(order.parcels.all()) if order else []
    pictures = any(e.content_type.startswith(("image/", "video/")) for e in case.evidence.all())
    return MessageFacts(
        issue=case.issue,
        goal=case.goal,
        tone=tone or tone_for_seller(case),
        answer_by=_answer_by(case, now).astimezone(zone).date(),
        order_number=order.number if order else "",
        item=items[0].title if items else ("" if order else _asked_about(case.title)),
        tracking=parcels[0].tracking_number if parcels else "",
        details=case.details,
        amount=case.value,
        attempts=len(attempts),
        is_unanswered=bool(attempts) and attempts[-1].replied_at is None,
        last_sent_on=attempts[-1].sent_at.astimezone(zone).date() if attempts else None,
        has_pictures=pictures,
    )


def _asked_about(title: str) -> str:
    """What a case without an order is about; its title may be the question itself, which is no thing."""
    return "" if title.rstrip().endswith(("?", "？")) else title


def _answer_by(case: Case, now: datetime) -> datetime:
    """Never a date after the last safe moment: the answer would come too late to act on."""
    wanted, safe = now + ANSWER_WITHIN, case.escalate_by
    return safe if safe is not None and now < safe < wanted else wanted


def _tone(attempts: int) -> Tone:
    if attempts == 0:
        return Tone.FIRST
    return Tone.LAST_NOTICE if attempts >= LAST_NOTICE_AFTER else Tone.CLEARER
