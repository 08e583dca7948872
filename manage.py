#!/usr/bin/env python
"""Parley's command line. A configuration fault is one line and exit status 2."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from config.env import refuse

    try:
        settings.INSTALLED_APPS  # noqa: B018  (reads the settings, so that a fault in them is told here)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        refuse(fault)


if __name__ == "__main__":
    main()
