"""One `up` for each data folder, held until its last process has ended."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

# A killed `up` takes its children along; they have this long to end.
PATIENCE_SECONDS = 10.0


class AlreadyRunning(Exception):
    pass


def take_lock(folder: Path) -> IO[str]:
    """The open lock file, to be inherited by every child; AlreadyRunning when another `up` lives."""
    lock = (folder / "up.lock").open("a+")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _try(lock):
        if _holder_lives(lock) or time.monotonic() > deadline:
            lock.close()
            raise AlreadyRunning
        time.sleep(0.1)
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _try(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _holder_lives(lock: IO[str]) -> bool:
    """False when the `up` that wrote its number is gone, and only its children hold on."""
    lock.seek(0)
    text = lock.read().strip()
    if not text.isdecimal():
        return True
    try:
        os.kill(int(text), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
