"""The Celery application. Messages only wake workers: what is due is in the database."""

import os

from celery import Celery
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.env import refuse
from config.schedule import beat_schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

try:
    settings.INSTALLED_APPS  # noqa: B018  (reads the settings: a fault is told here, in one line)
except ImproperlyConfigured as fault:
    refuse(fault)

app = Celery("parley")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = beat_schedule()
app.autodiscover_tasks()
