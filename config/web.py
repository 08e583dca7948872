"""`python -m config.web [granian's options]`: the web server, once the settings have been read.

Granian would start, fail in its worker and show a trace; here a fault is one line and exit 2.
"""

import os
import sys

OPTIONS = ["--interface", "wsgi", "--no-ws", "--blocking-threads", "4"]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from config.env import refuse

    try:
        settings.INSTALLED_APPS  # noqa: B018  (reads the settings)
    except ImproperlyConfigured as fault:
        refuse(fault)
    granian = [sys.executable, "-m", "granian", *OPTIONS, *sys.argv[1:]]
    # The same process goes on, so that signals and exit codes are granian's own.
    os.execv(sys.executable, [*granian, "config.wsgi:application"])  # noqa: S606


if __name__ == "__main__":
    main()
