"""Starts Parley's processes, restarts one that dies, and stops all of them at one signal."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

# Contract: one signal stops everything within 10 seconds.
GRACE_SECONDS = 6.0
POLL_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_AFTER_SECONDS = 60.0
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """One process: its command, and how its restarts go."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restart_at: float = 0.0
    pause: float = field(default=FIRST_PAUSE_SECONDS)


class Supervisor:
    """`keep_open` are file descriptors that every child holds too, as a lock of the whole."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        env: Mapping[str, str],
        keep_open: Sequence[int] = (),
    ) -> None:
        self.children = [Child(name, command) for name, command in commands.items()]
        self.env = dict(env)
        self.keep_open = tuple(keep_open)
        self.stopping = threading.Event()

    def run(self) -> None:
        """Start all and watch them until SIGINT, SIGTERM or SIGHUP; then stop all."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            while not self.stopping.is_set():
                for child in self.children:
                    self._keep_alive(child, time.monotonic())
                self.stopping.wait(POLL_SECONDS)
        finally:
            self.stop_all()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _keep_alive(self, child: Child, now: float) -> None:
        if child.process is None:
            if now >= child.restart_at:
                self._start(child, now)
            return
        code = child.process.poll()
        if code is None:
            return
        # What it had started itself would hold the port, or work unwatched.
        _kill_group(child.process)
        child.process = None
        if now - child.started > STEADY_AFTER_SECONDS:
            child.pause = FIRST_PAUSE_SECONDS
        child.restart_at = now + child.pause
        sys.stderr.write(f"{child.name} ended with {code}; again in {child.pause:.0f} s\n")
        child.pause = min(child.pause * 2, LONGEST_PAUSE_SECONDS)

    def _start(self, child: Child, now: float) -> None:
        child.started = now
        parent = os.getpid()
        # A group of its own: a terminal's Ctrl-C reaches only us, and we end each once and whole.
        child.process = subprocess.Popen(  # noqa: S603  (our own commands)
            child.command,
            env=self.env,
            preexec_fn=lambda: _die_with(parent),
            process_group=0,
            pass_fds=self.keep_open,
            stdin=subprocess.DEVNULL,
        )

    def stop_all(self) -> None:
        """SIGTERM to all, and SIGKILL to whoever is left when the grace is over."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.05))
            _kill_group(process)
            process.wait()


def _die_with(parent: int) -> None:
    """In the child, before it runs: a supervisor killed by SIGKILL takes its children along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End whoever is left of a child's group, also after the child itself has ended."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
