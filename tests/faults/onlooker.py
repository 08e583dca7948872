"""A process over an instance's data that looks and acts for a test, so that each look need not start a
Python of its own: one JSON request a line ({"python": …} or {"command": […]}), one JSON answer a line."""

import io
import json
import sys
from typing import Any

import django

django.setup()

from datetime import timedelta  # noqa: E402

from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, models  # noqa: E402
from django.utils import timezone  # noqa: E402

OTHER_SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def other_sessions() -> int:
    """How many others the database still works for: the server learns of a client's death only after
    the statement in hand, which may be a commit. An embedded database dies with its process."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        return int(cursor.execute(OTHER_SESSIONS).fetchone()[0])


NAMES: dict[str, Any] = {
    **{model.__name__: model for model in apps.get_models()},
    "models": models,
    "timezone": timezone,
    "timedelta": timedelta,
    "other_sessions": other_sessions,
}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        if "python" in request:
            return {"value": eval(request["python"], dict(NAMES))}
        return {"value": _said(request["command"])}
    except Exception as fault:
        return {"fault": repr(fault)}
    finally:
        # Each look is like that of a new process: nothing of it stays open between them.
        connections.close_all()


def _said(arguments: list[str]) -> dict[str, Any]:
    """Run a command; the object that it printed."""
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue().strip().splitlines()[-1])  # type: ignore[no-any-return]


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line)), default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
