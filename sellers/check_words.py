"""The words for what a seller check found: each check, each level, each reason with its figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from languages.saying import said
from languages.sentences import say
from sellers.check import Advice, Finding, Judgement, Level, Reaction, Reason, RedFlag

CHECKS: dict[str, Any] = {
    "rating": gettext_lazy("Feedback rating"),
    "comments": gettext_lazy("Comments of buyers"),
    "badges": gettext_lazy("Badges"),
    "store": gettext_lazy("The store's profile"),
    "answer": gettext_lazy("How they answer a question"),
    "offer": gettext_lazy("Price and delivery against others"),
    "protection": gettext_lazy("Buyer Protection"),
    "dealings": gettext_lazy("Your own dealings"),
}
LEVELS: dict[Level, Any] = {
    Level.GOOD: gettext_lazy("good"),
    Level.FAIR: gettext_lazy("fair"),
    Level.CAREFUL: gettext_lazy("a warning"),
    Level.BAD: gettext_lazy("bad"),
    Level.UNKNOWN: gettext_lazy("unknown"),
}
# The colour beside the word.
LEVEL_CLASSES = {
    Level.GOOD: "good",
    Level.FAIR: "good",
    Level.CAREFUL: "ours",
    Level.BAD: "ours",
    Level.UNKNOWN: "theirs",
}
ADVICE: dict[Advice, tuple[Any, Any]] = {
    Advice.BUY: (
        gettext_lazy("Nothing speaks against buying"),
        gettext_lazy(
            "What you looked up is in order. Keep the listing and pay only on the marketplace."
        ),
    ),
    Advice.CAREFUL: (
        gettext_lazy("Buy with care, or ask first"),
        gettext_lazy(
            "Something is not as it should be. A question before ordering costs nothing, "
            "and the way they answer tells a lot."
        ),
    ),
    Advice.AVOID: (
        gettext_lazy("Better buy elsewhere"),
        gettext_lazy("What speaks against this seller weighs more than any price."),
    ),
    Advice.UNKNOWN: (
        gettext_lazy("Unknown: too little was looked up"),
        gettext_lazy("Advice from so little would be a guess. Look up what is named below."),
    ),
}
FLAGS: dict[RedFlag, Any] = {
    RedFlag.NOT_AS_SHOWN: gettext_lazy("not as shown or described"),
    RedFlag.NEVER_CAME: gettext_lazy("never came, or the tracking was false"),
    RedFlag.BROKEN: gettext_lazy("broken, or soon broken"),
    RedFlag.NO_ANSWER: gettext_lazy("no answer from the seller"),
    RedFlag.REFUND_REFUSED: gettext_lazy("a refund was refused or put off"),
    RedFlag.COUNTERFEIT: gettext_lazy("counterfeit"),
    RedFlag.ALIKE: gettext_lazy("praise that reads alike, or photos of something else"),
}
REACTIONS: dict[Reaction, Any] = {
    Reaction.WITHIN_A_DAY: gettext_lazy("within a day, to the point"),
    Reaction.LATER: gettext_lazy("later, to the point"),
    Reaction.EVASIVE: gettext_lazy("they answered something else"),
    Reaction.SILENT: gettext_lazy("not at all"),
    Reaction.OUTSIDE: gettext_lazy("they want to deal or be paid outside the marketplace"),
}


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as a page shows it."""

    name: str
    level: str
    css: str
    is_unknown: bool
    sentences: list[str]
    where: str
    source: str
    read_on: Any


def lines_of(judgement: Judgement) -> list[FindingLine]:
    return [_line(finding) for finding in judgement.findings]


def advice_of(judgement: Judgement) -> tuple[str, str]:
    """The advice in a few words, and why."""
    title, why = ADVICE[judgement.advice]
    return str(title), str(why)


def score_of(judgement: Judgement) -> str:
    if judgement.lowest == judgement.highest:
        return _("%(score)d of 100") % {"score": judgement.lowest}
    return _("%(lowest)d to %(highest)d of 100") % {
        "lowest": judgement.lowest,
        "highest": judgement.highest,
    }


def _line(finding: Finding) -> FindingLine:
    return FindingLine(
        name=str(CHECKS[finding.check]),
        level=str(LEVELS[finding.level]),
        css=LEVEL_CLASSES[finding.level],
        is_unknown=finding.level == Level.UNKNOWN,
        sentences=[WORDS[reason](figures) for reason, figures in finding.reasons],
        where=finding.rule.where,
        source=finding.rule.source.text,
        read_on=finding.rule.source.read_on,
    )


def _number(value: float) -> str:
    rounded = round(value, 1)
    whole = int(rounded)
    return str(formats.number_format(whole if rounded == whole else rounded, use_l10n=True))


def _rating(figures: Mapping[str, Any]) -> str:
    return _("%(percent)s %% of the feedback is positive; %(least)s %% or more is wanted.") % {
        "percent": _number(figures["percent"]),
        "least": _number(figures["least"]),
    }


def _flags(figures: Mapping[str, Any]) -> str:
    flags = ", ".join(str(FLAGS[flag]) for flag in figures["flags"])
    return _("Comments tell of: %(flags)s.") % {"flags": flags}


def _badges(figures: Mapping[str, Any]) -> str:
    return _("The store or the product carries: %(badges)s.") % {
        "badges": ", ".join(said(say(badge)) for badge in figures["badges"])
    }


def _age(figures: Mapping[str, Any]) -> str:
    years = int(figures["years"])
    if years < 1:
        return _("The store was opened this year; nobody can know yet how it treats trouble.")
    return ngettext(
        "The store has been open for about %(years)d year.",
        "The store has been open for about %(years)d years.",
        years,
    ) % {"years": years}


def _stars(figures: Mapping[str, Any]) -> str:
    return _("The lowest of its ratings is %(stars)s of 5; at least %(least)s is wanted.") % {
        "stars": _number(figures["stars"]),
        "least": _number(figures["least"]),
    }


def _reaction(figures: Mapping[str, Any]) -> str:
    if figures["reaction"] == Reaction.OUTSIDE:
        return _(
            "They want to deal or be paid outside the marketplace: nothing protects you there."
        )
    return _("They answered your question: %(how)s.") % {"how": REACTIONS[figures["reaction"]]}


def _own_record(figures: Mapping[str, Any]) -> str:
    if figures["hours"] is None:
        return ngettext(
            "Your message to them was not answered so far.",
            "None of your %(messages)d messages to them was answered so far.",
            figures["messages"],
        ) % {"messages": figures["messages"]}
    return _(
        "Of your own messages they answered %(answered)d of %(messages)d, usually after %(hours)s h."
    ) % {**figures, "hours": _number(round(figures["hours"]))}


def _price_usual(figures: Mapping[str, Any]) -> str:
    if figures["percent"] <= 0:
        return _("The price is not below that of others.")
    return _("The price is %(percent)d %% below that of others, which is not unusual.") % figures


def _much_cheaper(figures: Mapping[str, Any]) -> str:
    return _(
        "It is %(percent)d %% cheaper than elsewhere: expect another product than the one shown."
    ) % {"percent": figures["percent"]}


def _delivery_usual(figures: Mapping[str, Any]) -> str:
    return _("They promise %(days)d days; others take about %(usual)d.") % figures


def _too_fast(figures: Mapping[str, Any]) -> str:
    return (
        _("They promise %(days)d days where others take about %(usual)d: suspiciously fast.")
        % figures
    )


def _dealings(figures: Mapping[str, Any]) -> str:
    said = ngettext(
        "Of your %(orders)d order from them, %(troubled)d gave trouble.",
        "Of your %(orders)d orders from them, %(troubled)d gave trouble.",
        figures["orders"],
    ) % {"orders": figures["orders"], "troubled": figures["troubled"]}
    if not figures["lost"]:
        return said
    lost = ngettext("%(lost)d case was lost.", "%(lost)d cases were lost.", figures["lost"]) % {
        "lost": figures["lost"]
    }
    return f"{said} {lost}"


def _plain(text: Any) -> Callable[[Mapping[str, Any]], str]:
    return lambda _figures: str(text)


WORDS: dict[Reason, Callable[[Mapping[str, Any]], str]] = {
    Reason.NOT_LOOKED_UP: _plain(gettext_lazy("Not looked up yet.")),
    Reason.RATING: _rating,
    Reason.NO_FLAGS: _plain(
        gettext_lazy("The comments were read and nothing alarming is in them.")
    ),
    Reason.FLAGS: _flags,
    Reason.BADGES: _badges,
    Reason.NO_BADGES: _plain(gettext_lazy("No badge; many good stores have none.")),
    Reason.AGE: _age,
    Reason.STARS: _stars,
    Reason.ESTIMATES_CLEAR: _plain(gettext_lazy("Days of delivery are named clearly.")),
    Reason.ESTIMATES_VAGUE: _plain(
        gettext_lazy("Days of delivery are missing or vague, so that late is never late.")
    ),
    Reason.REACTION: _reaction,
    Reason.OWN_RECORD: _own_record,
    Reason.PRICE_USUAL: _price_usual,
    Reason.MUCH_CHEAPER: _much_cheaper,
    Reason.DELIVERY_USUAL: _delivery_usual,
    Reason.TOO_FAST: _too_fast,
    Reason.PROTECTED: _plain(gettext_lazy("The order would be protected.")),
    Reason.UNPROTECTED: _plain(
        gettext_lazy("No protection is shown: if it goes wrong, the money is gone.")
    ),
    Reason.NO_DEALINGS: _plain(gettext_lazy("Your household has not ordered from them yet.")),
    Reason.DEALINGS: _dealings,
}
