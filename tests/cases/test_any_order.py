"""Whatever members do, in whatever order, and however late the sweep comes: the invariants hold."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cases import services
from cases.errors import CaseError
from cases.models import Case, CaseEvent
from cases.sweep import sweep
from orders.announcements import orders_changed
from orders.models import Order
from tests.invariants import assert_invariants
from tests.stock import NOW, make_home, make_order, make_seller

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OUTCOMES = ("delivered", "lost", "answered")


class _Undone(Exception):
    """Ends one life: its rows go, for the next to begin with none."""


class LifeOfACase(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.life = _life()
        next(self.life)

    @initialize(protected_days=st.one_of(st.none(), st.integers(1, 60)))
    def open(self, protected_days: int | None) -> None:
        self.now: datetime = NOW
        self.home = make_home()
        seller = make_seller(self.home)
        order = make_order(
            self.home,
            seller=seller,
            placed_at=NOW - 20 * DAY,
            shipped_at=NOW - 15 * DAY,
            protection_ends_at=NOW + protected_days * DAY if protected_days else None,
        )
        self.case = services.open_case(
            member=self.home.owner,
            seller=seller,
            order=order,
            title="Lamp",
            issue="not_received",
            goal="refund",
            now=self.now,
        )

    def act(self, verb: str, **arguments: Any) -> None:
        """Do it; a refusal in words is as good, and must change nothing."""
        events = self.case.events.count()
        try:
            with transaction.atomic():
                getattr(services, verb)(member=self.home.owner, now=self.now, **arguments)
        except CaseError:
            assert self.case.events.count() == events
        self.case.refresh_from_db()

    @rule(hours=st.integers(1, 24 * 9))
    def let_time_pass(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule()
    def sweep(self) -> None:
        figures = sweep(now=self.now)
        assert figures.failed == 0
        assert sweep(now=self.now).due == 0
        assert_invariants(self.now, is_swept=True)
        self.case.refresh_from_db()

    @rule(hours_ago=st.integers(0, 30))
    def write(self, hours_ago: int) -> None:
        sent_at = self.now - hours_ago * HOUR
        body = f"Message at {self.now}"
        self.act(
            "log_attempt", case=self.case, channel="message_center", sent_at=sent_at, body=body
        )

    @rule(is_automatic=st.booleans(), hours_ago=st.integers(0, 30))
    def hear(self, is_automatic: bool, hours_ago: int) -> None:
        self.act(
            "log_reply",
            case=self.case,
            channel="message_center",
            received_at=self.now - hours_ago * HOUR,
            body=f"Answer at {self.now}",
            is_automatic=is_automatic,
        )

    @rule(kind=st.sampled_from(["dispute", "support", "appeal"]))
    def escalate(self, kind: str) -> None:
        self.act("escalate_case", case=self.case, kind=kind, opened_at=self.now)

    @rule(outcome=st.sampled_from(OUTCOMES))
    def settle(self, outcome: str) -> None:
        self.act("settle_case", case=self.case, outcome=outcome)

    @rule()
    def reopen(self) -> None:
        self.act("reopen_case", case=self.case, reason=f"At {self.now}")

    @rule(days=st.integers(1, 30))
    def snooze(self, days: int) -> None:
        self.act("snooze_case", case=self.case, until=self.now + days * DAY)

    @rule(days=st.integers(1, 30))
    def remind(self, days: int) -> None:
        self.act("add_follow_up", case=self.case, due_at=self.now + days * DAY, note="Look")

    @precondition(lambda self: self.case.follow_ups.pending().exists())
    @rule(place=st.integers(0, 9), days=st.integers(1, 30))
    def move(self, place: int, days: int) -> None:
        self.act("move_follow_up", follow_up=self._step(place), due_at=self.now + days * DAY)

    @precondition(lambda self: self.case.follow_ups.pending().exists())
    @rule(place=st.integers(0, 9))
    def skip(self, place: int) -> None:
        self.act("skip_follow_up", follow_up=self._step(place))

    def _step(self, place: int) -> Any:
        steps = list(self.case.follow_ups.pending())
        return steps[place % len(steps)]

    @rule(days=st.integers(-5, 60))
    def protection_changes(self, days: int) -> None:
        Order.objects.update(protection_ends_at=self.now + days * DAY)
        orders_changed.announce([Order.objects.get()], self.now)
        self.case.refresh_from_db()

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "case"):
            assert_invariants(self.now)
            newest = CaseEvent.objects.order_by("-id").first()
            assert newest is not None
            assert newest.stage == Case.objects.get().stage

    def teardown(self) -> None:
        next(self.life, None)


def _life() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass


@pytest.mark.django_db
def test_invariants_hold_in_any_order_of_events() -> None:
    run_state_machine_as_test(
        LifeOfACase,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            # Shrinking takes minutes here; the steps are printed anyway.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
