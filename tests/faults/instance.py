"""A whole instance of Parley in real processes, for tests that kill parts of it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError

from tests.smtp_server import free_port

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 90.0
TICK_SECONDS = "1"


def wait_for(what: str, look: Callable[[], Any], seconds: float = DEADLINE) -> Any:
    """Look until it is true; fail with what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)  # between two looks, not for timing
    raise AssertionError(f"did not come within {seconds:.0f} s: {what}")


class Instance:
    """One data folder, its servers, and the processes over them."""

    def __init__(self, folder: Path, *, smtp_port: int, servers: dict[str, str]) -> None:
        self.folder, self.port = folder, free_port()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "PYTEST"))},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(folder),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "SECRET_KEY": "only-for-tests-" + "x" * 50,
            "BASE_URL": f"http://127.0.0.1:{self.port}",
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "TICK_SECONDS": TICK_SECONDS,
            # What a killed process had claimed is free again after ten seconds.
            "EMAIL_TIMEOUT": "4",
            **servers,
        }
        self._onlooker: subprocess.Popen[str] | None = None

    def manage(self, *arguments: str) -> dict[str, Any]:
        """Run a command in a process of its own; its JSON, or an empty object."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode in (0, 1), done.stderr
        lines = done.stdout.strip().splitlines()
        return json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}

    def command(self, *arguments: str) -> dict[str, Any]:
        """Run a command that succeeds, where no process of its own is called for; its JSON."""
        return self._ask({"command": arguments})  # type: ignore[no-any-return]

    def sql(self, python: str) -> Any:
        """Evaluate an expression over the models; its JSON."""
        return self._ask({"python": python})

    def _ask(self, request: dict[str, Any]) -> Any:
        if self._onlooker is None:
            self._onlooker = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.onlooker"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=(self.folder / "stderr.log").open("ab"),
                text=True,
            )
        assert self._onlooker.stdin is not None
        assert self._onlooker.stdout is not None
        self._onlooker.stdin.write(json.dumps(request) + "\n")
        self._onlooker.stdin.flush()
        answer = json.loads(self._onlooker.stdout.readline())
        assert "fault" not in answer, (request, answer)
        return answer["value"]

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.env,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr.log").open("ab"),
        )

    def up(self) -> subprocess.Popen[bytes]:
        process = self.start("manage.py", "up", "--no-demo", "--bind", f"127.0.0.1:{self.port}")
        wait_for("web to be ready", lambda: self.get("/readyz"))
        return process

    def get(self, path: str) -> dict[str, Any] | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return json.loads(answer.read())  # type: ignore[no-any-return]
        except (URLError, OSError, ValueError):
            return None

    def children(self, name: str) -> list[int]:
        """Process ids of this instance whose command line holds the word."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if name in command and f"DATA_DIR={self.folder}\0".encode() in environment:
                found.append(int(entry.name))
        return found

    def kill(self, name: str) -> None:
        for pid in self.children(name):
            os.kill(pid, signal.SIGKILL)

    def kill_alone(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the only process at work, and wait until its database knows."""
        process.kill()
        process.wait()
        wait_for("its session to be over", lambda: self.sql("other_sessions()") == 0)

    def end(self) -> None:
        """Kill what still runs of it."""
        if self._onlooker is not None:
            self._onlooker.communicate()
        for name in ("manage.py", "granian", "celery"):
            self.kill(name)


def stopped(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    process.send_signal(number)
    process.wait(10)
