"""Run in a process of its own: `manage.py sweep --json`, and how many statements it took."""

import io
import json
import os
from collections.abc import Callable
from typing import Any

import django
from django.core.management import call_command
from django.db import connection


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    statements = 0

    def count(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        nonlocal statements
        statements += 1
        return execute(sql, params, many, context)

    answer = io.StringIO()
    with connection.execute_wrapper(count):
        call_command("sweep", "--json", stdout=answer)
    print(json.dumps({**json.loads(answer.getvalue()), "statements": statements}))


if __name__ == "__main__":
    main()
