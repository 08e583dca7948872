"""A member notes that they are away: whole days on their own clock, and who stands in."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from households.absences import end_absence, note_absence
from households.away_days import moments_of
from households.errors import HouseholdError
from households.models import Absence, Membership, MembershipEvent
from households.services import leave_household, save_person
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 8)


@pytest.mark.parametrize(
    ("zone", "first", "last", "begins", "ends"),
    [
        ("UTC", FIRST, FIRST, (2026, 12, 1, 0), (2026, 12, 2, 0)),
        (
            "Europe/Madrid",
            date(2026, 3, 29),
            date(2026, 3, 29),
            (2026, 3, 28, 23),
            (2026, 3, 29, 22),
        ),
        (
            "Europe/Madrid",
            date(2026, 10, 25),
            date(2026, 10, 25),
            (2026, 10, 24, 22),
            (2026, 10, 25, 23),
        ),
        (
            "America/Sao_Paulo",
            date(2018, 11, 4),
            date(2018, 11, 4),
            (2018, 11, 4, 3),
            (2018, 11, 5, 2),
        ),
        (
            "America/Havana",
            date(2026, 11, 1),
            date(2026, 11, 1),
            (2026, 11, 1, 4),
            (2026, 11, 2, 5),
        ),
        ("Pacific/Kiritimati", FIRST, FIRST, (2026, 11, 30, 10), (2026, 12, 1, 10)),
    ],
    ids=[
        "plain",
        "a day of 23 hours",
        "a day of 25 hours",
        "a midnight that is skipped",
        "a midnight that comes twice",
        "east of the date line",
    ],
)
def test_days_are_whole_ones_on_the_members_clock(
    zone: str, first: date, last: date, begins: tuple[int, ...], ends: tuple[int, ...]
) -> None:
    expected = tuple(datetime(*parts, tzinfo=UTC) for parts in (begins, ends))  # type: ignore[arg-type]
    assert moments_of(first, last, ZoneInfo(zone)) == expected


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def mara(home: Home) -> Membership:
    return home.member("Mara")[0]


def note(
    member: Membership, stand_in: Membership, first: date = FIRST, last: date = LAST
) -> Absence:
    return note_absence(
        member=member,
        stand_in=stand_in,
        from_on=first,
        until_on=last,
        urgent_still_told=True,
        now=NOW,
    )


def test_absence_is_noted_and_on_record(home: Home, mara: Membership) -> None:
    absence = note(mara, home.owner)
    assert absence.until_at == datetime(2026, 12, 9, tzinfo=UTC)
    event = MembershipEvent.objects.get()
    assert (event.kind, event.actor, event.member) == ("away", mara, home.owner)


def test_days_that_make_no_sense_are_refused(home: Home, mara: Membership) -> None:
    for first, last, words in (
        (LAST, FIRST, "before the first"),
        (date(2026, 11, 1), date(2026, 11, 22), "have passed"),
        (FIRST, date(2027, 12, 1), "longer than 180 days"),
    ):
        with pytest.raises(HouseholdError, match=words):
            note(mara, home.owner, first, last)
    assert not Absence.objects.exists()


def test_stand_in_must_be_there_able_and_willing_to_be_told(home: Home, mara: Membership) -> None:
    vera, _client = home.member("Vera", "viewer")
    silent, _client = home.member("Silas")
    silent.reminder_scope = "none"
    stranger = make_home("stranger").owner
    for who, words in (
        (mara, "somebody else"),
        (stranger, "somebody else"),
        (vera, "viewer cannot act"),
        (silent, "switched all reminders off"),
    ):
        with pytest.raises(HouseholdError, match=words):
            note(mara, who)


def test_who_stands_in_is_there_in_that_time(home: Home, mara: Membership) -> None:
    ben, _client = home.member("Ben")
    note(mara, home.owner)
    for member, stand_in, words in (
        (mara, ben, "noted some of these days already"),
        (ben, mara, "Mara is away then too"),
        (home.owner, ben, "You stand in for Mara"),
    ):
        with pytest.raises(HouseholdError, match=words):
            note(member, stand_in, LAST, LAST + timedelta(days=3))
    after = LAST + timedelta(days=1)
    assert note(home.owner, ben, after, after)


def test_another_clock_moves_the_days_with_it(home: Home, mara: Membership) -> None:
    absence = note(mara, home.owner)
    mara.user.time_zone = "Asia/Tokyo"
    save_person(user=mara.user, zone_before="UTC", now=NOW)
    absence.refresh_from_db()
    assert absence.from_at == datetime(2026, 11, 30, 15, tzinfo=UTC)


def test_ending_it_counts_once_and_for_ones_own_alone(home: Home, mara: Membership) -> None:
    absence = note(mara, home.owner)
    end_absence(member=home.owner, absence=absence, now=NOW)
    assert Absence.objects.coming(NOW).exists()
    for _press in range(2):
        end_absence(member=mara, absence=absence, now=NOW)
    assert not Absence.objects.coming(NOW).exists()
    assert MembershipEvent.objects.filter(kind="back").count() == 1


@pytest.mark.parametrize("leaver", ["mara", "ben"])
def test_it_ends_when_either_leaves(home: Home, mara: Membership, leaver: str) -> None:
    ben, _client = home.member("Ben")
    absence = note(mara, ben)
    leave_household(member=mara if leaver == "mara" else ben, now=NOW)
    absence.refresh_from_db()
    assert absence.ended_at == NOW


def test_page_notes_it_shows_it_to_all_and_ends_it(home: Home, mara: Membership) -> None:
    path = home.path("household/away/")
    said = {
        "from_on": "2026-12-01",
        "until_on": "2026-12-08",
        "stand_in": str(mara.public_id),
        "urgent_still_told": "on",
    }
    with time_machine.travel(NOW, tick=False):
        assert home.client.post(path, said).status_code == 302
        _member, client = home.member("Ben")
        assert "Mara stands in" in client.get(path).content.decode()
        absence = Absence.objects.get()
        assert client.post(f"{path}{absence.public_id}/end/").status_code == 404
        home.client.post(f"{path}{absence.public_id}/end/")
        assert "Mara stands in" not in client.get(path).content.decode()


def test_refusal_says_why_and_keeps_what_was_typed(home: Home, mara: Membership) -> None:
    said = {"from_on": "2026-12-08", "until_on": "2026-12-01", "stand_in": str(mara.public_id)}
    with time_machine.travel(NOW, tick=False):
        answer = home.client.post(home.path("household/away/"), said)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "The last day lies before the first." in text
    assert "2026-12-08" in text
