"""What is foreseen is what a fast-forwarded run does: the same steps, messages, people and moments."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

import pytest
from django.core import mail
from django.db.models import Min

from cases import services
from cases.models import CaseEvent, FollowUp
from cases.sweep import sweep
from households.models import Absence, Membership
from reminders.ahead import DAYS_AHEAD, Ahead, look_ahead, tick_of
from reminders.delivery import deliver
from reminders.letters import Letter
from reminders.models import Channel, Notification, ReminderChoice, ReminderTarget, ReminderTiming
from reminders.relay import relay
from tests.cases.test_sweep import waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
DAY, QUARTER_DAY = timedelta(days=1), timedelta(hours=6)
ZONES = ("Europe/Madrid", "America/St_Johns", "Asia/Kolkata", "Pacific/Auckland")
SEEDS = (1, 3, 4)

Flagged = set[tuple[str, str, str, datetime]]
Told = set[tuple[frozenset[tuple[str, str]], str, str, datetime]]


@pytest.fixture(autouse=True)
def no_network(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails stay in the process, and a target of a member's own takes whatever it is told."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]

    def take(_letter: Letter[Notification], *, now: datetime) -> tuple[str, str]:
        return "accepted", ""

    monkeypatch.setattr("reminders.delivery.tell_target", take)


def make_people(home: Home, dice: Random) -> list[Membership]:
    members = [home.owner, *(home.member(name)[0] for name in ("Adam", "Ben"))]
    members.append(home.member("Vera", "viewer")[0])
    for member in members:
        member.user.time_zone = dice.choice(ZONES)
        member.user.save()
        member.reminder_scope = dice.choice(("all", "assigned", "assigned", "none"))
        if member.user.name == "Ben":
            # Whoever does not follow all cases is told of others' when nobody acts.
            member.reminder_scope = "assigned"
        member.reminds_by_email = dice.random() < 0.9
        member.save()
        ReminderTiming.objects.create(
            member=member,
            quiet_from=time(dice.randrange(18, 24)) if dice.random() < 0.7 else None,
            quiet_until=time(dice.randrange(5, 11)),
            urgent_breaks_through=dice.random() < 0.5,
            digest_at=time(dice.randrange(24), dice.choice((0, 30))),
            digest_weekday=dice.randrange(7),
        )
        for kind in ("retry", "escalate", "protection_warning", "settle_check", "mention"):
            for channel in Channel.values:
                moment = dice.choice(("at_once", "at_once", "daily", "weekly", "never"))
                if channel != Channel.INBOX or moment == "never":
                    ReminderChoice.objects.create(
                        member=member, kind=kind, channel=channel, moment=moment
                    )
    ReminderTarget.objects.create(
        member=members[1], name="Phone", url="json://127.0.0.1:9/x", created_at=NOW
    )
    make_absences(home, members, dice)
    return members


def make_absences(home: Home, members: list[Membership], dice: Random) -> None:
    """One is away from soon on, and perhaps whoever stands in for them, for a while of that too."""
    for member, stand_in in ((members[0], members[2]), (members[2], members[1])):
        begins = NOW + timedelta(days=dice.randrange(5), hours=dice.randrange(24))
        ends = begins + timedelta(days=dice.randrange(1, 6))
        Absence.objects.create(
            household=home.household,
            member=member,
            stand_in=stand_in,
            from_on=begins.date(),
            until_on=ends.date(),
            from_at=begins,
            until_at=ends,
            urgent_still_told=dice.random() < 0.5,
        )


def make_cases(home: Home, members: list[Membership], dice: Random) -> None:
    who = {"member": home.owner, "now": NOW}
    for number in range(10):
        left = timedelta(days=dice.choice((5, 7, 12, 20, 40)))
        case = waiting_case(home, str(10**15 + number), protection_ends_at=NOW + left)
        if dice.random() < 0.7:
            services.assign_case(case=case, assignee=dice.choice(members[:3]), **who)
        if dice.random() < 0.3:
            at = NOW + timedelta(hours=dice.randrange(1, 300))
            services.add_follow_up(case=case, due_at=at, note="Look again", **who)
        case.refresh_from_db()
        if dice.random() < 0.3:
            until = NOW + timedelta(hours=dice.randrange(1, 200))
            until = min(until, case.escalate_by or until)
            services.snooze_case(case=case, until=until, **who)
        if dice.random() < 0.2:
            services.log_reply(
                case=case, received_at=NOW, body="Please wait", channel="live_chat", **who
            )
        if dice.random() < 0.6:
            text = " ".join(dice.sample(("@Adam", "@Ben", "@Vera"), 2))
            services.add_note(case=case, text=text, **who)
        if number == 0:
            services.settle_case(case=case, outcome="refunded", **who)
    # Some are told of much at once, and some steps of one case fall together.
    together = NOW + timedelta(days=2, hours=3)
    some = list(FollowUp.objects.pending().order_by("pk")[:24])
    FollowUp.objects.filter(pk__in=[step.pk for step in some]).update(due_at=together)


def ticks(until: datetime) -> Iterator[datetime]:
    """Each few hours, and each tick in which something comes due, as the rows stand by then."""
    at = tick_of(NOW)
    while at <= until:
        yield at
        moments = [at + QUARTER_DAY]
        fired = FollowUp.objects.filter(status="fired").values_list("fired_at", flat=True)
        moments += [then + (at - then) // DAY * DAY + DAY for then in fired.distinct() if then]
        moments += FollowUp.objects.pending().aggregate(m=Min("due_at")).values()
        for when in ("from_at", "until_at"):
            moments += Absence.objects.filter(**{f"{when}__gt": at}).values_list(when, flat=True)
        moments += Notification.objects.waiting().aggregate(m=Min("next_try_at")).values()
        # What is due and stays so (a lease, a step set aside) must not hold the clock.
        at = min(tick_of(m) for m in moments if m is not None and tick_of(m) > at)


def fast_forward(until: datetime) -> None:
    for at in ticks(until):
        sweep(now=at)
        relay(now=at)
        deliver(now=at)


def floor(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment.replace(second=0, microsecond=0)


def foreseen(ahead: Ahead) -> tuple[Flagged, Told]:
    flags = {(str(f.step.case.pk), f.step.rung, f.stage, f.at) for f in ahead.flags}
    told = {
        (
            frozenset(
                (one.case.title, f"{one.case_id} {one.rung}") for one in (*t.steps, *t.mentions)
            ),
            t.member.user.email,
            t.channel,
            t.at,
        )
        for t in ahead.tellings
    }
    return flags, told


def happened() -> tuple[Flagged, Told]:
    events = CaseEvent.objects.filter(kind="follow_up_fired", at__gte=NOW)
    flags = {
        (str(e.case_id), e.follow_up.rung, e.stage, e.at)
        for e in events.select_related("follow_up")
        if e.follow_up
    }
    letters: dict[object, list[Notification]] = {}
    # Who is mentioned finds it in the inbox at once, so that there is nothing to foresee.
    sent = Notification.objects.filter(state="sent", sent_at__gte=NOW)
    sent = sent.exclude(kind="mention", channel=Channel.INBOX)
    for row in sent.select_related("case", "member__user"):
        letters.setdefault(row.digest or row.pk, []).append(row)
    told = {
        (
            frozenset((row.case.title, f"{row.case_id} {row.rung}") for row in rows),
            rows[0].member.user.email,
            rows[0].channel,
            floor(rows[0].sent_at),
        )
        for rows in letters.values()
    }
    return flags, told


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_foreseen_is_what_the_real_run_does(seed: int) -> None:
    dice = Random(seed)
    home = make_home()
    make_cases(home, make_people(home, dice), dice)
    ahead = look_ahead(home.household, now=NOW)
    fast_forward(NOW + timedelta(days=DAYS_AHEAD))
    flags, told = foreseen(ahead)
    real_flags, real_told = happened()
    assert flags == real_flags
    assert told == real_told
    assert len(flags) > 20
    assert len(told) > 40
    assert any(telling.is_relayed for telling in ahead.tellings)
    assert any(telling.mentions for telling in ahead.tellings)
    assert len(mail.outbox) == sum(1 for letter in told if letter[2] == Channel.EMAIL)
