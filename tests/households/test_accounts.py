"""How people come in: sign-up, sign-in, links that work once, passwords that work once."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from households.models import User
from households.services import make_sign_in_link, use_sign_in_link
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
PASSWORD = "a tired parent's password"
EMAIL = "olga@example.org"


@pytest.fixture(autouse=True)
def limits_of_its_own(settings: object) -> None:
    """Where the cache outlives a test, so do the limits on signing in."""
    cache = settings.CACHES["default"]  # type: ignore[attr-defined]
    settings.CACHES = {"default": {**cache, "KEY_PREFIX": uuid.uuid4().hex}}  # type: ignore[attr-defined]


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def user() -> User:
    return User.objects.create_user(EMAIL, PASSWORD, name="Olga")


def sign_in(client: Client, password: str, email: str = EMAIL) -> object:
    return client.post("/account/login/", {"login": email, "password": password})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def path_of(url: str) -> str:
    return "/" + url.split("://", 1)[1].split("/", 1)[1]


def test_person_signs_in_with_address_and_password(client: Client, user: User) -> None:
    sign_in(client, PASSWORD)
    assert is_signed_in(client)


def test_address_is_the_same_in_capitals(client: Client, user: User) -> None:
    sign_in(client, PASSWORD, EMAIL.upper())
    assert is_signed_in(client)


def test_wrong_password_and_unknown_address_are_told_alike(client: Client, user: User) -> None:
    known = sign_in(client, "wrong wrong wrong")
    unknown = sign_in(Client(), "wrong wrong wrong", "nobody@example.org")
    texts = [page.content.decode() for page in (known, unknown)]  # type: ignore[attr-defined]
    said = "The email address and/or password you specified are not correct."
    assert all(said in text for text in texts)
    assert not is_signed_in(client)


def test_many_wrong_passwords_shut_the_door_for_a_while(client: Client, user: User) -> None:
    for _ in range(12):
        sign_in(client, "wrong wrong wrong")
    sign_in(client, PASSWORD)
    assert not is_signed_in(client)


def test_password_reset_does_not_say_who_has_an_account(client: Client, user: User) -> None:
    pages = [
        client.post("/account/password/reset/", {"email": email}, follow=True)
        for email in (EMAIL, "nobody@example.org")
    ]
    assert pages[0].redirect_chain == pages[1].redirect_chain


@pytest.fixture
def mail_server(settings: object) -> None:
    """An instance that sends mail: addresses are confirmed."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # type: ignore[attr-defined]


def test_sign_up_with_a_taken_address_does_not_say_so(
    client: Client, user: User, mail_server: None
) -> None:
    form = {"email": EMAIL, "password1": "another long phrase"}
    taken = client.post("/account/signup/", form)
    assert "already" not in taken.content.decode()
    assert User.objects.filter(email=EMAIL).count() == 1
    assert not is_signed_in(client)


def test_person_who_came_in_by_a_link_needs_no_other_proof_of_the_address(
    client: Client, user: User, mail_server: None
) -> None:
    client.post(path_of(make_sign_in_link(user, now=timezone.now())))
    other = Client()
    sign_in(other, PASSWORD)
    assert is_signed_in(other)


def test_new_person_is_not_in_before_the_address_is_confirmed(
    client: Client, mail_server: None
) -> None:
    form = {"email": "new@example.org", "password1": "another long phrase"}
    client.post("/account/signup/", form)
    assert not is_signed_in(client)
    (message,) = mail.outbox
    link = next(word for word in message.body.split() if "/confirm-email/" in word)
    client.post(path_of(link))
    sign_in(client, "another long phrase", "new@example.org")
    assert is_signed_in(client)


def test_new_person_signs_up_and_is_asked_for_a_household(client: Client) -> None:
    form = {"email": "new@example.org", "password1": "another long phrase"}
    client.post("/account/signup/", form)
    assert User.objects.filter(email="new@example.org").exists()


def test_short_password_is_refused_and_the_address_kept(client: Client) -> None:
    page = client.post("/account/signup/", {"email": "new@example.org", "password1": "short"})
    assert "new@example.org" in page.content.decode()
    assert not User.objects.exists()


def test_sign_up_can_be_closed_by_the_operator(client: Client, settings: object) -> None:
    settings.SIGNUP_IS_OPEN = False  # type: ignore[attr-defined]
    client.post(
        "/account/signup/", {"email": "new@example.org", "password1": "another long phrase"}
    )
    assert not User.objects.exists()


# Links and passwords that work once


def test_opening_a_sign_in_link_does_not_use_it_up(client: Client, user: User) -> None:
    address = path_of(make_sign_in_link(user, now=timezone.now()))
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert not is_signed_in(client)
    client.post(address)
    assert is_signed_in(client)


def test_sign_in_link_works_once(client: Client, user: User) -> None:
    address = path_of(make_sign_in_link(user, now=timezone.now()))
    client.post(address)
    other = Client()
    assert other.post(address).status_code == 410
    assert not is_signed_in(other)


def test_sign_in_link_expires_after_a_day(user: User) -> None:
    token = make_sign_in_link(user, now=NOW).rstrip("/").rsplit("/", 1)[-1]
    assert use_sign_in_link(token, now=NOW + timedelta(hours=24)) is None


def test_sign_in_link_of_a_blocked_person_lets_nobody_in(client: Client, user: User) -> None:
    address = path_of(make_sign_in_link(user, now=timezone.now()))
    User.objects.update(is_active=False)
    assert client.post(address).status_code == 410


def test_page_of_a_sign_in_link_is_kept_by_no_cache(client: Client, user: User) -> None:
    page = client.get(path_of(make_sign_in_link(user, now=timezone.now())))
    assert page["Cache-Control"] == "no-store"


def test_one_time_password_works_once_and_asks_for_an_own_one(client: Client) -> None:
    once = User.objects.create_user(EMAIL, PASSWORD, name="Olga", password_is_one_time=True)
    answer = sign_in(client, PASSWORD)
    assert answer.url == "/account/password/set/"  # type: ignore[attr-defined]
    other = Client()
    sign_in(other, PASSWORD)
    assert not is_signed_in(other)
    once.refresh_from_db()
    assert not once.has_usable_password()


def test_signing_out_needs_a_post(home: Home) -> None:
    home.client.get("/account/logout/")
    assert is_signed_in(home.client)
    home.client.post("/account/logout/")
    assert not is_signed_in(home.client)


def test_mail_of_a_reset_links_under_the_base_url_whatever_the_host_says(
    client: Client, user: User, settings: object
) -> None:
    settings.BASE_URL = "https://parley.test"  # type: ignore[attr-defined]
    client.post("/account/password/reset/", {"email": EMAIL}, headers={"host": "evil.example"})
    client.post("/account/password/reset/", {"email": EMAIL})
    assert all("evil.example" not in message.body for message in mail.outbox)


def test_subject_of_a_reset_names_parley_and_not_the_requests_host(
    client: Client, user: User
) -> None:
    client.post("/account/password/reset/", {"email": EMAIL})
    assert mail.outbox[-1].subject.startswith("Parley: ")


# Own choices


def test_own_time_zone_and_name_are_saved_and_used(home: Home) -> None:
    home.client.post("/you/", {"name": "Olga B", "time_zone": "Asia/Tokyo", "language": "en"})
    user = home.owner.user
    user.refresh_from_db()
    assert (user.name, user.time_zone) == ("Olga B", "Asia/Tokyo")


def test_unknown_time_zone_is_refused_and_nothing_saved(home: Home) -> None:
    page = home.client.post("/you/", {"name": "X", "time_zone": "Mars/Base", "language": "en"})
    user = home.owner.user
    user.refresh_from_db()
    assert page.status_code in {200, 422}
    assert user.name == "Olga"
