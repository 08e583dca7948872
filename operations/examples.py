"""Examples in a household: made once while it is empty, and removed without touching its own rows."""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, CaseEvent, Evidence
from cases.sweep import sweep
from households.models import Household, Membership
from households.record import Kind, record_membership
from operations.demo_story import tell
from operations.models import Examples
from operations.tour import FIRST_STEP
from orders.models import Order
from sellers.models import Seller


class ExamplesError(Exception):
    """The examples cannot be made or removed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleRows:
    """What is there of the examples, with all that was added to them since."""

    cases: list[Case]
    orders: list[Order]
    sellers: list[Seller]


@transaction.atomic
def add_examples(*, member: Membership, now: datetime) -> None:
    """Fill an empty household with the examples and begin the tour."""
    household = Household.objects.select_for_update().get(pk=member.household_id)
    if household.has_examples:
        raise ExamplesError(_("The examples are here already."))
    if any(model.objects.of(household).exists() for model in (Seller, Order, Case)):
        raise ExamplesError(
            _("Examples come into an empty household only, so that they never mix with your own.")
        )
    make_examples(member=member, now=now)
    record_membership(Kind.EXAMPLES_ADDED, actor=member, now=now)
    sweep(now=now)


def make_examples(*, member: Membership, now: datetime) -> None:
    """Tell the story, remember which rows are its, and begin the tour."""
    story = tell(member=member, now=now)
    Examples.objects.create(
        household=member.household,
        made_at=now,
        sellers=[str(seller.public_id) for seller in story.sellers],
        orders=[str(order.public_id) for order in story.orders],
        cases=[str(case.public_id) for case in story.cases],
    )
    Case.objects.filter(pk__in=[case.pk for case in story.cases]).update(is_example=True)
    Household.objects.filter(pk=member.household_id).update(has_examples=True)
    Membership.objects.filter(pk=member.pk).update(tour_step=FIRST_STEP)


def rows_of(household: Household) -> ExampleRows:
    """The rows of the examples that are still there, apart from what a case of one's own uses."""
    made = Examples.objects.of(household).first()
    if made is None:
        return ExampleRows(cases=[], orders=[], sellers=[])
    cases = Case.objects.of(household).filter(public_id__in=made.cases)
    orders = Order.objects.of(household).filter(public_id__in=made.orders)
    own_cases = Case.objects.of(household).exclude(public_id__in=made.cases)
    orders = orders.exclude(pk__in=own_cases.filter(order__isnull=False).values("order_id"))
    own_orders = Order.objects.of(household).exclude(pk__in=orders.values("pk"))
    sellers = Seller.objects.of(household).filter(public_id__in=made.sellers)
    sellers = sellers.exclude(pk__in=own_cases.values("seller_id"))
    sellers = sellers.exclude(pk__in=own_orders.filter(seller__isnull=False).values("seller_id"))
    return ExampleRows(
        cases=list(cases.order_by("pk")),
        orders=list(orders.order_by("pk")),
        sellers=list(sellers.order_by("pk")),
    )


@transaction.atomic
def remove_examples(*, member: Membership, now: datetime) -> ExampleRows:
    """Remove the examples and all that was added to them; nothing else.

    An order or a store of theirs stays where a case of the household's own has come to use it.
    The one place where events are deleted: they tell of what never happened.
    """
    household = Household.objects.select_for_update().get(pk=member.household_id)
    if not household.has_examples:
        raise ExamplesError(_("There are no examples here any more."))
    rows = rows_of(household)
    evidence = Evidence.objects.of(household).filter(case__in=rows.cases) | (
        Evidence.objects.of(household).filter(order__in=rows.orders)
    )
    files = [name for piece in evidence if (name := piece.file.name)]
    CaseEvent.objects.filter(household=household, case__in=rows.cases).delete()
    Case.objects.of(household).filter(pk__in=[case.pk for case in rows.cases]).delete()
    _delete_with_history(Order, household, [order.pk for order in rows.orders])
    _delete_with_history(Seller, household, [seller.pk for seller in rows.sellers])
    Examples.objects.of(household).delete()
    Household.objects.filter(pk=household.pk).update(has_examples=False, is_demo=False)
    household.memberships.update(tour_step=None)
    record_membership(Kind.EXAMPLES_REMOVED, actor=member, now=now)
    transaction.on_commit(lambda: _remove_files(files))
    return rows


def _delete_with_history(
    model: type[Order] | type[Seller], household: Household, keys: list[int]
) -> None:
    model.objects.of(household).filter(pk__in=keys).delete()
    model.history.filter(id__in=keys).delete()


def _remove_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
