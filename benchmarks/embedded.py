"""An instance of its own for one measurement: a fresh data folder, nothing of the caller's."""

import os
from pathlib import Path

INSTANCE_VARIABLES = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "INBOUND_EMAIL_URL", "SENTRY_DSN")


def fresh_environment(data_dir: Path, database_url: str = "") -> dict[str, str]:
    """The environment of a process that keeps everything in `data_dir`, or in that database."""
    blank = dict.fromkeys(INSTANCE_VARIABLES, "")
    return {**os.environ, **blank, "DATA_DIR": str(data_dir), "DATABASE_URL": database_url}
