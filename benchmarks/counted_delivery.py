"""One worker that drains the outbox, in a process of its own: the figures as JSON on standard output.

`python -m benchmarks.counted_delivery null` hands each mail to nobody, and `... PORT` to the SMTP
server on that port of loopback.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime


def main(target: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings

    from reminders.delivery import deliver

    if target == "null":
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    else:
        settings.EMAIL_BACKEND = "reminders.smtp.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(target)
    started, worked = time.perf_counter(), time.process_time()
    sent = deliver(now=datetime.now(UTC)).sent
    figures = {
        "sent": sent,
        "seconds": time.perf_counter() - started,
        # What the worker itself took: on a shared machine the clock also counts the others.
        "cpu_seconds": time.process_time() - worked,
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1])
