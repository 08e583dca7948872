"""What the checker's findings are called, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.drafts import LANGUAGE_NAMES
from cases.message_check import CheckCode, Finding


@dataclass(frozen=True, slots=True)
class Advice:
    code: str
    is_good: bool
    words: str


def advice_of(findings: Sequence[Finding]) -> list[Advice]:
    return [Advice(f.code.value, f.is_good, _words(f)) for f in findings]


def summary(advice: Sequence[Advice]) -> str:
    if not advice:
        return _("Nothing is written yet.")
    count = sum(1 for one in advice if not one.is_good)
    if not count:
        return _("The message has what it needs.")
    return ngettext(
        "%(count)d thing could be better. It can be sent as it is.",
        "%(count)d things could be better. It can be sent as it is.",
        count,
    ) % {"count": count}


def _words(finding: Finding) -> str:
    figures = finding.figures
    if finding.is_good:
        return str(_good()[finding.code])
    if finding.code is CheckCode.EVIDENCE:
        return _evidence(int(str(figures["pictures"])))
    if finding.code is CheckCode.ORDER_NUMBER:
        return _missing_numbers(figures["numbers"])
    if finding.code is CheckCode.LANGUAGE:
        return _language(figures["found"], figures["reads"])
    return str(_hints()[finding.code]) % dict(figures)


def _good() -> dict[CheckCode, str]:
    return {
        CheckCode.ORDER_NUMBER: _("The order number is there."),
        CheckCode.PROBLEM: _("It says what is wrong."),
        CheckCode.WISH: _("It says what you want."),
        CheckCode.DATE: _("It names a date."),
        CheckCode.POLITE: _("It is polite."),
        CheckCode.EVIDENCE: _("It names the pictures that are with the case. Attach them."),
        CheckCode.LENGTH: _("It is short enough to be read at once."),
        CheckCode.LANGUAGE: _("It is in a language that the seller reads."),
    }


def _hints() -> dict[CheckCode, str]:
    return {**_asked(), **_tone(), **_costly()}


def _asked() -> dict[CheckCode, str]:
    return {
        CheckCode.PROBLEM: _(
            "Say what is wrong in plain facts: what came, what is missing or broken, since when."
        ),
        CheckCode.WISH: _("Say what you want: the money back, a replacement or an answer."),
        CheckCode.DATE: _("Name a day by which you want an answer, like “by 5 December”."),
        CheckCode.POLITE: _("A “please” or a “thank you” gets answers sooner."),
        CheckCode.LENGTH: _(
            "It has %(letters)d letters. Where you send it, up to %(most)d are read at once."
        ),
        CheckCode.AMOUNT: _("Name the amount: “€5” is sooner agreed to than “a part”."),
        CheckCode.OTHER_NUMBER: _("%(number)s is not the number of this case's order."),
        CheckCode.UNFILLED: _("%(words)s is still to be filled in."),
        CheckCode.ONE_THING: _("Ask for one thing at a time: the second question goes unanswered."),
        CheckCode.SHORT_SENTENCES: _(
            "Cut this sentence in two, since short ones survive a translation: “%(words)s”"
        ),
    }


def _tone() -> dict[CheckCode, str]:
    return {
        CheckCode.INSULT: _("“%(words)s” insults, and whoever judges a dispute reads it too."),
        CheckCode.THREAT: _(
            "“%(words)s” reads as a threat. Say the next step instead, like opening a dispute."
        ),
        CheckCode.SLANG: _("“%(words)s” is lost on a translator. Use a plain word."),
        CheckCode.SHOUTING: _("Capitals and exclamation marks read as shouting."),
        CheckCode.EMOJI: _("%(count)d emoji are many. Leave them out."),
    }


def _costly() -> dict[CheckCode, str]:
    return {
        CheckCode.OUTSIDE: _(
            "“%(words)s” leads outside the marketplace, where nothing that is said or paid counts."
        ),
        CheckCode.PROMISE: _(
            "Promise nothing that gives your protection away, such as closing a dispute, "
            "confirming receipt or praise: “%(words)s”"
        ),
    }


def _evidence(pictures: int) -> str:
    if pictures:
        return ngettext(
            "%(count)d picture is with the case: attach it and say so.",
            "%(count)d pictures are with the case: attach them and say so.",
            pictures,
        ) % {"count": pictures}
    return _("No picture is with the case. Sellers ask for one first: add it, then say so.")


def _missing_numbers(numbers: object) -> str:
    missing = numbers if isinstance(numbers, tuple) else ()
    return _("The order number is not in it: %(numbers)s.") % {"numbers": ", ".join(missing)}


def _language(found: object, reads: object) -> str:
    codes = reads if isinstance(reads, tuple) else ()
    return _("It seems to be in %(found)s; the seller reads %(reads)s.") % {
        "found": LANGUAGE_NAMES[str(found)],
        "reads": ", ".join(str(LANGUAGE_NAMES[code]) for code in codes if code in LANGUAGE_NAMES),
    }
