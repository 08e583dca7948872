"""Who did what in a household: of its cases and of its members, the newest first."""

import re
from datetime import timedelta
from typing import Any

import pytest

from cases import activity
from cases.models import Case, CaseEvent
from cases.services import add_note, open_case
from households.invitations import accept_invitation, invite
from households.models import User
from households.services import change_role, leave_household, remove_member
from tests.stock import NOW, Home, make_home, make_seller

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def case(home: Home) -> Case:
    return open_case(
        member=home.owner,
        seller=make_seller(home),
        title="Lamp is broken",
        issue="question",
        goal="answer",
        now=NOW,
    )


def page(home: Home, query: str = "") -> str:
    answer = home.client.get(home.path(f"household/activity/{query}"))
    assert answer.status_code == 200
    return answer.content.decode()


def words(home: Home, query: str = "") -> list[str]:
    lines = re.findall(r"<li>\s*<p>(.*?)</p>", page(home, query), flags=re.S)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in lines]


def test_newest_act_comes_first_with_its_actor_and_case(home: Home, case: Case) -> None:
    mara, _client = home.member("Mara")
    add_note(member=mara, case=case, text="They promised a lamp.", now=NOW + MINUTE)
    assert words(home)[:2] == ["Mara: note · Lamp is broken", "Olga: case opened · Lamp is broken"]
    assert "They promised a lamp." in page(home)


def test_who_came_and_went_is_on_record(home: Home) -> None:
    link = invite(owner=home.owner, email="mara@x.test", role="adult", now=NOW).url
    token = link.rstrip("/").rsplit("/", 1)[-1]
    user = User.objects.create_user("mara@x.test", name="Mara")
    accept_invitation(token, user=user, now=NOW + MINUTE)
    mara = home.household.memberships.get(user=user)
    change_role(owner=home.owner, member=mara, role="viewer", now=NOW + 2 * MINUTE)
    remove_member(owner=home.owner, member=mara, now=NOW + 3 * MINUTE)
    assert words(home) == [
        "Olga: removed Mara from the household",
        "Olga: changed the role of Mara to viewer",
        "Mara: joined as adult, invited by Olga",
        "Olga: invited mara@x.test as adult",
    ]


def test_same_role_again_is_no_change_and_leaves_no_trace(home: Home) -> None:
    mara, _client = home.member("Mara")
    change_role(owner=home.owner, member=mara, role="adult", now=NOW)
    assert words(home) == []


def test_one_member_alone_is_shown_also_after_leaving(home: Home, case: Case) -> None:
    mara, _client = home.member("Mara")
    add_note(member=mara, case=case, text="x", now=NOW)
    leave_household(member=mara, now=NOW + MINUTE)
    assert words(home, f"?by={mara.public_id}") == [
        "Mara: left the household",
        "Mara: note · Lamp is broken",
    ]
    assert "Mara (has left)" in page(home)


def test_member_of_another_household_shows_nothing(home: Home, case: Case) -> None:
    stranger = make_home("stranger")
    assert words(home, f"?by={stranger.owner.public_id}") == []
    assert words(home, "?by=nonsense") == words(home)


def test_pages_hold_each_event_once_also_where_many_share_a_moment(
    home: Home, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "PAGE_SIZE", 3)
    for number in range(8):
        CaseEvent.objects.create(
            household=home.household,
            case=case,
            at=NOW + MINUTE * (number // 5),
            kind=CaseEvent.Kind.REPLANNED,
            reason=f"event {number}.",
            stage=case.stage,
            cycle=0,
        )
    invite(owner=home.owner, email="mara@x.test", role="adult", now=NOW)
    found: list[str] = []
    query = ""
    for _turn in range(9):
        text = page(home, query)
        found += re.findall(r"event \d\.|invited mara@x.test|case opened", text)
        after = re.search(r'href="\?(after=[^"]+)"', text)
        if after is None:
            break
        query = f"?{after[1]}"
    assert len(found) == len(set(found)) == 10


def test_page_makes_a_constant_number_of_queries(
    home: Home, case: Case, django_assert_num_queries: Any
) -> None:
    for number in range(10):
        add_note(member=home.owner, case=case, text=f"note {number}", now=NOW + MINUTE)
    page(home)  # the session now knows the household
    # Session, user, memberships, the two kinds of event, people; the bar's inbox.
    with django_assert_num_queries(7):
        page(home)


def test_forged_place_opens_the_first_page(home: Home, case: Case) -> None:
    assert words(home, "?after=forged") == words(home)
