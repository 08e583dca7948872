"""Workers that die at each step, in pairs, and without their broker: each mail arrives, once."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults.instance import ROOT, Instance, stopped, wait_for
from tests.faults.seeded import DUE, FIRED, MAILED, seeded
from tests.smtp_server import Mailbox, free_port


def _said_by(instance: Instance, module: str) -> dict[str, Any]:
    """Run a module over the instance; the object that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=instance.env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])  # type: ignore[no-any-return]


def test_delivery_killed_at_each_step_loses_nothing_and_repeats_what_was_taken_alone(
    instance: Instance, mailbox: Mailbox
) -> None:
    seeded(instance)
    instance.command("sweep")
    met = _said_by(instance, "tests.faults.killed_deliveries")
    assert all(met.values()), met
    assert instance.sql(MAILED) == 10
    assert len(set(mailbox.message_ids)) == 10
    # Two of the steps lie between 'accepted' and the mark.
    assert len(mailbox.accepted) == 12


def test_delivery_that_meets_another_s_claim_waits_and_sends_what_that_one_left(
    instance: Instance, mailbox: Mailbox
) -> None:
    seeded(instance, cases=300, due=240, households=80)
    instance.command("sweep")
    did = _said_by(instance, "tests.faults.claims_at_once")
    assert did["gave_up"] is False
    assert did["held"] > 0
    assert did["sent"] == [480 - did["held"]]


def test_delivery_goes_on_where_the_file_of_its_turns_cannot_be_opened(
    instance: Instance, mailbox: Mailbox
) -> None:
    (instance.folder / "parley.sqlite3-turn").mkdir()
    seeded(instance)
    instance.command("sweep")
    assert instance.command("deliver")["sent"] == 10


def test_two_workers_and_two_beats_do_what_one_does(instance: Instance, mailbox: Mailbox) -> None:
    seeded(instance)
    process = instance.up()
    celery = ("-m", "celery", "-q", "-A", "config.celery:app")
    others = [
        instance.start(*celery, "worker", "--pool", "threads", "-n", "second@host"),
        instance.start(
            *celery, "beat", "--pidfile", "", "--schedule", str(instance.folder / "second-beat")
        ),
    ]
    wait_for("all mails", lambda: len(mailbox.accepted) == 10)
    instance.sql(DUE)
    wait_for("the rest too", lambda: instance.sql(MAILED) == instance.sql(FIRED) * 2 > 10)
    assert len(mailbox.message_ids) == len(set(mailbox.message_ids))
    for other in others:
        other.kill()
    stopped(process, signal.SIGTERM)


@contextmanager
def broker(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis of the test's own, which keeps nothing when it is killed."""
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield server
    finally:
        server.kill()
        server.wait()


@pytest.mark.skipif(
    not os.environ.get("TEST_REDIS_URL") or not shutil.which("redis-server"),
    reason="needs the servers' set-up and a redis-server to kill",
)
def test_broker_that_is_killed_and_comes_back_empty_loses_nothing(
    instance: Instance, mailbox: Mailbox, tmp_path: Path
) -> None:
    port = free_port()
    instance.env["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
    seeded(instance)
    with broker(port, tmp_path):
        process = instance.up()
        wait_for("all mails", lambda: len(mailbox.accepted) == 10)
    # Without a broker nobody rings: what comes due meanwhile is found by who ticks in its place.
    instance.sql(DUE)
    with broker(port, tmp_path):
        wait_for("the rest too", lambda: instance.sql(MAILED) == instance.sql(FIRED) * 2 > 10)
        assert len(mailbox.message_ids) == len(set(mailbox.message_ids))
        stopped(process, signal.SIGTERM)
