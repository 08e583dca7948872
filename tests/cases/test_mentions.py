"""@Name in a note tells that member, once, and nobody outside the household."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cases.mentions import mentioned
from cases.models import Case
from cases.services import add_note, settle_case
from households.absences import note_absence
from households.models import Membership
from reminders.delivery import deliver
from reminders.models import MENTION, Notification, ReminderChoice
from tests.invariants import assert_invariants
from tests.stock import NOW, Home, make_case, make_home, make_seller

NAMES = {1: "Mara", 2: "Mara Lind", 3: "Ben Okoro", 4: "Çağla", 5: "olga@home.test", 6: ""}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("@Mara please look", {1}),
        ("@mara, look", {1}),
        ("ask @Mara Lind about it", {2}),
        ("@Mara Lindgren is another", {1}),
        ("@Marathon", set()),
        ("@Ben and @çağla", {3, 4}),
        ("(@Ben Okoro)", {3}),
        ("write to x@ben.test", set()),
        ("@olga@home.test has it", {5}),
        ("@ nobody @", set()),
        ("@Ben @Ben", {3}),
    ],
)
def test_name_after_the_sign_is_found(text: str, keys: set[int]) -> None:
    assert mentioned(text, NAMES) == keys


def test_first_word_that_two_share_names_neither() -> None:
    assert mentioned("@Ben", {1: "Ben Okoro", 2: "Ben Lind"}) == set()


@pytest.fixture
def home(db: None) -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    return make_case(home, make_seller(home), issue="question")


@pytest.fixture
def mara(home: Home) -> Membership:
    return home.member("Mara")[0]


def note(home: Home, case: Case, text: str, **more: object) -> None:
    add_note(member=home.owner, case=case, text=text, now=NOW, **more)  # type: ignore[arg-type]


def told(member: Membership) -> list[str]:
    rows = Notification.objects.filter(member=member, kind=MENTION)
    return sorted(rows.exclude(state="dropped").values_list("channel", flat=True))


def test_member_is_told_by_the_ways_they_chose(home: Home, case: Case, mara: Membership) -> None:
    note(home, case, "@Mara: did they answer you?")
    assert told(mara) == ["email", "inbox"]
    assert told(home.owner) == []


def test_double_click_and_naming_twice_tell_once(home: Home, case: Case, mara: Membership) -> None:
    for _press in range(2):
        note(home, case, "@Mara @Mara", tell=[mara])
    assert told(mara) == ["email", "inbox"]
    assert case.events.filter(kind="note_added").count() == 1


def test_mail_has_the_words_and_says_why(
    home: Home, case: Case, mara: Membership, mailoutbox: list[object]
) -> None:
    note(home, case, "@Mara: did they answer you?")
    for _pass in range(2):
        deliver(now=NOW)
    (mail,) = mailoutbox
    assert mail.subject.startswith("A note for you")  # type: ignore[attr-defined]
    assert "@Mara: did they answer you?" in mail.body  # type: ignore[attr-defined]
    assert "because Olga mentions you in a note" in mail.body  # type: ignore[attr-defined]
    assert "/mail/act/" not in mail.body  # type: ignore[attr-defined]


def test_who_chose_never_or_nothing_at_all_is_left_alone(
    home: Home, case: Case, mara: Membership
) -> None:
    ReminderChoice.objects.create(member=mara, kind=MENTION, channel="email", moment="never")
    note(home, case, "@Mara one")
    assert told(mara) == ["inbox"]
    Membership.objects.filter(pk=mara.pk).update(reminder_scope="none")
    Notification.objects.all().delete()
    note(home, case, "@Mara two")
    assert told(mara) == []


def test_who_is_away_finds_it_in_the_inbox(home: Home, case: Case, mara: Membership) -> None:
    day = NOW.date()
    note_absence(
        member=mara,
        stand_in=home.owner,
        from_on=day,
        until_on=day,
        urgent_still_told=True,
        now=NOW,
    )
    note(home, case, "@Mara look")
    assert told(mara) == ["inbox"]


@pytest.mark.parametrize("is_named", [True, False])
def test_nobody_of_another_household_is_told(home: Home, case: Case, is_named: bool) -> None:
    stranger, _client = make_home("stranger").member("Zoe")
    note(home, case, "@Zoe look" if is_named else "look", tell=[stranger])
    assert told(stranger) == []
    assert "told" not in case.events.get(kind="note_added").details


def test_who_left_is_told_nothing(home: Home, case: Case, mara: Membership) -> None:
    Membership.objects.filter(pk=mara.pk).update(left_at=NOW)
    note(home, case, "@Mara look")
    assert told(mara) == []


def test_note_on_a_settled_case_is_told_too(
    home: Home, case: Case, mara: Membership, mailoutbox: list[object]
) -> None:
    settle_case(member=home.owner, case=case, outcome="answered", now=NOW)
    note(home, case, "@Mara: done")
    deliver(now=NOW + timedelta(minutes=5))
    assert len(mailoutbox) == 1
    assert_invariants(NOW + timedelta(minutes=5))


def test_viewer_can_be_told_and_cannot_tell(home: Home, case: Case) -> None:
    vera, _client = home.member("Vera", "viewer")
    note(home, case, "@Vera: for you to know")
    assert told(vera) == ["email", "inbox"]
    with pytest.raises(PermissionDenied):
        add_note(member=vera, case=case, text="@Olga", now=NOW)


def test_choice_beside_the_note_tells_without_a_sign(
    home: Home, case: Case, mara: Membership
) -> None:
    path = home.path(f"cases/{case.public_id}/")
    answer = home.client.post(f"{path}notes/", {"text": "Look", "tell": str(mara.public_id)})
    assert answer.status_code == 302
    assert told(mara) == ["email", "inbox"]
    assert "told: Mara" in home.client.get(path).content.decode()


def test_stranger_in_the_choice_is_refused_with_the_note_kept(home: Home, case: Case) -> None:
    stranger = make_home("stranger").owner
    path = home.path(f"cases/{case.public_id}/notes/")
    answer = home.client.post(path, {"text": "My words", "tell": str(stranger.public_id)})
    assert answer.status_code == 422
    assert "My words" in answer.content.decode()
    assert not case.events.exists()
    assert told(stranger) == []
