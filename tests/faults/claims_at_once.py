"""A delivery that finds another in the middle of its claim; run by a test in a process of its own, with
the instance's environment. Prints whether it gave up meanwhile, what it sent, and what the other holds."""

import json
import sys
from datetime import UTC, datetime
from threading import Event, Thread

import django

django.setup()

from django.db import connections, transaction  # noqa: E402

from reminders import claims, delivery  # noqa: E402
from reminders.turns import turn_to_write  # noqa: E402

# One that does not wait is done long before.
PATIENCE_SECONDS = 1.0


def main() -> None:
    now = datetime.now(UTC)
    claimed, may_end = Event(), Event()
    held: dict[int, int] = {}
    sent: list[int] = []

    def hold() -> None:
        with turn_to_write(), transaction.atomic():
            # As many as a claim of the other would take first.
            held.update(
                claims._take(
                    waiting=delivery.MAILS,
                    now=now,
                    clock=lambda: now,
                    members=claims.MEMBERS_A_BATCH,
                )
            )
            claimed.set()
            may_end.wait()
        connections.close_all()

    def deliver() -> None:
        sent.append(delivery.deliver(now=now).sent)
        connections.close_all()

    holder, other = Thread(target=hold), Thread(target=deliver)
    holder.start()
    claimed.wait()
    other.start()
    other.join(PATIENCE_SECONDS)
    gave_up = not other.is_alive()
    may_end.set()
    holder.join()
    other.join()
    sys.stdout.write(json.dumps({"gave_up": gave_up, "sent": sent, "held": len(held)}))


if __name__ == "__main__":
    main()
