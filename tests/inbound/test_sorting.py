"""What becomes of a mail that came in."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Reply
from cases.sweep import sweep
from households.models import Household
from inbound.addresses import address_of, renew_address
from inbound.models import InboundMail
from inbound.sorting import take_in
from orders.models import Order, Parcel
from reminders.delivery import deliver
from reminders.models import MailBounce, Notification
from tests.cases.test_sweep import due_now, waiting_case
from tests.inbound.mails import ORDER, SERVER, bounce, forwarded_text, raw
from tests.smtp_server import Mailbox
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
SAMPLES = sorted((Path(__file__).parents[1] / "exports" / "mail").glob("*.eml"))


@pytest.fixture
def home(settings: Any) -> Home:
    settings.INBOUND_AUTHSERV_IDS = [SERVER]
    settings.INBOUND_ADDRESS = "box@home.test"
    return make_home()


def taken(content: bytes) -> InboundMail:
    row = take_in(content, now=NOW)
    assert row is not None
    return row


def reply(case: Case, **options: Any) -> bytes:
    assert case.order is not None
    text = forwarded_text("We have sent it again.").replace(ORDER, case.order.number)
    return raw(subject="Fwd: Your order", text=text, **options)


def vouched_sample(path: Path) -> bytes:
    head = f"Authentication-Results: {SERVER}; dmarc=pass header.from=notice.aliexpress.com\r\n"
    return head.encode() + path.read_bytes()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_order_mail_of_the_marketplace_makes_its_order(home: Home, path: Path) -> None:
    row = taken(vouched_sample(path))
    assert (row.kind, row.state) == ("order", "sorted")
    assert Order.objects.of(home.household).count() == 1


def test_order_mail_brings_the_parcel_too(home: Home) -> None:
    taken(vouched_sample(SAMPLES[1]))
    assert Parcel.objects.get().tracking_number == "LP00297482617446"


def test_order_mail_that_nobody_vouches_for_waits(home: Home) -> None:
    row = taken(SAMPLES[0].read_bytes())
    assert (row.kind, row.state) == ("order", "waiting")
    assert not Order.objects.exists()


def test_order_mail_that_a_member_forwards_is_taken(home: Home) -> None:
    row = taken(raw(subject=f"Fwd: Order {ORDER}: order confirmed", text="see"))
    assert (row.state, row.sorted_by) == ("sorted", home.owner)
    assert Order.objects.get().number == ORDER


def test_forwarded_answer_is_noted_in_its_case(home: Home) -> None:
    case = waiting_case(home)
    row = taken(reply(case))
    assert (row.kind, row.state, row.case) == ("reply", "sorted", case)
    assert Reply.objects.get().body == "We have sent it again."
    case.refresh_from_db()
    assert case.stage == "seller_replied"


def test_answer_is_found_by_the_thread_of_a_reminder_too(home: Home) -> None:
    case = waiting_case(home)
    text = forwarded_text("It is on its way.").replace(ORDER, "no number")
    mail = raw(text=text, References=f"<parley.case.{case.public_id.hex}@parley.test>")
    assert taken(mail).case == case


def test_mail_is_taken_in_once_however_often_it_is_fetched(home: Home) -> None:
    case = waiting_case(home)
    for _ in range(3):
        taken(reply(case))
    assert InboundMail.objects.count() == 1
    assert Reply.objects.count() == 1


def test_forged_member_changes_nothing_and_waits(home: Home) -> None:
    case = waiting_case(home)
    row = taken(reply(case, authentic=False))
    assert (row.state, row.kind, row.case) == ("waiting", "reply", case)
    assert not Reply.objects.exists()


def test_stranger_whom_their_server_vouches_for_changes_nothing(home: Home) -> None:
    case = waiting_case(home)
    assert taken(reply(case, sender="eve@evil.test")).state == "waiting"
    assert not Reply.objects.exists()


def test_viewer_changes_nothing_by_mail(home: Home) -> None:
    home.member("Vera", "viewer")
    case = waiting_case(home)
    assert taken(reply(case, sender="vera@home.test")).state == "waiting"


def test_members_own_words_without_a_forward_wait(home: Home) -> None:
    case = waiting_case(home)
    assert case.order is not None
    row = taken(raw(text=f"What about {case.order.number}?"))
    assert (row.state, row.case) == ("waiting", case)


def test_automatic_answer_is_put_away(home: Home) -> None:
    case = waiting_case(home)
    row = taken(reply(case, Auto_Submitted="auto-replied"))
    assert row.state == "ignored"
    assert "auto-replied" in row.outcome
    assert not Reply.objects.exists()


def test_parleys_own_mail_that_comes_back_is_put_away(mailbox: Mailbox, home: Home) -> None:
    due_now(waiting_case(home, protection_ends_at=NOW + timedelta(days=30)))
    sweep(now=NOW)
    deliver(now=NOW)
    (mail,) = mailbox.to("owner@home.test")
    assert taken(mail.as_bytes()).state == "ignored"


def flagged_id(home: Home) -> str:
    due_now(waiting_case(home, protection_ends_at=NOW + timedelta(days=30)))
    sweep(now=NOW)
    deliver(now=NOW)
    return f"<parley.{Notification.objects.get(channel='email').public_id.hex}@parley.test>"


def test_bounce_turns_the_address_off_and_says_so(mailbox: Mailbox, home: Home) -> None:
    row = taken(bounce(message_id=flagged_id(home), recipient="owner@home.test"))
    assert (row.kind, row.state) == ("bounce", "sorted")
    page = home.client.get(home.path("household/reminders/")).content.decode()
    assert "came back" in page
    assert "550 no such user" in page


def test_address_that_is_off_gets_no_mail_until_turned_on(mailbox: Mailbox, home: Home) -> None:
    taken(bounce(message_id=flagged_id(home), recipient="owner@home.test"))
    case = waiting_case(home, number="3069099405650009")
    due_now(case)
    sweep(now=NOW)
    deliver(now=NOW)
    assert len(mailbox.to("owner@home.test")) == 1
    home.client.post(home.path("household/reminders/address/"))
    assert not MailBounce.objects.exists()


def test_forged_bounce_turns_nothing_off(mailbox: Mailbox, home: Home) -> None:
    message_id = flagged_id(home)
    made_up = f"<parley.{'0' * 32}@parley.test>"
    assert taken(bounce(message_id=made_up, recipient="owner@home.test")).state == "ignored"
    other = bounce(message_id=message_id, recipient="other@home.test").replace(b"dsn", b"dsn2")
    assert taken(other).state == "ignored"
    assert not MailBounce.objects.exists()


def test_mail_that_is_only_late_turns_nothing_off(mailbox: Mailbox, home: Home) -> None:
    late = bounce(message_id=flagged_id(home), recipient="owner@home.test", status="4.4.1")
    assert taken(late).state == "ignored"
    assert not MailBounce.objects.exists()


def test_mail_goes_to_the_household_of_its_address(home: Home) -> None:
    other = Household.objects.create(slug="other", name="Other", created_at=NOW)
    renew_address(other, now=NOW)
    row = taken(raw(to=address_of(other)))
    assert row.household == other


def test_mail_to_a_renewed_address_is_nobodys(home: Home) -> None:
    Household.objects.create(slug="other", name="Other", created_at=NOW)
    renew_address(home.household, now=NOW)
    old = address_of(home.household)
    renew_address(home.household, now=NOW)
    assert take_in(raw(to=old), now=NOW) is None


def test_mail_without_the_secret_is_nobodys_where_several_live(home: Home) -> None:
    Household.objects.create(slug="other", name="Other", created_at=NOW)
    assert take_in(raw(), now=NOW) is None


def test_member_of_one_household_changes_nothing_in_another(home: Home) -> None:
    other = Household.objects.create(slug="other", name="Other", created_at=NOW)
    renew_address(other, now=NOW)
    case = waiting_case(home)
    row = taken(reply(case, to=address_of(other)))
    assert (row.household, row.state, row.case) == (other, "waiting", None)


def test_mail_that_parley_stumbles_over_waits_and_stops_no_other(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*args: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("inbound.sorting._decide", stumble)
    row = taken(raw())
    assert (row.state, row.outcome) == ("waiting", "Parley stumbled over this mail.")


def sort(home: Home, row: InboundMail, **said: str) -> tuple[int, str]:
    answer = home.client.post(home.path(f"mail/{row.public_id}/"), said, follow=True)
    row.refresh_from_db()
    return answer.status_code, answer.content.decode()


def test_member_notes_a_waiting_mail_as_the_answer(home: Home) -> None:
    case = waiting_case(home)
    row = taken(reply(case, authentic=False))
    sort(home, row, verb="reply", case=str(case.public_id))
    assert (row.state, row.sorted_by, bytes(row.raw)) == ("sorted", home.owner, b"")
    assert Reply.objects.get().body == "We have sent it again."


def test_member_takes_a_waiting_order_mail_in(home: Home) -> None:
    row = taken(SAMPLES[0].read_bytes())
    status, page = sort(home, row, verb="order")
    assert (status, row.state) == (200, "sorted")
    assert "New orders: 1" in page
    assert Order.objects.get().number == "7946343613177242"


def test_answer_without_a_case_is_asked_for_and_nothing_changes(home: Home) -> None:
    row = taken(raw())
    status, page = sort(home, row, verb="reply")
    assert (status, row.state) == (422, "waiting")
    assert "Choose the case that this answers." in page


def test_mail_sorted_by_another_says_so(home: Home) -> None:
    row = taken(raw())
    sort(home, row, verb="away")
    status, page = sort(home, row, verb="away")
    assert status == 422
    assert "Somebody has sorted this mail already." in page


def test_viewer_sorts_nothing(home: Home) -> None:
    _, client = home.member("Vera", "viewer")
    row = taken(raw())
    assert client.post(home.path(f"mail/{row.public_id}/"), {"verb": "away"}).status_code == 403


def test_hostile_mail_is_shown_inert(home: Home) -> None:
    taken(raw(subject="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>"))
    page = home.client.get(home.path("mail/")).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_list_makes_the_same_queries_with_one_mail_and_with_many(home: Home) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            home.client.get(home.path("mail/"))
        return len(queries)

    case = waiting_case(home)
    taken(reply(case, authentic=False))
    count()
    before = count()
    for number in range(10):
        taken(reply(case, authentic=False, message_id=f"<{number}@evil.test>"))
    assert count() == before


def test_owner_makes_the_address_and_a_viewer_does_not_see_it(home: Home) -> None:
    _, viewer = home.member("Vera", "viewer")
    page = home.client.post(home.path("household/mail/renew/"), follow=True).content.decode()
    assert address_of(home.household) in page
    assert (
        address_of(home.household) not in viewer.get(home.path("household/mail/")).content.decode()
    )
