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
    started = time.perf_counter()
    sent = deliver(now=datetime.now(UTC)).sent
    sys.stdout.write(json.dumps({"sent": sent, "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main(sys.argv[1])
