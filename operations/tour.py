"""The first tour: a few words on each of the pages that matter, one after the other."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from households.models import Household, Membership

FIRST_STEP = 1


@dataclass(frozen=True, slots=True)
class TourStep:
    page: str  # the name of the address on which it is told
    title: str | Promise
    words: str | Promise


STEPS: tuple[TourStep, ...] = (
    TourStep(
        "today",
        _("This is Today"),
        _(
            "What is yours stands first, the most pressing on top, with the reason and one dark button. "
            "The line below is the fuse: your messages, the time in which an answer was expected, "
            "the last safe day and the end of protection."
        ),
    ),
    TourStep(
        "case_detail",
        _("One case, one page"),
        _(
            "On top: whose turn it is, and why. Below: what to do now. The message is written for you; "
            "copy it, open the marketplace's page, and note that it is sent. Beside it: what comes "
            "next by itself, and until when each way is open."
        ),
    ),
    TourStep(
        "order_list",
        _("Your orders"),
        _(
            "Each order shows how long its protection lasts. Import brings yours in from an export; "
            "a case is opened from the order that went wrong."
        ),
    ),
    TourStep(
        "reminder_settings",
        _("How Parley reaches you"),
        _(
            "Choose what is mailed at once, what in a digest, and when you sleep. Until you change "
            "it, everything that becomes yours is told by mail and in the inbox."
        ),
    ),
    TourStep(
        "today",
        _("That is all"),
        _(
            "Help is in the menu, and beside the buttons. When you have seen enough, remove the "
            "examples and bring your own orders in."
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TourCard:
    """What a page shows of the tour: the step, or on Today that it goes on elsewhere."""

    step: TourStep
    number: int
    count: int
    is_here: bool

    @property
    def is_last(self) -> bool:
        return self.number == self.count

    @property
    def following(self) -> int:
        return self.number + 1


def card_for(member: Membership, page: str) -> TourCard | None:
    number = member.tour_step
    if number is None or not FIRST_STEP <= number <= len(STEPS):
        return None
    step = STEPS[number - 1]
    if page not in {step.page, "today"}:
        return None
    return TourCard(step=step, number=number, count=len(STEPS), is_here=page == step.page)


def move_tour(*, member: Membership, step: int | None) -> None:
    """Go to a step; None ends the tour."""
    known = step is not None and FIRST_STEP <= step <= len(STEPS)
    member.tour_step = step if known else None
    member.save(update_fields=["tour_step"])


def address_of_step(member: Membership) -> str:
    """The page on which the member's step is told; Today where there is no such page."""
    household: Household = member.household
    page = STEPS[member.tour_step - 1].page if member.tour_step else "today"
    if page != "case_detail":
        return reverse(page, kwargs={"household": household.public_id})
    # What is ours tells most: it has something to do.
    case = (
        Case.objects.of(household).ours().order_by("-pk").exclude(order=None).first()
        or Case.objects.of(household).order_by("pk").first()
    )
    if case is None:
        return reverse("today", kwargs={"household": household.public_id})
    return reverse(page, kwargs={"household": household.public_id, "case": case.public_id})
