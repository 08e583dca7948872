"""Synthetic households in bulk, with the rows that the services would have written.

A few hundred lives of a case are judged as the services judge them (`operations.moulds`); each
case of the seed is one of them with keys, household and members of its own.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from cases.models import Case, CaseEvent, ContactAttempt, Escalation, FollowUp, Reply
from households.models import Household, Membership, Role, User
from operations.bulk_rows import Row, Table
from operations.moulds import BUYER_ZONE, Mould, make_moulds
from orders.models import Order, OrderItem
from sellers.models import Seller

CHUNK = 5_000
CASES_A_SELLER = 20
DUE_MOULDS, OTHER_MOULDS = 150, 250
# In the order in which they can be written: who is pointed at comes first.
WRITTEN = (Order, OrderItem, Case, ContactAttempt, Reply, Escalation, FollowUp, CaseEvent)


@dataclass(frozen=True, slots=True)
class Seeded:
    households: list[str]
    cases: int
    due: int
    seconds: float


def seed(*, households: int, cases: int, due: int, seed: int, now: datetime) -> Seeded:
    """Make the households and their cases; exactly `due` cases have one step due at `now`.

    A second run with the same seed adds more households beside the first ones.
    """
    started = time.monotonic()
    dice = random.Random(seed)  # noqa: S311  (play data, no secret)
    with transaction.atomic():
        homes = _make_homes(households, seed, dice, now)
    due_moulds = make_moulds(min(due, DUE_MOULDS), dice, now, is_due=True)
    other_moulds = make_moulds(min(cases - due, OTHER_MOULDS), dice, now, is_due=False)
    press = _Press(dice, now)
    for first in range(0, cases, CHUNK):
        plots = []
        for number in range(first, min(first + CHUNK, cases)):
            moulds = due_moulds if number < due else other_moulds
            home = homes[number % len(homes)]
            plots.append(_Plot(home, moulds[number % len(moulds)], number, number // len(homes)))
        with transaction.atomic():
            press.write(plots)
    with connection.cursor() as cursor:
        # The planner would go by the statistics of an empty database until it looks by itself.
        cursor.execute("ANALYZE")
    return Seeded(
        households=[home.household.slug for home in homes],
        cases=cases,
        due=due,
        seconds=round(time.monotonic() - started, 3),
    )


@dataclass(slots=True)
class _Home:
    """A household, its owner, and the sellers made for its cases so far."""

    household: Household
    owner: Membership
    sellers: list[Seller]


@dataclass(frozen=True, slots=True)
class _Plot:
    """One case to be written: whose, how it went, its number among all and within its household."""

    home: _Home
    mould: Mould
    number: int
    place: int


def _make_homes(count: int, seed: int, dice: random.Random, now: datetime) -> list[_Home]:
    known = Household.objects.filter(slug__startswith=f"seed-{seed}-").count()
    numbers = range(known + 1, known + count + 1)
    return [_make_home(f"seed-{seed}-{number}", dice, now) for number in numbers]


def _make_home(slug: str, dice: random.Random, now: datetime) -> _Home:
    household = Household.objects.create(slug=slug, name=slug, created_at=now)
    owner, _adult = (
        Membership.objects.create(
            household=household,
            user=User.objects.create_user(f"{role}@{slug}.example", time_zone=BUYER_ZONE.key),
            role=role,
            joined_at=now,
        )
        for role in (Role.OWNER, Role.ADULT)
    )
    return _Home(household, owner, [])


class _Press:
    """Presses cases out of moulds: one row of a mould becomes a row of each of its cases."""

    def __init__(self, dice: random.Random, now: datetime) -> None:
        self.dice, self.now = dice, now
        self.tables: dict[type[Model], Table] = {model: Table(model) for model in WRITTEN}
        self.templates: dict[int, list[tuple[Table, Row]]] = {}

    def write(self, plots: Sequence[_Plot]) -> None:
        self._write_sellers(plots)
        pressed: dict[Table, list[Row]] = {table: [] for table in self.tables.values()}
        for plot in plots:
            for table, template in self._templates(plot.mould):
                pressed[table].append(template.copy())
        for table, rows in pressed.items():
            table.number(rows)
        places = {table: iter(rows) for table, rows in pressed.items()}
        for plot in plots:
            self._sign(plot, [(t, next(places[t])) for t, _row in self._templates(plot.mould)])
        for table, rows in pressed.items():
            table.write(rows)

    def _write_sellers(self, plots: Sequence[_Plot]) -> None:
        fresh = []
        for plot in plots:
            sellers = plot.home.sellers
            if plot.place // CASES_A_SELLER < len(sellers):
                continue
            seller = Seller(
                household=plot.home.household,
                name=f"Store {len(sellers) + 1} of {plot.home.household.slug}",
                store_id=f"11{len(sellers):08}",
                created_at=self.now,
            )
            sellers.append(seller)
            fresh.append(seller)
        Seller.objects.bulk_create(fresh)

    def _templates(self, mould: Mould) -> list[tuple[Table, Row]]:
        """The mould's rows as the database takes them, made once."""
        known = self.templates.get(id(mould))
        if known is None:
            known = [
                (self.tables[type(row)], self.tables[type(row)].template(row))
                for row in _rows_of(mould)
            ]
            self.templates[id(mould)] = known
        return known

    def _sign(self, plot: _Plot, rows: list[tuple[Table, Row]]) -> None:
        """Put into the rows of a case whose they are and what they hang on."""
        home = plot.home
        own = {
            "household_id": home.household.pk,
            "seller_id": home.sellers[plot.place // CASES_A_SELLER].pk,
            "number": f"8{plot.number:015}",
            **dict.fromkeys(
                ("sent_by_id", "logged_by_id", "opened_by_id", "actor_id"), home.owner.pk
            ),
        }
        for table, row in rows:
            for name, place in table.signed:
                row[place] = own.get(name)
            if table.public_id is not None:
                row[table.public_id] = UUID(int=self.dice.getrandbits(128), version=4).hex
            if table.model in KEY_NAMES:
                own[KEY_NAMES[table.model]] = row[table.key]


# What the other rows of a case call the key of a row.
KEY_NAMES: dict[type[Model], str] = {
    Order: "order_id",
    Case: "case_id",
    ContactAttempt: "attempt_id",
}


def _rows_of(mould: Mould) -> Iterator[Model]:
    yield from (mould.order, mould.item, mould.case)
    yield from (row for row in (mould.attempt, mould.reply, mould.escalation) if row is not None)
    yield from mould.follow_ups
    yield from mould.events
