"""The page of a member's reminder choices, and what of it holds when something is told."""

from datetime import timedelta

import pytest

from cases.sweep import sweep
from households.models import Membership
from reminders.choices import choices_of
from reminders.delivery import deliver
from reminders.models import TOLD_LABELS, Notification, ReminderTarget
from reminders.timing import Moment
from tests.cases.test_sweep import due_now, waiting_case
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
CHANNELS = ("email", "inbox", "targets")
KINDS = [kind for kind, _label in TOLD_LABELS]


@pytest.fixture
def home() -> Home:
    return make_home()


def said(**changed: str) -> dict[str, str]:
    form = {
        "reminder_scope": "all",
        "reminds_by_email": "on",
        "reminds_in_inbox": "on",
        "digest_at": "08:00",
        "digest_weekday": "0",
        **{f"{channel}-{kind}": "at_once" for kind in KINDS for channel in CHANNELS},
        **changed,
    }
    return {name: value for name, value in form.items() if value}


def add_target(home: Home) -> ReminderTarget:
    return ReminderTarget.objects.create(
        member=home.owner, name="Phone", url="ntfys://ntfy.sh/x", created_at=NOW
    )


def choose(home: Home, **changed: str) -> tuple[int, str]:
    answer = home.client.post(home.path("household/reminders/"), said(**changed), follow=True)
    return answer.status_code, answer.content.decode()


def test_choices_are_each_members_own(home: Home) -> None:
    mara, client = home.member("Mara")
    client.post(
        home.path("household/reminders/"), said(reminder_scope="assigned", reminds_by_email="")
    )
    mara.refresh_from_db()
    home.owner.refresh_from_db()
    assert (mara.reminder_scope, mara.reminds_by_email) == ("assigned", False)
    assert home.owner.reminds_by_email


def test_what_was_chosen_is_kept_and_shown_again(home: Home) -> None:
    choose(home, quiet_from="22:00", quiet_until="07:30", **{"email-retry": "daily"})
    (chosen,) = choices_of([home.owner]).values()
    assert chosen.moment_of("retry", "email") is Moment.DAILY
    assert chosen.moment_of("escalate", "email") is Moment.AT_ONCE
    assert not chosen.timing.urgent_breaks_through
    page = home.client.get(home.path("household/reminders/")).content.decode()
    assert 'value="22:00"' in page
    assert 'value="07:30"' in page


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"quiet_from": "22:00"}, "Quiet hours need both"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "cannot end when they begin"),
        ({"digest_at": "noon"}, "Enter a valid time"),
        ({"email-retry": "often"}, "Select a valid choice"),
    ],
)
def test_hours_that_make_no_sense_are_named_and_change_nothing(
    home: Home, changed: dict[str, str], says: str
) -> None:
    status, page = choose(home, reminder_scope="none", **changed)
    assert status == 422
    assert says in page
    home.owner.refresh_from_db()
    assert home.owner.reminder_scope == "all"


def test_a_kind_that_is_never_told_by_mail_is_still_in_the_inbox(home: Home) -> None:
    choose(home, **{"email-retry": "never"})
    due_now(waiting_case(home))
    sweep(now=NOW)
    assert list(Notification.objects.values_list("channel", flat=True)) == ["inbox"]


def test_each_kind_is_chosen_for_each_channel(home: Home) -> None:
    add_target(home)
    choose(home, **{"inbox-retry": "never", "targets-retry": "daily", "email-own": "weekly"})
    (chosen,) = choices_of([home.owner]).values()
    assert chosen.moment_of("retry", "email") is Moment.AT_ONCE
    assert chosen.moment_of("retry", "inbox") is Moment.NEVER
    assert chosen.moment_of("retry", "to:17") is Moment.DAILY
    assert chosen.moment_of("own", "email") is Moment.WEEKLY


def test_choice_of_a_target_outlives_the_removal_of_the_last_one(home: Home) -> None:
    target = add_target(home)
    choose(home, **{"targets-retry": "never"})
    target.delete()
    choose(home, **{"email-retry": "daily"})
    (chosen,) = choices_of([home.owner]).values()
    assert chosen.moment_of("retry", "to:17") is Moment.NEVER


def test_target_is_told_by_its_own_choice_and_not_by_that_of_the_mail(home: Home) -> None:
    target = add_target(home)
    choose(home, **{"email-retry": "never", "inbox-retry": "never"})
    due_now(waiting_case(home))
    sweep(now=NOW)
    assert list(Notification.objects.values_list("channel", flat=True)) == [target.channel]


def test_kind_that_is_wanted_no_more_is_dropped_though_it_waits(
    mailbox: Mailbox, home: Home
) -> None:
    due_now(waiting_case(home))
    sweep(now=NOW)
    choose(home, **{"email-retry": "never"})
    assert deliver(now=NOW + timedelta(days=3650)).sent == 0
    assert Notification.objects.get(channel="email").state == "dropped"


def test_what_waits_is_judged_anew_when_the_choice_changes(home: Home) -> None:
    due_now(waiting_case(home))
    sweep(now=NOW)
    far = NOW + timedelta(days=6)
    Notification.objects.filter(channel="email").update(next_try_at=far)
    choose(home)
    assert Notification.objects.get(channel="email").next_try_at < far


def test_unknown_zone_of_a_member_is_taken_for_utc(home: Home) -> None:
    home.owner.user.time_zone = "Mars/Olympus"
    home.owner.user.save()
    members = Membership.objects.select_related("user")
    (chosen,) = choices_of(members).values()
    assert chosen.timing.zone.key == "UTC"
