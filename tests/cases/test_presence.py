"""Somebody is on it: who is at a case, and who is about to write to its seller."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Case, CasePresence
from cases.presence import LASTS, Doing, note_presence, others_at
from cases.services import log_as_one_voice
from households.models import Membership
from tests.stock import NOW, Home, make_case, make_home, make_seller

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _at_now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def lamp(home: Home) -> Case:
    return make_case(home, make_seller(home), title="Lamp", issue="question")


@pytest.fixture
def tea(home: Home, lamp: Case) -> Case:
    """Another case with the same seller."""
    return make_case(home, lamp.seller, title="Tea set", issue="question")


@pytest.fixture
def mara(home: Home) -> tuple[Membership, Client]:
    return home.member("Mara")


def ask(home: Home, client: Client, case: Case, doing: str = "looking") -> str:
    answer = client.post(
        home.path(f"cases/{case.public_id}/presence/"),
        {"doing": doing},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_second_to_open_a_case_is_told_of_the_first(home: Home, lamp: Case, mara: Any) -> None:
    assert ask(home, home.client, lamp) == ""
    assert "Olga is on this case too." in ask(home, mara[1], lamp)
    assert "Mara is on this case too." in ask(home, home.client, lamp)


def test_page_shows_who_is_there_and_looking_at_it_writes_nothing(
    home: Home, lamp: Case, mara: Any
) -> None:
    ask(home, mara[1], lamp)
    before = list(CasePresence.objects.values_list())
    page = home.client.get(home.path(f"cases/{lamp.public_id}/")).content.decode()
    assert "Mara is on this case too." in page
    assert list(CasePresence.objects.values_list()) == before


def test_lease_ends_by_itself_to_the_second(home: Home, lamp: Case, mara: Any) -> None:
    note_presence(member=mara[0], case=lamp, doing=Doing.LOOKING, now=NOW)
    end = NOW + LASTS[Doing.LOOKING]
    assert others_at(lamp, member=home.owner, now=end - SECOND)
    assert others_at(lamp, member=home.owner, now=end) == []


def test_about_to_write_is_shown_in_every_case_of_that_seller(
    home: Home, lamp: Case, tea: Case, mara: Any
) -> None:
    ask(home, mara[1], lamp, "writing")
    assert "about to write to the seller about this case" in ask(home, home.client, lamp)
    assert "about to write to this seller, about “Lamp”" in ask(home, home.client, tea)
    elsewhere = make_case(home, make_seller(home, name="Another"), issue="question")
    assert ask(home, home.client, elsewhere) == ""


def test_looking_does_not_end_being_about_to_write(home: Home, lamp: Case, mara: Any) -> None:
    ask(home, mara[1], lamp, "writing")
    ask(home, mara[1], lamp, "looking")
    assert CasePresence.objects.get().doing == Doing.WRITING


def test_message_that_is_noted_ends_being_about_to_write(
    home: Home, lamp: Case, tea: Case, mara: Any
) -> None:
    ask(home, mara[1], tea, "writing")
    log_as_one_voice(
        member=mara[0],
        cases=[lamp],
        channel="message_center",
        sent_at=NOW,
        body="Hello",
        knows_of_others=False,
        now=NOW,
    )
    assert others_at(tea, member=home.owner, now=NOW) == []


def test_open_page_writes_only_when_its_lease_runs_down(home: Home, lamp: Case, mara: Any) -> None:
    note_presence(member=mara[0], case=lamp, doing=Doing.LOOKING, now=NOW)
    with CaptureQueriesContext(connection) as queries:
        note_presence(member=mara[0], case=lamp, doing=Doing.LOOKING, now=NOW + 25 * SECOND)
    assert [q["sql"][:6] for q in queries] == ["SELECT"]
    note_presence(member=mara[0], case=lamp, doing=Doing.LOOKING, now=NOW + 50 * SECOND)
    assert CasePresence.objects.get().until == NOW + 50 * SECOND + LASTS[Doing.LOOKING]


def test_what_ended_is_not_kept(home: Home, lamp: Case, tea: Case, mara: Any) -> None:
    note_presence(member=mara[0], case=lamp, doing=Doing.LOOKING, now=NOW)
    later = NOW + timedelta(hours=1)
    note_presence(member=mara[0], case=tea, doing=Doing.LOOKING, now=later)
    assert [row.case for row in CasePresence.objects.all()] == [tea]


def test_household_of_one_is_asked_nothing(home: Home, lamp: Case) -> None:
    home.member("Vera", "viewer")
    page = home.client.get(home.path(f"cases/{lamp.public_id}/")).content.decode()
    assert 'id="presence"' not in page


def test_viewer_is_not_shown_as_working_on_a_case(home: Home, lamp: Case, mara: Any) -> None:
    vera, client = home.member("Vera", "viewer")
    path = home.path(f"cases/{lamp.public_id}/presence/")
    assert client.post(path).status_code == 403
    with pytest.raises(PermissionDenied):
        note_presence(member=vera, case=lamp, doing=Doing.LOOKING, now=NOW)


def test_without_scripts_a_button_says_it_and_leads_back(home: Home, lamp: Case, mara: Any) -> None:
    path = home.path(f"cases/{lamp.public_id}/")
    answer = mara[1].post(f"{path}presence/", {"doing": "writing"})
    assert answer.status_code == 302
    assert answer["Location"] == path
    assert others_at(lamp, member=home.owner, now=NOW)


def test_who_left_is_at_no_case(home: Home, lamp: Case, mara: Any) -> None:
    ask(home, mara[1], lamp)
    Membership.objects.filter(pk=mara[0].pk).update(left_at=NOW)
    assert others_at(lamp, member=home.owner, now=NOW) == []
