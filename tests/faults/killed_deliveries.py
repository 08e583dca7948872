"""Deliveries that kill themselves at each step in turn, as SIGKILL does; run by a test in a process of
its own, with the instance's environment. Prints how often each step was met."""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402

from reminders import delivery  # noqa: E402

# By name: the function of delivery at which it dies, and whether before or after it.
STEPS = {
    "before the claim": ("claim", "before"),
    "after the claim": ("claim", "after"),
    "when the letters are sorted": ("_letters", "after"),
    "before a mail": ("_deliver_one", "before"),
    "when the try is on record": ("_send", "before"),
    "when the server has taken it": ("_send", "after"),
    "before it is marked": ("_finish", "before"),
    "when it is marked": ("_deliver_one", "after"),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(real: Callable[..., Any], when: str) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            die()
        answer = real(*args, **kwargs)
        if when == "after" and answer != []:
            die()
        return answer

    return wrapped


def killed(step: str, now: datetime) -> bool:
    """Whether a delivery in a child met the step and died of it."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        name, when = STEPS[step]
        setattr(delivery, name, deadly(getattr(delivery, name), when))
        delivery.deliver(now=now)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main() -> None:
    now = datetime.now(UTC)
    met = {
        step: killed(step, now + number * timedelta(minutes=10))
        for number, step in enumerate(STEPS)
    }
    delivery.deliver(now=now + len(STEPS) * timedelta(minutes=10))
    sys.stdout.write(json.dumps(met))


if __name__ == "__main__":
    main()
