"""What the help says of each stage, and of what the marketplace does once it has a case."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cases.afterwards import expected_of
from cases.labels import ESCALATION_LABELS, STAGE_LABELS
from cases.plan_facts import PlanFacts
from cases.vocabulary import Stage
from households.models import Household
from sellers.models import Seller
from sellers.profiles import Afterwards, Profile, Source, StartsAt, load_profiles

USUAL = "aliexpress"


@dataclass(frozen=True, slots=True)
class StageHelp:
    stage: Stage
    label: str | Promise
    means: str | Promise
    yours: str | Promise
    meanwhile: str | Promise


_MEANINGS: dict[Stage, tuple[str | Promise, str | Promise, str | Promise]] = {
    Stage.DRAFTING: (
        _("The case is open, and nothing has been sent yet."),
        _("Copy the message, send it on the marketplace's page, and press “I sent it”."),
        _("Parley reminds you if it lies too long, and of the last safe day."),
    ),
    Stage.AWAITING_SELLER: (
        _("A message is sent, and the time in which this seller should answer is not over."),
        _("Nothing. When they answer, press “They answered” and paste what they wrote."),
        _("Parley counts in the seller's own working hours and comes back when the time is over."),
    ),
    Stage.SELLER_REPLIED: (
        _("The seller has answered, and somebody must judge the answer."),
        _("Settle the case if that solves it. If not, write back or take it further."),
        _("Parley points out promises and requests that could cost you the refund."),
    ),
    Stage.RETRY_DUE: (
        _("The time in which the seller should have answered is over."),
        _("Write once more, where Parley says: another channel often reaches another person."),
        _("The message is written anew, shorter and clearer than the one before."),
    ),
    Stage.ESCALATION_DUE: (
        _("Writing again would not help any more, or the last safe day is near."),
        _("Have the evidence ready, open it on the marketplace's page, and note it in the case."),
        _("Parley reminds you again while the last safe day comes nearer."),
    ),
    Stage.AWAITING_PLATFORM: (
        _("The marketplace has the case and decides it."),
        _("Answer what it asks, in time. When it decides, note the decision."),
        _("Parley asks you to look on the days on which something usually happens."),
    ),
    Stage.SETTLED: (
        _("It is over, with an outcome and perhaps money that came back."),
        _("Nothing. It can be reopened if the trouble comes back."),
        _("Parley plans nothing more, and keeps everything that was written and added."),
    ),
}


def stages() -> list[StageHelp]:
    labels = dict(STAGE_LABELS)
    return [StageHelp(stage, labels[stage], *_MEANINGS[stage]) for stage in Stage]


def marketplace_of(household: Household, wished: str) -> Profile:
    """The one that was asked for; else the one with which the household deals most."""
    profiles = load_profiles()
    if wished in profiles:
        return profiles[wished]
    used = Seller.objects.of(household).by_marketplace()
    return profiles[next((code for code in used if code in profiles), USUAL)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that comes once the marketplace has a case; `moment` where there is no `at`."""

    text: str
    source: Source
    moment: str = ""
    at: datetime | None = None
    is_from: bool = False
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class HappeningGroup:
    kind: str
    title: str
    lines: list[Happening]


def afterwards_of(facts: PlanFacts, *, now: datetime) -> list[Happening]:
    """What comes on this case, with its dates; nothing before it is taken further."""
    return [
        Happening(
            text=line.text,
            source=line.source,
            moment=_untimed(line.who),
            at=line.at,
            is_from=line.is_from,
            is_past=line.is_past,
        )
        for line in expected_of(facts, now=now)
    ]


def afterwards_in_general(profile: Profile) -> list[HappeningGroup]:
    groups = []
    for kind, title in ESCALATION_LABELS:
        lines = [
            Happening(
                text=line.text,
                source=line.source,
                moment=_moment(line, profile),
            )
            for line in profile.afterwards
            if line.kind == kind
        ]
        if lines:
            groups.append(HappeningGroup(kind, str(capfirst(title)), lines))
    return groups


def _untimed(who: str) -> str:
    return gettext("meanwhile") if who == "you" else gettext("no time known")


def _moment(line: Afterwards, profile: Profile) -> str:
    """'within 5 days', in general: no case is spoken of."""
    after: timedelta | None
    if line.window:
        window = profile.windows[line.window]
        starts = window.starts
        after = window.opens_after if line.edge == "opens" else window.closes_after
    else:
        starts, after = line.starts, line.after
    if after is None:
        return _untimed(line.who)
    if starts is StartsAt.DISPUTE_ENDED:
        words = ngettext(
            "%(days)s day from the decision", "%(days)s days from the decision", after.days
        )
    elif line.window and line.edge == "opens":
        words = ngettext("after %(days)s day", "after %(days)s days", after.days)
    else:
        words = ngettext("within %(days)s day", "within %(days)s days", after.days)
    return words % {"days": after.days}
