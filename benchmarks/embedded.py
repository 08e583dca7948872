"""An instance of its own for one measurement, with nothing of the caller's."""

import os
import secrets
from pathlib import Path

INSTANCE_VARIABLES = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "INBOUND_EMAIL_URL", "SENTRY_DSN")


def fresh_environment(data_dir: Path, database_url: str = "") -> dict[str, str]:
    """The environment of a process that keeps everything in `data_dir`, or in that database."""
    blank = dict.fromkeys(INSTANCE_VARIABLES, "")
    own = {"DATA_DIR": str(data_dir), "DATABASE_URL": database_url}
    if database_url:
        # Servers are a production set-up, which refuses to start without these.
        own |= {"SECRET_KEY": secrets.token_urlsafe(50), "BASE_URL": "http://127.0.0.1:8000"}
    return {**os.environ, **blank, **own}
