"""Why the ladder's steps come, in sentences. Imports no Django."""

from datetime import datetime, timedelta

from cases.outlook import Outlook
from cases.waiting import Decision, Move, has_less_than_a_band
from languages.sentences import Percent, Sentence, joined, say, say_n

# Key of the profile's window.
EXTEND_WINDOW = "extend_protection"


def if_silent_again(number: int, is_last: bool) -> Sentence:
    if is_last:
        return say(
            "If message {number} is not answered either, send a last polite notice.", number=number
        )
    return say("If message {number} is not answered either, write once more.", number=number)


def retry_reason(outlook: Outlook, decision: Decision, channel: str | None) -> Sentence:
    write = say("Write again.")
    if channel:
        name = outlook.facts.profile.channels[channel].name
        write = say("Write again through {channel}.", channel=name)
    return joined(_chances(outlook, decision), write)


def _chances(outlook: Outlook, decision: Decision) -> Sentence:
    """How likely an answer is by then, and still is after that."""
    expected = decision.expected
    is_known = bool(expected.facts.history)
    still = Percent(_chance_of_answer_after(decision))
    if decision.at < expected.p80:
        when, come = outlook.said(decision.at), Percent(expected.probability_at(decision.at))
        if is_known:
            return say(
                "An answer of this seller comes by {when} with a chance of {come}; after that, one "
                "more working day brings one with {still}.",
                when=when,
                come=come,
                still=still,
            )
        return say(
            "An answer of sellers like this comes by {when} with a chance of {come}; after that, "
            "one more working day brings one with {still}.",
            when=when,
            come=come,
            still=still,
        )
    most, due = Percent(0.8), outlook.said(expected.p80)
    if is_known:
        return say(
            "{most} of the answers of this seller come by {due}; without one by then, the chance "
            "for one more working day is {still}.",
            most=most,
            due=due,
            still=still,
        )
    return say(
        "{most} of the answers of sellers like this come by {due}; without one by then, the chance "
        "for one more working day is {still}.",
        most=most,
        due=due,
        still=still,
    )


def _chance_of_answer_after(decision: Decision) -> float:
    """That the awaited answer comes within a working day after the decision's moment."""
    return decision.expected.chance_within_a_day_after(decision.at)


def escalation_reason(outlook: Outlook, decision: Decision) -> Sentence:
    count = outlook.unanswered
    if decision.move is Move.NO_TIME_TO_WAIT:
        assert outlook.by is not None  # noqa: S101  (else there is time)
        return joined(
            say(
                "An answer may take {label}, and the last safe moment is {by}.",
                label=outlook.facts.profile.bands[decision.expected.band].label,
                by=outlook.said(outlook.by),
            ),
            say("Take it to {support} now, do not wait.", support=outlook.support),
        )
    if decision.move is Move.NO_TIME_TO_WRITE:
        assert outlook.by is not None  # noqa: S101  (else there is time)
        if has_less_than_a_band(outlook, decision.expected):
            return say(
                "Less than one response time is left: to be safe, take it to {support} now. The "
                "chance of an answer by {by}, the last safe moment, is {chance}.",
                support=outlook.support,
                by=outlook.said(outlook.by),
                chance=Percent(decision.expected.probability_at(outlook.by)),
            )
        why = say_n(
            "No answer to the message, and another message would leave no room before the last "
            "safe moment on {by}.",
            "No answer to {count} messages, and another message would leave no room before the "
            "last safe moment on {by}.",
            count=count,
            by=outlook.said(outlook.by),
        )
    elif decision.move is Move.SELLER_IS_MUTE:
        why = say_n(
            "No answer to the message, and another would get one with a chance of {chance}.",
            "No answer to {count} messages, and another would get one with a chance of {chance}.",
            count=count,
            chance=Percent(decision.next_expected.reply_probability),
        )
    else:
        why = no_answer(outlook)
    return joined(why, take_it(outlook))


def no_answer(outlook: Outlook) -> Sentence:
    return say_n(
        "No answer to the message.", "No answer to {count} messages.", count=outlook.unanswered
    )


def take_it(outlook: Outlook) -> Sentence:
    return say("Take it to {support}.", support=outlook.support)


def can_be_done_until(outlook: Outlook, label: str, ends: datetime) -> Sentence:
    return say("{label}: that can be done until {when}.", label=label, when=outlook.said(ends))


def warning(outlook: Outlook, before: timedelta) -> Sentence:
    assert outlook.deadline is not None  # noqa: S101  (asked by the caller)
    ends = say("Protection ends {when}.", when=outlook.said(outlook.deadline))
    window = outlook.facts.profile.windows.get(EXTEND_WINDOW)
    order = outlook.facts.order
    is_on_its_way = order is not None and not (order.delivered_at or order.confirmed_at)
    waits = outlook.facts.profile.issues[outlook.facts.issue].waits_for_parcel and is_on_its_way
    if waits and window is not None and window.opens_after == -before:
        extend = say(
            "If the parcel may still come, ask the seller now to extend it: they have about two "
            "days to agree. If they do not, take it to {support}.",
            support=outlook.support,
        )
        return joined(ends, extend)
    lost = say(
        "After that the money can no longer be claimed through {support}.", support=outlook.support
    )
    return joined(ends, lost)
