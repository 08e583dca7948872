"""Who belongs to a household: invited by a link, in a role, until they leave."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from households.errors import HouseholdError
from households.invitations import accept_invitation, invite, open_invitation, revoke_invitation
from households.models import Invitation, Membership, Role, User
from households.services import (
    change_role,
    create_household,
    hand_over_household,
    leave_household,
    remove_member,
)
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def home() -> Home:
    return make_home()


def token_of(url: str) -> str:
    return url.rstrip("/").rsplit("/", 1)[-1]


def invited(home: Home, email: str = "mara@example.org", role: str = Role.ADULT) -> str:
    return token_of(invite(owner=home.owner, email=email, role=role, now=NOW).url)


def person(email: str = "mara@example.org") -> User:
    return User.objects.create_user(email, "a long pass phrase", name="Mara")


# Invitations


def test_invitation_is_mailed_with_a_link_under_the_base_url(home: Home, settings: object) -> None:
    settings.BASE_URL = "https://parley.test"  # type: ignore[attr-defined]
    sent = invite(owner=home.owner, email="Mara@Example.org", role=Role.ADULT, now=NOW)
    (message,) = mail.outbox
    assert message.to == ["mara@example.org"]
    assert sent.url.startswith("https://parley.test/")
    assert sent.url in message.body


def test_invitation_is_kept_as_a_hash_only(home: Home) -> None:
    token = invited(home)
    assert token not in str(Invitation.objects.values_list())


def test_invited_person_joins_in_the_role_and_the_link_is_spent(home: Home) -> None:
    token, mara = invited(home, role=Role.VIEWER), person()
    accept_invitation(token, user=mara, now=NOW + DAY)
    assert Membership.objects.get(user=mara).role == Role.VIEWER
    with pytest.raises(HouseholdError, match="used or has expired"):
        accept_invitation(token, user=mara, now=NOW + DAY)


def test_invitation_expires_after_a_week(home: Home) -> None:
    token = invited(home)
    assert open_invitation(token, now=NOW + 7 * DAY - timedelta(minutes=1)) is not None
    with pytest.raises(HouseholdError, match="used or has expired"):
        accept_invitation(token, user=person(), now=NOW + 7 * DAY)


def test_withdrawn_invitation_lets_nobody_in(home: Home) -> None:
    token = invited(home)
    revoke_invitation(owner=home.owner, invitation=Invitation.objects.get(), now=NOW)
    with pytest.raises(HouseholdError, match="used or has expired"):
        accept_invitation(token, user=person(), now=NOW)


def test_second_invitation_to_an_address_ends_the_first(home: Home) -> None:
    first = invited(home)
    invited(home)
    assert open_invitation(first, now=NOW) is None


def test_invitation_is_for_the_invited_address_alone(home: Home) -> None:
    token = invited(home)
    with pytest.raises(HouseholdError, match="Sign in with that address"):
        accept_invitation(token, user=person("other@example.org"), now=NOW)
    assert open_invitation(token, now=NOW) is not None


def test_opening_the_link_joins_nobody(home: Home) -> None:
    token, mara = invited(home), person()
    client = Client()
    client.force_login(mara)
    assert client.get(f"/invitations/{token}/").status_code in {200, 404}
    assert not Membership.objects.filter(user=mara).exists()


def test_member_cannot_be_invited_again(home: Home) -> None:
    home.member("Mara")
    with pytest.raises(HouseholdError, match="belongs to the household already"):
        invite(owner=home.owner, email=home.owner.user.email, role=Role.ADULT, now=NOW)


def test_invitations_of_an_owner_who_left_are_void(home: Home) -> None:
    second, _client = home.member("Mara", Role.OWNER)
    token = token_of(invite(owner=second, email="new@example.org", role=Role.ADULT, now=NOW).url)
    leave_household(member=second, now=NOW)
    assert open_invitation(token, now=NOW) is None


@pytest.mark.parametrize("role", [Role.ADULT, Role.VIEWER])
def test_only_an_owner_invites(home: Home, role: str) -> None:
    member, _client = home.member("Mara", role)
    with pytest.raises(HouseholdError, match="Only an owner"):
        invite(owner=member, email="x@example.org", role=Role.ADULT, now=NOW)


# Roles, leaving, handing over


def test_one_person_belongs_to_several_households_and_sees_each(home: Home) -> None:
    other = create_household(name="Cabin", owner=home.owner.user, now=NOW)
    for household in (home.household, other.household):
        assert home.client.get(f"/h/{household.public_id}/").status_code == 200


def test_last_owner_cannot_leave_without_handing_over(home: Home) -> None:
    with pytest.raises(HouseholdError, match="hand it over first"):
        leave_household(member=home.owner, now=NOW)


def test_last_owner_cannot_become_something_less(home: Home) -> None:
    with pytest.raises(HouseholdError, match="hand it over first"):
        change_role(owner=home.owner, member=home.owner, role=Role.ADULT, now=NOW)


def test_handing_over_swaps_the_roles_and_lets_the_old_owner_leave(home: Home) -> None:
    mara, _client = home.member("Mara")
    hand_over_household(owner=home.owner, to=mara, now=NOW)
    home.owner.refresh_from_db()
    mara.refresh_from_db()
    assert (home.owner.role, mara.role) == (Role.ADULT, Role.OWNER)
    leave_household(member=home.owner, now=NOW)
    assert home.client.get(home.path()).status_code == 404


def test_removed_member_sees_nothing_from_then_on(home: Home) -> None:
    mara, client = home.member("Mara")
    assert client.get(home.path()).status_code == 200
    remove_member(owner=home.owner, member=mara, now=NOW)
    assert client.get(home.path()).status_code == 404


def test_member_who_left_can_be_invited_and_come_back(home: Home) -> None:
    mara, _client = home.member("Mara")
    leave_household(member=mara, now=NOW)
    token = invited(home, email=mara.user.email)
    accept_invitation(token, user=mara.user, now=NOW)
    assert Membership.objects.active().filter(user=mara.user).count() == 1


@pytest.mark.parametrize("role", [Role.ADULT, Role.VIEWER])
def test_only_an_owner_manages_members(home: Home, role: str) -> None:
    mara, _ = home.member("Mara", role)
    noah, _ = home.member("Noah")
    for act in (
        lambda: change_role(owner=mara, member=noah, role=Role.OWNER, now=NOW),
        lambda: remove_member(owner=mara, member=noah, now=NOW),
        lambda: hand_over_household(owner=mara, to=noah, now=NOW),
    ):
        with pytest.raises(HouseholdError, match="Only an owner"):
            act()


def test_owner_of_another_household_manages_nobody_here(home: Home) -> None:
    stranger = make_home("stranger")
    mara, _ = home.member("Mara")
    with pytest.raises(HouseholdError, match="Only an owner"):
        remove_member(owner=stranger.owner, member=mara, now=NOW)


def test_household_needs_a_name() -> None:
    with pytest.raises(HouseholdError, match="needs a name"):
        create_household(name="  ", owner=person(), now=NOW)


def test_two_households_of_one_name_have_their_own_slugs() -> None:
    owner = person()
    slugs = {create_household(name="Home", owner=owner, now=NOW).household.slug for _ in range(3)}
    assert len(slugs) == 3
