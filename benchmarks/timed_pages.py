"""Run in a process of its own: seeds one large household and times each of its main pages.

`python -m benchmarks.timed_pages ORDERS CASES DUE SEED ROUNDS` in an empty database; JSON by page.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import django
from django.db import connection

from config import collector


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    orders, cases, due, seed, rounds = map(int, sys.argv[1:])
    household = seed_household(orders, cases, due, seed)
    collector.settle()  # as the web process does
    timed = {name: _time(household, path, rounds) for name, path in pages_of(household).items()}
    print(json.dumps(timed))


def seed_household(orders: int, cases: int, due: int, seed: int) -> Any:
    """One household: of its cases so many were due and are flagged, told and not yet delivered."""
    from django.utils import timezone

    from cases.sweep import sweep
    from households.models import Household
    from operations.seeding import seed as make

    now = timezone.now()
    make(households=1, cases=cases, due=due, seed=seed, now=now)
    sweep(now=now)
    household = Household.objects.get()
    _add_orders(household, orders - cases, now)
    return household


def _add_orders(household: Any, count: int, now: datetime) -> None:
    """Orders that went well, over the last two years."""
    from orders.models import Order, OrderItem
    from sellers.models import Seller

    sellers = list(Seller.objects.filter(household=household))
    orders = Order.objects.bulk_create(
        Order(
            household=household,
            seller=sellers[number % len(sellers)],
            number=f"7{number:015}",
            status="completed",
            status_text="Completed",
            total_minor=300 + number,
            currency="EUR",
            placed_at=now - timedelta(hours=9 * number),
            created_at=now,
        )
        for number in range(count)
    )
    OrderItem.objects.bulk_create(
        OrderItem(order=order, title="Cable, 2 m", unit_price_minor=300, currency="EUR")
        for order in orders
    )


def pages_of(household: Any) -> dict[str, str]:
    from cases.models import Case

    base = f"/h/{household.public_id}/"
    case = {
        stage: Case.objects.filter(household=household, stage=stage).order_by("pk")[0]
        for stage in ("awaiting_seller", "retry_due", "settled")
    }
    flagged = case["retry_due"]
    places = {
        "Today": "",
        "cases": "cases/",
        "a case to write in": f"cases/{flagged.public_id}/",
        "a case that waits": f"cases/{case['awaiting_seller'].public_id}/?wait=3",
        "a settled case": f"cases/{case['settled'].public_id}/",
        "a new case": "cases/new/",
        "orders": "orders/",
        "an order": f"orders/{flagged.order.public_id}/",
        "a new order": "orders/new/",
        "import": "orders/import/",
        "sellers": "sellers/",
        "a seller": f"sellers/{flagged.seller.public_id}/",
        "what comes": "ahead/",
        "pictures": "pictures/",
        "reminders": "inbox/",
        "reminder choices": "household/reminders/",
        "household": "household/",
    }
    return {name: base + place for name, place in places.items()}


def _time(household: Any, path: str, rounds: int) -> dict[str, float]:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(household.memberships.filter(role="owner").get().user)
    client.get(path)
    counted, wrapper = _counter()
    with connection.execute_wrapper(wrapper):
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    taken, worked = [], []
    for _ in range(rounds):
        started, begun = time.perf_counter(), time.process_time()
        client.get(path)
        taken.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - begun))
    return {
        "median": round(statistics.median(taken), 1),
        # What a machine that has nothing else to do would take.
        "processor": round(statistics.median(worked), 1),
        "slowest": round(max(taken), 1),
        "queries": len(counted),
        "kilobytes": round(len(answer.content) / 1000),
    }


def _counter() -> tuple[list[str], Callable[..., Any]]:
    counted: list[str] = []

    def count(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        counted.append(sql)
        return execute(sql, params, many, context)

    return counted, count


if __name__ == "__main__":
    main()
