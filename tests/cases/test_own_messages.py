"""A household's own messages: kept, filled in from a case, changed by two, removed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.blanks import BLANKS, fill, unknown_blanks
from cases.errors import CaseError
from cases.models import OwnMessage
from cases.services.own_messages import change_own_message, keep_own_message, remove_own_message
from households.conflicts import EditConflict
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db
BODY = "Dear {seller}, order {order} is late. Please answer by {date}. Thanks."


@pytest.fixture
def home() -> Home:
    return make_home()


def keep(home: Home, **fields: str) -> OwnMessage:
    base = {"name": "Late", "body": BODY, "language": "", "theirs": ""}
    return keep_own_message(member=home.owner, now=NOW, **(base | fields))


def test_blanks_are_filled_once_and_what_is_put_in_is_never_read_again() -> None:
    words = {"order": "{item}", "item": "lamp"}
    assert fill("{order} {item} {other} {} {{order}} %s $x", words) == (
        "{item} lamp {other} {} {{item}} %s $x"
    )


def test_a_blank_without_a_fact_stays_to_be_seen() -> None:
    assert fill("number {tracking}", {"tracking": ""}) == "number {tracking}"


@pytest.mark.parametrize("text", ["{order.number}", "{__class__}", "{0}", "{{ order }}", "{% x %}"])
def test_nothing_but_the_known_names_is_looked_up(text: str) -> None:
    assert fill(text, dict.fromkeys(BLANKS, "X")) == text


def test_own_message_is_filled_in_from_the_case(home: Home) -> None:
    message = keep(home, language="zh", theirs="{seller}，订单 {order}，请在 {date} 前回复。")
    seller = make_seller(home, name="{order} & Sons")
    case = make_case(home, seller, order=make_order(home, seller=seller))
    path = home.path(f"cases/{case.public_id}/write/?own={message.public_id}")
    page = home.client.get(path).content.decode()
    assert "Dear {order} &amp; Sons, order 3069099405659913 is late. Please answer by" in page
    assert "订单 3069099405659913" in page


def test_unknown_blank_is_refused_with_those_that_are_known(home: Home) -> None:
    assert unknown_blanks("{ordr} {order}") == ["ordr"]
    with pytest.raises(CaseError, match=r"\{ordr\}.*\{order\}"):
        keep(home, body="Where is {ordr}?")
    assert not OwnMessage.objects.exists()


def test_name_is_used_once_in_a_household_and_freely_in_others(home: Home) -> None:
    keep(home)
    keep(make_home("other"))
    with pytest.raises(CaseError, match="called “Late” already"):
        keep(home)


def test_second_of_two_who_change_it_is_told(home: Home) -> None:
    message = keep(home)
    changes = {"name": "Late", "body": "Mine", "language": "", "theirs": ""}

    def change(body: str) -> OwnMessage:
        return change_own_message(
            member=home.owner,
            message=message,
            version=message.version,
            changes=changes | {"body": body},
            now=NOW,
        )

    assert change("Mine").version == 2
    with pytest.raises(EditConflict) as raised:
        change("Yours")
    assert [c.after for c in raised.value.changes] == ["Mine"]
    message.refresh_from_db()
    assert message.body == "Mine"


def test_viewers_and_strangers_change_nothing(home: Home) -> None:
    message = keep(home)
    viewer, _client = home.member("Vera", "viewer")
    with pytest.raises(PermissionDenied):
        remove_own_message(member=viewer, message=message)
    remove_own_message(member=make_home("other").owner, message=message)
    assert OwnMessage.objects.get() == message


def test_pages_keep_change_and_remove_a_message(home: Home) -> None:
    fields = {"name": "Late", "body": BODY, "language": "zh", "theirs": "您好 {order}"}
    assert home.client.post(home.path("messages/new/"), fields).status_code == 302
    message = OwnMessage.objects.get()
    assert BODY in home.client.get(home.path("messages/")).content.decode()
    edit = home.path(f"messages/{message.public_id}/")
    page = home.client.get(edit).content.decode()
    assert BODY in page
    again = fields | {"body": "Short {order}", "version": "1"}
    assert home.client.post(edit, again).status_code == 302
    stale = home.client.post(edit, again | {"body": "Stale {order}"})
    assert stale.status_code == 409
    assert "Stale {order}" in stale.content.decode()
    assert "Somebody changed this message meanwhile" in stale.content.decode()
    assert home.client.post(f"{edit}remove/").status_code == 302
    assert not OwnMessage.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": ""}, "This field is required"),
        ({"body": "{ordr}"}, "No case can fill in {ordr}"),
        ({"theirs": "您好"}, "Say in which language"),
    ],
)
def test_refused_message_keeps_what_was_typed(
    home: Home, fields: dict[str, str], said: str
) -> None:
    base = {"name": "Kept name", "body": BODY, "language": "", "theirs": ""}
    answer = home.client.post(home.path("messages/new/"), base | fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Kept name" in page


def test_number_of_queries_does_not_grow_with_the_messages(home: Home) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            home.client.get(home.path("messages/"))
        return len(queries)

    keep(home)
    count()
    few = count()
    for number in range(5):
        keep(home, name=f"Late {number}")
    assert count() == few
