"""One warm worker that drains the outbox, in a process of its own.

It says "ready" when it has loaded what a worker that runs has loaded, waits for a line on standard
input, drains, and answers with the figures as JSON. `python -m benchmarks.counted_delivery null`
hands each mail to nobody, and `... PORT` to the SMTP server on that port of loopback.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main(target: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings

    from operations.warming import warm_up
    from reminders.delivery import deliver

    if target == "null":
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    else:
        settings.EMAIL_BACKEND = "reminders.smtp.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(target)
    warm_up()
    print("ready", flush=True)
    sys.stdin.readline()
    started, worked, served = time.perf_counter(), time.process_time(), _seconds_of_server()
    sent = deliver(now=datetime.now(UTC)).sent
    figures = {
        "sent": sent,
        "seconds": time.perf_counter() - started,
        # What the worker itself took: on a shared machine the clock also counts the others.
        "cpu_seconds": time.process_time() - worked,
        "server_seconds": _seconds_of_server() - served,
    }
    sys.stdout.write(json.dumps(figures))


def _seconds_of_server() -> float:
    """CPU seconds of the database's process for this connection; 0 where it is none of this machine."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    user, system = said.rpartition(") ")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(sys.argv[1])
