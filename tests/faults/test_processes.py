"""Real processes under real faults, on both set-ups: each step fires once, each mail goes once."""

import shutil
import signal

import pytest

from tests.faults.instance import Instance, stopped, wait_for
from tests.faults.seeded import DUE, FIRED, FLAGGED, MAILED, seeded
from tests.smtp_server import Mailbox


def test_case_that_comes_due_is_flagged_and_each_member_gets_one_mail(
    instance: Instance, mailbox: Mailbox
) -> None:
    seeded(instance, due=0)
    process = instance.up()
    assert instance.sql(FLAGGED) == 0
    instance.sql(
        "FollowUp.objects.filter(pk=FollowUp.objects.filter("
        "kind='retry', status='pending', case__stage='awaiting_seller').first().pk)"
        ".update(due_at=timezone.now() - timedelta(hours=1))"
    )
    wait_for("the flag", lambda: instance.sql(FLAGGED) == 1)
    wait_for("two mails", lambda: len(mailbox.accepted) == 2)
    wait_for("both marked", lambda: instance.sql(MAILED) == 2)
    assert instance.sql(FIRED) == 1
    assert len({rcpt for rcpt, _ in mailbox.accepted}) == 2
    stopped(process, signal.SIGTERM)
    assert instance.children("celery") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_every_process(instance: Instance, number: signal.Signals) -> None:
    process = instance.up()
    assert instance.children("granian")
    stopped(process, number)
    assert [instance.children(n) for n in ("manage.py", "granian", "celery")] == [[], [], []]


def test_killed_instance_takes_its_children_along_and_goes_on_where_it_was(
    instance: Instance, mailbox: Mailbox
) -> None:
    seeded(instance)
    first = instance.up()
    first.kill()
    first.wait()
    wait_for("no child left", lambda: not instance.children("celery"))
    wait_for("no web left", lambda: not instance.children("granian"))
    second = instance.up()
    wait_for("all marked", lambda: instance.sql(MAILED) == 10)
    assert instance.sql(FIRED) == 5
    assert len(set(mailbox.message_ids)) == 10
    # A kill between 'accepted' and the mark repeats one mail, under the same Message-ID.
    assert len(mailbox.accepted) <= 11
    stopped(second, signal.SIGTERM)


def test_two_sweeps_at_once_fire_each_step_once(instance: Instance) -> None:
    seeded(instance, cases=600, due=500)
    sweeps = [instance.start("manage.py", "sweep", "--batch", "50") for _ in range(4)]
    for process in sweeps:
        assert process.wait(60) == 0
    assert instance.sql(FIRED) == 500
    assert instance.sql("Notification.objects.filter(channel='email').count()") == 1000


def test_sweep_killed_in_mid_batch_leaves_nothing_half_done(instance: Instance) -> None:
    seeded(instance, cases=3000, due=2500)
    for _ in range(3):
        _kill_a_sweep_at_work(instance)
        fired = instance.sql("FollowUp.objects.filter(status='fired').count()")
        assert instance.sql(FIRED) == fired
    instance.command("sweep")
    assert instance.sql(FIRED) == 2500
    assert instance.sql("Notification.objects.filter(channel='email').count()") == 5000


def _kill_a_sweep_at_work(instance: Instance) -> None:
    process = instance.start("manage.py", "sweep", "--batch", "200")
    before = instance.sql(FIRED)
    wait_for(
        "the sweep to be at work",
        lambda: process.poll() is not None or instance.sql(FIRED) > before,
    )
    instance.kill_alone(process)


@pytest.mark.parametrize(("due", "mails"), [(100, 200), (200, 80)], ids=["single mails", "digests"])
def test_delivery_killed_again_and_again_sends_each_mail_at_least_once_and_knows_copies(
    instance: Instance, mailbox: Mailbox, due: int, mails: int
) -> None:
    seeded(instance, cases=due + 20, due=due, households=50 if mails == 200 else 40)
    instance.command("sweep")
    for goal in (mails // 10, mails // 3, mails // 2):
        process = instance.start("manage.py", "deliver")
        wait_for(
            "some mails",
            lambda goal=goal, process=process: (
                len(mailbox.accepted) >= goal or process.poll() is not None
            ),
        )
        instance.kill_alone(process)
    # What the killed ones held is taken over when their leases have run out.
    later = instance.sql("(timezone.now() + timedelta(minutes=10)).isoformat()")
    instance.command("deliver", "--now", later)
    assert instance.sql(MAILED) == 2 * due
    assert len(set(mailbox.message_ids)) == mails
    # A kill between 'accepted' and the mark repeats one mail, under the same Message-ID.
    assert len(mailbox.accepted) <= mails + 3


def test_two_deliveries_at_once_send_each_mail_once(instance: Instance, mailbox: Mailbox) -> None:
    seeded(instance, cases=120, due=100, households=50)
    instance.command("sweep")
    passes = [instance.start("manage.py", "deliver") for _ in range(2)]
    for process in passes:
        assert process.wait(60) == 0
    assert len(mailbox.accepted) == len(set(mailbox.message_ids)) == 200


def test_flushed_broker_loses_nothing(instance: Instance, mailbox: Mailbox) -> None:
    seeded(instance)
    process = instance.up()
    for _ in range(5):
        _flush(instance)
        wait_for("a tick", lambda: instance.sql("Pulse.objects.filter(name='sweep').count()"))
    wait_for("all mails", lambda: len(mailbox.accepted) == 10)
    assert len(set(mailbox.message_ids)) == 10
    stopped(process, signal.SIGTERM)


def _flush(instance: Instance) -> None:
    if instance.env["REDIS_URL"]:
        import redis

        redis.Redis.from_url(instance.env["REDIS_URL"]).flushdb()
        return
    messages = instance.folder / "broker" / "messages"
    shutil.rmtree(messages, ignore_errors=True)
    messages.mkdir(parents=True, exist_ok=True)


def test_dead_beat_is_replaced_by_the_watchdog(instance: Instance, mailbox: Mailbox) -> None:
    """Web alone, no worker and no beat: it notices within three ticks and does the work itself."""
    seeded(instance)
    instance.start(*("-m", "config.web", "--host", "127.0.0.1", "--port", str(instance.port)))
    wait_for("all mails", lambda: len(mailbox.accepted) == 10)
    assert instance.sql("Pulse.objects.filter(name='self_tick').count()") == 1
    state = wait_for("the page to say so", lambda: instance.get("/readyz"))
    assert state["self_ticking"] is True


def test_worker_that_is_killed_comes_back(instance: Instance, mailbox: Mailbox) -> None:
    seeded(instance, due=0)
    process = instance.up()
    instance.kill("celery -q -A config.celery:app worker")
    instance.sql(DUE)
    wait_for("all mails", lambda: instance.sql(MAILED) == instance.sql(FIRED) * 2 > 0)
    assert len(mailbox.message_ids) == len(set(mailbox.message_ids))
    stopped(process, signal.SIGTERM)


def test_beat_ticks_as_it_starts_and_what_came_due_meanwhile_waits_no_longer(
    instance: Instance, mailbox: Mailbox
) -> None:
    instance.env["TICK_SECONDS"] = "600"
    seeded(instance)
    process = instance.up()
    wait_for("all mails", lambda: instance.sql(MAILED) == 10)
    assert instance.sql(FIRED) == 5
    stopped(process, signal.SIGTERM)


def test_clock_that_leaps_holds_a_running_instance_until_it_is_right(
    instance: Instance, mailbox: Mailbox
) -> None:
    """To set the mark of the last tick back is to let the clock leap: the uptime stays."""
    seeded(instance, due=0)
    process = instance.up()
    shift = "ClockMark.objects.update(at=models.F('at') {} timedelta(days=10), doubted_at=None)"
    wait_for("a tick", lambda: instance.sql("ClockMark.objects.count()"))
    # A tick that is under way may write the mark anew.
    wait_for(
        "the doubt",
        lambda: (
            instance.sql("ClockMark.objects.filter(doubted_at__isnull=False).count()")
            or (instance.sql(shift.format("-")) and False)
        ),
    )
    assert instance.get("/readyz") is None
    instance.sql(DUE)
    ticked = "Pulse.objects.get(name='beat').at.isoformat()"
    for _ in range(3):
        before = instance.sql(ticked)
        wait_for("a tick", lambda before=before: instance.sql(ticked) != before)
    assert (instance.sql(FIRED), mailbox.accepted) == (0, [])
    instance.sql("ClockMark.objects.update(at=timezone.now())")
    wait_for("all mails", lambda: instance.sql(MAILED) == instance.sql(FIRED) * 2 > 0)
    assert len(mailbox.message_ids) == len(set(mailbox.message_ids))
    stopped(process, signal.SIGTERM)
