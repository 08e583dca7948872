"""The WSGI entry for the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

import config.celery  # noqa: E402, F401  (a page rings for a worker through this application)
from config import collector  # noqa: E402
from operations.watchdog import start_watchdog  # noqa: E402  (needs the apps to be set up)

# Web processes watch beat too: should worker and beat both be down, reminders still go.
start_watchdog()
collector.settle()
