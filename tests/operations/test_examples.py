"""Examples come into an empty household, the tour is taken on them, and they go without a trace."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases.evidence import add_file
from cases.models import Case, CaseEvent, Evidence
from cases.services import add_follow_up, add_note, open_case
from cases.sweep import sweep
from households.models import Household
from inbound.models import InboundMail
from operations.demo import make_demo_household
from operations.examples import ExamplesError, add_examples, remove_examples, rows_of
from operations.models import Examples
from operations.tour import STEPS, address_of_step
from orders.models import Order
from reminders.ahead import look_ahead
from reminders.delivery import deliver
from reminders.models import Notification
from reminders.relay import relay
from sellers.models import Seller
from tests.smtp_server import Mailbox
from tests.stock import Home, make_case, make_home, make_order, make_seller
from tests.test_isolation import Rows

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def shown(home: Home) -> Home:
    """A household with the examples in it."""
    add_examples(member=home.owner, now=timezone.now())
    home.owner.refresh_from_db()
    home.household.refresh_from_db()
    return home


def test_examples_fill_an_empty_household_and_begin_the_tour(home: Home) -> None:
    page = home.client.get(home.path()).content.decode()
    assert "look around with examples" in page
    answer = home.client.post(home.path("examples/"), follow=True)
    assert "Tea set arrived" in answer.content.decode()
    assert "Tour, 1 of 5" in answer.content.decode()
    assert Case.objects.of(home.household).ours().exists()


def a_month_of_reminders() -> None:
    now = timezone.now()
    for day in range(30):
        for act in (sweep, relay, deliver):
            act(now=now + timedelta(days=day))


def test_nobody_is_mailed_about_an_example(shown: Home, mailbox: Mailbox) -> None:
    a_month_of_reminders()
    told = Notification.objects.of(shown.household).filter(state="sent")
    assert set(told.values_list("channel", flat=True)) == {"inbox"}
    assert told.count() > 5
    assert not mailbox.accepted


def test_case_of_ones_own_is_mailed_beside_the_examples(shown: Home, mailbox: Mailbox) -> None:
    now = timezone.now()
    case = make_case(shown, make_seller(shown), title="My own kettle")
    add_follow_up(member=shown.owner, case=case, due_at=now + HOUR, note="Look", now=now)
    a_month_of_reminders()
    assert "My own kettle" in str(mailbox.accepted[0][1]["Subject"])


def test_what_comes_foresees_no_mail_about_an_example(shown: Home) -> None:
    ahead = look_ahead(shown.household, now=timezone.now())
    assert ahead.flags
    assert {telling.channel for telling in ahead.tellings} == {"inbox"}


def test_demo_shows_its_mails_and_marks_them_as_examples(mailbox: Mailbox) -> None:
    make_demo_household(now=timezone.now())
    deliver(now=timezone.now())
    assert mailbox.accepted
    for _to, message in mailbox.accepted:
        body = message.get_body(("plain",))
        assert body is not None
        assert "(example)" in body.get_content()


def test_examples_never_mix_with_rows_of_ones_own(home: Home) -> None:
    make_seller(home)
    with pytest.raises(ExamplesError, match="empty household only"):
        add_examples(member=home.owner, now=timezone.now())
    assert "into an empty household only" in str(
        home.client.post(home.path("examples/"), follow=True).content
    )
    assert Seller.objects.of(home.household).count() == 1


def test_second_press_adds_nothing(shown: Home) -> None:
    before = Case.objects.count()
    shown.client.post(shown.path("examples/"))
    assert Case.objects.count() == before


def test_removal_asks_first_and_then_leaves_no_trace(shown: Home) -> None:
    page = shown.client.get(shown.path("examples/remove/")).content.decode()
    assert "Tea set arrived" in page
    assert Case.objects.of(shown.household).exists()
    answer = shown.client.post(shown.path("examples/remove/"), follow=True).content.decode()
    assert "The examples are gone" in answer
    assert "look around with examples" in answer
    assert "Tour," not in answer
    for model in (Seller, Order, Case, Examples, Notification):
        assert not model.objects.of(shown.household).exists(), model
    assert not CaseEvent.objects.filter(household=shown.household).exists()
    record = shown.client.get(shown.path("household/activity/")).content.decode()
    assert "removed the examples, with all that was added to them" in record
    assert not Order.history.exists()
    assert not Seller.history.exists()


def test_removal_of_the_demo_makes_the_household_a_real_one(client: Any) -> None:
    make_demo_household(now=timezone.now())
    household = Household.objects.get()
    member = household.memberships.get()
    remove_examples(member=member, now=timezone.now())
    household.refresh_from_db()
    assert not household.is_demo
    assert household.memberships.filter(left_at__isnull=True).exists()


def test_removal_keeps_everything_of_ones_own(shown: Home) -> None:
    seller = make_seller(shown, name="My own store")
    order = make_order(shown, seller=seller)
    case = make_case(shown, seller, order=order)
    InboundMail.objects.create(
        household=shown.household,
        identity="<1@x.test>",
        subject="Mine",
        received_at=timezone.now(),
        kind="other",
        state="waiting",
    )
    remove_examples(member=shown.owner, now=timezone.now())
    assert list(Case.objects.of(shown.household)) == [case]
    assert list(Order.objects.of(shown.household)) == [order]
    assert list(Seller.objects.of(shown.household)) == [seller]
    assert InboundMail.objects.of(shown.household).count() == 1


def test_example_that_a_case_of_ones_own_uses_stays(shown: Home) -> None:
    order = Order.objects.of(shown.household).exclude(seller=None).first()
    assert order is not None
    assert order.seller is not None
    mine = open_case(
        member=shown.owner,
        seller=order.seller,
        order=order,
        title="My own trouble",
        issue="damaged",
        goal="refund",
        now=timezone.now(),
    )
    rows = rows_of(shown.household)
    assert order not in rows.orders
    assert order.seller not in rows.sellers
    remove_examples(member=shown.owner, now=timezone.now())
    mine.refresh_from_db()
    assert mine.order == order


def test_what_was_added_to_an_example_goes_with_it(
    shown: Home,
    settings: Any,
    tmp_path: Any,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = Case.objects.of(shown.household).first()
    assert case is not None
    add_note(member=shown.owner, case=case, text="A note", now=timezone.now())
    piece = add_file(
        member=shown.owner,
        case=case,
        upload=SimpleUploadedFile("a.txt", b"words"),
        caption="",
        now=timezone.now(),
    )
    name = piece.file.name or ""
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        remove_examples(member=shown.owner, now=timezone.now())
    assert not Evidence.objects.exists()
    assert not default_storage.exists(name)


def test_removal_touches_no_other_household(shown: Home) -> None:
    theirs = Rows("theirs")
    before = theirs.snapshot()
    remove_examples(member=shown.owner, now=timezone.now())
    assert theirs.snapshot() == before


def test_second_removal_removes_nothing(shown: Home) -> None:
    remove_examples(member=shown.owner, now=timezone.now())
    make_seller(shown)
    with pytest.raises(ExamplesError, match="no examples here"):
        remove_examples(member=shown.owner, now=timezone.now())
    answer = shown.client.post(shown.path("examples/remove/"), follow=True)
    assert "no examples here any more" in answer.content.decode()
    assert Seller.objects.of(shown.household).count() == 1


# The tour


def test_tour_is_taken_page_by_page(shown: Home) -> None:
    for number, step in enumerate(STEPS, start=1):
        answer = shown.client.post(shown.path("tour/"), {"step": number}, follow=True)
        page = answer.content.decode()
        assert f"Tour, {number} of {len(STEPS)}" in page
        assert str(step.title) in page
        shown.owner.refresh_from_db()
        assert shown.owner.tour_step == number
    assert "Remove the examples" in page


def test_todays_page_leads_back_to_where_the_tour_stands(shown: Home) -> None:
    shown.client.post(shown.path("tour/"), {"step": 3})
    page = shown.client.get(shown.path()).content.decode()
    assert "It goes on at" in page
    assert shown.client.get(shown.path("tour/"))["Location"] == shown.path("orders/")
    assert "Tour," not in shown.client.get(shown.path("cases/")).content.decode()


@pytest.mark.parametrize("step", ["", "0", "6", "x", "-1", "9" * 40])
def test_anything_but_a_step_ends_the_tour(shown: Home, step: str) -> None:
    answer = shown.client.post(shown.path("tour/"), {"step": step}, follow=True)
    page = answer.content.decode()
    assert "Tour," not in page
    assert "Some of these are examples." in page


def test_tour_is_each_members_own(shown: Home) -> None:
    adult, client = shown.member("Ada")
    assert "Tour," not in client.get(shown.path()).content.decode()
    client.post(shown.path("tour/"), {"step": 2})
    adult.refresh_from_db()
    shown.owner.refresh_from_db()
    assert (adult.tour_step, shown.owner.tour_step) == (2, 1)


def test_step_about_a_case_leads_to_today_where_there_is_no_case(home: Home) -> None:
    home.owner.tour_step = 2
    assert address_of_step(home.owner) == home.path()
    home.owner.tour_step = None
    assert address_of_step(home.owner) == home.path()


def test_viewer_takes_the_tour_and_is_not_offered_the_removal(shown: Home) -> None:
    _, client = shown.member("Vera", "viewer")
    client.post(shown.path("tour/"), {"step": 5})
    page = client.get(shown.path()).content.decode()
    assert "Tour, 5 of 5" in page
    assert "Remove the examples" not in page
    assert client.post(shown.path("examples/remove/")).status_code == 403
