"""`manage.py up`: the whole of Parley with one command."""

import argparse
import os
import socket
import sys
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commandline import ReportingCommand
from operations.demo import make_demo_household
from operations.lock import AlreadyRunning, take_lock
from operations.supervisor import Supervisor

DEFAULT_BIND = "127.0.0.1:8000"
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  (compared with, not bound to)
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def address(text: str) -> tuple[str, int]:
    """An argparse type: HOST:PORT."""
    host, _, port = text.rpartition(":")
    is_port = port.isascii() and port.isdecimal() and 0 < int(port) < 65536
    if not host or not is_port or (":" in host) != host.startswith("["):
        raise argparse.ArgumentTypeError(f"{text!r} is not like {DEFAULT_BIND}")
    return host.strip("[]"), int(port)


class Command(ReportingCommand):
    help = "Start web, worker and scheduler; one Ctrl-C or SIGTERM stops all of it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        # A default that is text goes through the type, like what was written.
        parser.add_argument("--bind", type=address, default=DEFAULT_BIND, metavar="HOST:PORT")
        parser.add_argument("--no-demo", action="store_true", help="make no demo household")

    def handle(self, *_args: Any, **options: Any) -> None:
        host, port = options["bind"]
        env = environment(host, port)
        settings.BASE_URL = env["BASE_URL"]
        try:
            lock = take_lock(settings.DATA_DIR)
        except AlreadyRunning:
            raise CommandError(f"Parley is already running on {settings.DATA_DIR}") from None
        with lock:
            _refuse_taken(host, port)
            try:
                self._prepare(demo=not options["no_demo"])
            except KeyboardInterrupt:
                self.stdout.write("Parley was stopped before it started.")
                return
            self.stdout.write(f"Parley is starting at {env['BASE_URL']} (Ctrl-C stops it).")
            self.stdout.flush()
            threading.Thread(target=self._say_ready, args=(host, port), daemon=True).start()
            Supervisor(commands(host, port), env, keep_open=[lock.fileno()]).run()
        self.stdout.write("Parley has stopped.")

    def _prepare(self, *, demo: bool) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if demo:
            self._say_demo()

    def _say_demo(self) -> None:
        demo = make_demo_household(now=timezone.now())
        if demo is None:
            return
        self.stdout.write("A demo household is ready.")
        self.stdout.write(f"  Sign in:           {demo.sign_in_url}")
        self.stdout.write(f"  or with            {demo.email}")
        self.stdout.write(f"  one-time password: {demo.password}")

    def _say_ready(self, host: str, port: int) -> None:
        while not _answers(host, port):
            time.sleep(0.1)
        self.stdout.write("Parley is ready.")
        self.stdout.flush()


def environment(host: str, port: int) -> dict[str, str]:
    """What the children see: links and host names follow --bind where nobody set them."""
    env = dict(os.environ)
    name = "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    if not env.get("BASE_URL"):
        env["BASE_URL"] = f"http://{name}:{port}"
        if not env.get("ALLOWED_HOSTS"):
            env["ALLOWED_HOSTS"] = ",".join([name, *LOOPBACK])
    return env


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _refuse_taken(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port), family=_family(host)):
            pass
    except OSError as fault:
        raise CommandError(f"{host}:{port} cannot be used: {fault.strerror}") from fault


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def commands(host: str, port: int) -> dict[str, list[str]]:
    """What runs beside each other; docker-compose.yml starts the same, one a container."""
    python = sys.executable
    celery = [python, "-m", "celery", "-q", "-A", "config.celery:app"]
    beat_file = settings.DATA_DIR / "celerybeat-schedule"
    return {
        "web": [
            *[python, "-m", "config.web", "--host", host, "--port", str(port)],
            *["--workers", "1", "--log-level", "warning", "--workers-kill-timeout", "3"],
        ],
        "worker": [
            *[*celery, "worker", "--loglevel", "warning", "--pool", "threads"],
            *["--concurrency", "4", "--without-gossip", "--without-mingle", "--without-heartbeat"],
        ],
        "beat": [
            *[*celery, "beat", "--loglevel", "warning", "--pidfile", ""],
            *["--schedule", str(beat_file)],
        ],
    }
