"""Judges a seller before buying, by the article's checks and the household's own dealings.

Pure: no Django, no clock, no database. Each finding names its reason as a code with figures; the
words for it are in check_words.py. What was not looked up stays unknown and is never guessed: the
score is a range as wide as what is not known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from sellers.profiles import CheckRule, SellerChecks


class Level(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    CAREFUL = "careful"
    BAD = "bad"
    UNKNOWN = "unknown"


POINTS = {Level.GOOD: 1.0, Level.FAIR: 0.75, Level.CAREFUL: 0.35, Level.BAD: 0.0}
WORST_FIRST = (Level.BAD, Level.CAREFUL, Level.FAIR, Level.GOOD)


class Advice(StrEnum):
    BUY = "buy"
    CAREFUL = "careful"
    AVOID = "avoid"
    UNKNOWN = "unknown"


class RedFlag(StrEnum):
    """What comments tell that a buyer would rather know before."""

    NOT_AS_SHOWN = "not_as_shown"
    NEVER_CAME = "never_came"
    BROKEN = "broken"
    NO_ANSWER = "no_answer"
    REFUND_REFUSED = "refund_refused"
    COUNTERFEIT = "counterfeit"
    ALIKE = "alike"


class Reaction(StrEnum):
    """How the seller dealt with a question."""

    WITHIN_A_DAY = "day"
    LATER = "later"
    EVASIVE = "evasive"
    SILENT = "silent"
    OUTSIDE = "outside"


class Reason(StrEnum):
    NOT_LOOKED_UP = "not_looked_up"
    RATING = "rating"
    NO_FLAGS = "no_flags"
    FLAGS = "flags"
    BADGES = "badges"
    NO_BADGES = "no_badges"
    AGE = "age"
    STARS = "stars"
    ESTIMATES_CLEAR = "estimates_clear"
    ESTIMATES_VAGUE = "estimates_vague"
    REACTION = "reaction"
    OWN_RECORD = "own_record"
    PRICE_USUAL = "price_usual"
    MUCH_CHEAPER = "much_cheaper"
    DELIVERY_USUAL = "delivery_usual"
    TOO_FAST = "too_fast"
    PROTECTED = "protected"
    UNPROTECTED = "unprotected"
    NO_DEALINGS = "no_dealings"
    DEALINGS = "dealings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What somebody looked up; None, or nothing in a tuple, is what they did not."""

    positive_feedback: float | None = None
    comments_read: bool = False
    red_flags: tuple[RedFlag, ...] = ()
    badges_looked_for: bool = False
    badges: tuple[str, ...] = ()
    open_since: int | None = None
    described: float | None = None
    communication: float | None = None
    shipping: float | None = None
    estimates_are_clear: bool | None = None
    reaction: Reaction | None = None
    price: float | None = None
    usual_price: float | None = None
    delivery_days: int | None = None
    usual_days: int | None = None
    is_protected: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """Only what is known, so that what is added later reads as unknown in old checks."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {
            name: value
            for name, value in values.items()
            if value is not None
            and value != ()
            and (value is not False or name in WHERE_NO_IS_AN_ANSWER)
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Answers":
        known = {entry.name for entry in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        values["red_flags"] = tuple(RedFlag(flag) for flag in values.get("red_flags", ()))
        values["badges"] = tuple(values.get("badges", ()))
        if values.get("reaction"):
            values["reaction"] = Reaction(values["reaction"])
        return cls(**values)


# 'No' there is something else than 'not looked up'.
WHERE_NO_IS_AN_ANSWER = ("estimates_are_clear", "is_protected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealings:
    """The household's own orders, cases and messages with the seller."""

    orders: int = 0
    troubled_orders: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    open_cases: int = 0
    messages: int = 0
    answered: int = 0
    median_hours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says; `reasons` are codes with their figures, the worst first."""

    check: str
    level: Level
    reasons: tuple[tuple[Reason, Mapping[str, Any]], ...]
    rule: CheckRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`lowest` and `highest` of 100: where the score lies when what is unknown turns out bad or good."""

    advice: Advice
    lowest: int
    highest: int
    findings: tuple[Finding, ...]

    @property
    def unknown(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.level == Level.UNKNOWN)


Weighed = tuple[Level, Reason, Mapping[str, Any]]


def judge_seller(
    answers: Answers, *, dealings: Dealings, checks: SellerChecks, year: int
) -> Judgement:
    """Weigh what was looked up; `year` is the present one."""
    weighed: dict[str, list[Weighed]] = {
        "rating": _rating(answers, checks.rules["rating"]),
        "comments": _comments(answers, checks.rules["comments"]),
        "badges": _badges(answers),
        "store": _store(answers, checks.rules["store"], year),
        "answer": _answer(answers, dealings, checks.rules["answer"]),
        "offer": _offer(answers, checks.rules["offer"]),
        "protection": _protection(answers),
        "dealings": _dealings(dealings, checks.rules["dealings"]),
    }
    findings = tuple(
        _finding(code, entries, checks.rules[code]) for code, entries in weighed.items()
    )
    return _judgement(findings, checks)


def _finding(code: str, entries: Iterable[Weighed], rule: CheckRule) -> Finding:
    """A check is as good as the worst of what it found; nothing found is unknown."""
    ordered = sorted(entries, key=lambda entry: WORST_FIRST.index(entry[0]))
    if not ordered:
        reason = Reason.NO_DEALINGS if code == "dealings" else Reason.NOT_LOOKED_UP
        return Finding(check=code, level=Level.UNKNOWN, reasons=((reason, {}),), rule=rule)
    reasons = tuple((reason, figures) for _level, reason, figures in ordered)
    return Finding(check=code, level=ordered[0][0], reasons=reasons, rule=rule)


def _judgement(findings: tuple[Finding, ...], checks: SellerChecks) -> Judgement:
    # Never to have bought here is no lack of diligence: it widens nothing.
    counted = [f for f in findings if f.level != Level.UNKNOWN or f.check != "dealings"]
    whole = sum(finding.rule.weight for finding in counted)
    known = [finding for finding in counted if finding.level != Level.UNKNOWN]
    weight = sum(finding.rule.weight for finding in known)
    points = sum(finding.rule.weight * POINTS[finding.level] for finding in known)
    lowest = 100 * points / whole
    highest = 100 * (points + whole - weight) / whole
    return Judgement(
        advice=_advice(known, checks, share=weight / whole, score=100 * points / (weight or 1)),
        lowest=round(lowest),
        highest=round(highest),
        findings=findings,
    )


def _advice(known: list[Finding], checks: SellerChecks, *, share: float, score: float) -> Advice:
    if any(finding.level == Level.BAD and finding.rule.decides for finding in known):
        return Advice.AVOID
    if share < checks.known_share:
        return Advice.UNKNOWN
    if score < checks.avoid_below:
        return Advice.AVOID
    is_clean = all(finding.level in {Level.GOOD, Level.FAIR} for finding in known)
    return Advice.BUY if is_clean and score >= checks.good_from else Advice.CAREFUL


def _rating(answers: Answers, rule: CheckRule) -> list[Weighed]:
    percent = answers.positive_feedback
    if percent is None:
        return []
    steps = (
        (rule.figures["good_from"], Level.GOOD),
        (rule.figures["fair_from"], Level.FAIR),
        (rule.figures["careful_from"], Level.CAREFUL),
    )
    level = next((level for least, level in steps if percent >= least), Level.BAD)
    return [(level, Reason.RATING, {"percent": percent, "least": rule.figures["fair_from"]})]


def _comments(answers: Answers, rule: CheckRule) -> list[Weighed]:
    flags = answers.red_flags
    if flags:
        is_bad = len(flags) >= rule.figures["bad_from_flags"]
        return [(Level.BAD if is_bad else Level.CAREFUL, Reason.FLAGS, {"flags": flags})]
    return [(Level.GOOD, Reason.NO_FLAGS, {})] if answers.comments_read else []


def _badges(answers: Answers) -> list[Weighed]:
    if answers.badges:
        return [(Level.GOOD, Reason.BADGES, {"badges": answers.badges})]
    return [(Level.FAIR, Reason.NO_BADGES, {})] if answers.badges_looked_for else []


def _store(answers: Answers, rule: CheckRule, year: int) -> list[Weighed]:
    found: list[Weighed] = []
    if answers.open_since is not None:
        age = max(year - answers.open_since, 0)
        level = _by_least(age, rule.figures["good_age"], rule.figures["fair_age"])
        found.append((level, Reason.AGE, {"years": age, "least": rule.figures["fair_age"]}))
    stars = [
        rating
        for rating in (answers.described, answers.communication, answers.shipping)
        if rating is not None
    ]
    if stars:
        level = _by_least(min(stars), rule.figures["good_stars"], rule.figures["fair_stars"])
        figures = {"stars": min(stars), "least": rule.figures["fair_stars"]}
        found.append((level, Reason.STARS, figures))
    if answers.estimates_are_clear is not None:
        found.append(
            (Level.GOOD, Reason.ESTIMATES_CLEAR, {})
            if answers.estimates_are_clear
            else (Level.CAREFUL, Reason.ESTIMATES_VAGUE, {})
        )
    return found


def _by_least(value: float, good: float, fair: float) -> Level:
    if value >= good:
        return Level.GOOD
    return Level.FAIR if value >= fair else Level.CAREFUL


REACTIONS = {
    Reaction.WITHIN_A_DAY: Level.GOOD,
    Reaction.LATER: Level.FAIR,
    Reaction.EVASIVE: Level.CAREFUL,
    Reaction.SILENT: Level.CAREFUL,
    Reaction.OUTSIDE: Level.BAD,
}


def _answer(answers: Answers, dealings: Dealings, rule: CheckRule) -> list[Weighed]:
    """What somebody noted; without it, how this seller answered the household's own messages."""
    if answers.reaction is not None:
        return [(REACTIONS[answers.reaction], Reason.REACTION, {"reaction": answers.reaction})]
    if not dealings.messages:
        return []
    share, hours = dealings.answered / dealings.messages, dealings.median_hours
    is_quick = hours is not None and hours <= rule.figures["good_hours"]
    is_willing = share >= rule.figures["good_share"]
    level = Level.CAREFUL
    if is_willing:
        level = Level.GOOD if is_quick else Level.FAIR
    figures = {"answered": dealings.answered, "messages": dealings.messages, "hours": hours}
    return [(level, Reason.OWN_RECORD, figures)]


def _offer(answers: Answers, rule: CheckRule) -> list[Weighed]:
    found: list[Weighed] = []
    if answers.price is not None and answers.usual_price:
        # Rounded, so that exactly so much cheaper is not a hair less.
        below = round(1 - answers.price / answers.usual_price, 6)
        is_odd = below >= rule.figures["much_cheaper"]
        figures = {"percent": round(100 * below)}
        found.append(
            (Level.CAREFUL, Reason.MUCH_CHEAPER, figures)
            if is_odd
            else (Level.GOOD, Reason.PRICE_USUAL, figures)
        )
    if answers.delivery_days is not None and answers.usual_days:
        is_odd = answers.delivery_days < answers.usual_days * rule.figures["too_fast"]
        days = {"days": answers.delivery_days, "usual": answers.usual_days}
        found.append(
            (Level.CAREFUL, Reason.TOO_FAST, days)
            if is_odd
            else (Level.GOOD, Reason.DELIVERY_USUAL, days)
        )
    return found


def _protection(answers: Answers) -> list[Weighed]:
    if answers.is_protected is None:
        return []
    if answers.is_protected:
        return [(Level.GOOD, Reason.PROTECTED, {})]
    return [(Level.BAD, Reason.UNPROTECTED, {})]


def _dealings(dealings: Dealings, rule: CheckRule) -> list[Weighed]:
    if not dealings.orders:
        return []
    share = dealings.troubled_orders / dealings.orders
    lost = dealings.outcomes.get("lost", 0)
    if share >= rule.figures["trouble_share"] or lost:
        level = Level.CAREFUL
    elif dealings.orders >= rule.figures["good_orders"]:
        level = Level.GOOD
    else:
        level = Level.FAIR
    figures = {"orders": dealings.orders, "troubled": dealings.troubled_orders, "lost": lost}
    return [(level, Reason.DEALINGS, figures)]
