"""Sellers as members change them: with a version, a name in the history and an announcement."""

from datetime import timedelta

import pytest

from households.conflicts import EditConflict
from sellers.announcements import seller_changed
from sellers.models import Seller
from sellers.record import own_record
from sellers.services import (
    SellerError,
    archive_seller,
    create_seller,
    edit_seller,
    restore_seller,
)
from tests.stock import NOW, Home, make_case, make_home, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture
def heard(monkeypatch):
    heard = []
    monkeypatch.setattr(seller_changed, "_subscribers", [lambda *args: heard.append(args)])
    return heard


def test_a_new_seller_belongs_to_the_members_household_and_the_history_names_them(home):
    seller = create_seller(member=home.owner, fields={"name": "Blue Kiln"}, now=NOW)
    assert seller.household == home.household
    record = seller.history.get()
    assert record.history_user == home.owner.user
    assert record.history_date == NOW


def test_an_edit_raises_the_version_and_tells_when_judgement_is_touched(home, heard):
    seller = make_seller(home)
    edited = edit_seller(
        member=home.owner, seller=seller, version=1, changes={"time_zone": "Asia/Urumqi"}, now=NOW
    )
    assert edited.version == 2
    assert heard == [(edited, NOW)]


def test_a_note_does_not_have_cases_planned_anew(home, heard):
    seller = make_seller(home)
    edit_seller(member=home.owner, seller=seller, version=1, changes={"notes": "kind"}, now=NOW)
    assert heard == []


def test_the_second_editor_is_told_who_changed_what_and_nothing_is_saved(home):
    seller = make_seller(home)
    mara, _client = home.member("Mara")
    edit_seller(member=mara, seller=seller, version=1, changes={"name": "Lantern Store"}, now=NOW)
    with pytest.raises(EditConflict) as caught:
        edit_seller(
            member=home.owner, seller=seller, version=1, changes={"name": "Lamp Shop"}, now=NOW
        )
    assert caught.value.who == "Mara"
    assert caught.value.version == 2
    change = caught.value.changes[0]
    assert (change.field, change.before, change.after) == (
        "name",
        "Lantern Tools Store",
        "Lantern Store",
    )
    assert Seller.objects.get().name == "Lantern Store"


def test_fields_that_are_not_for_members_cannot_be_set(home):
    seller = make_seller(home)
    with pytest.raises(TypeError, match="household"):
        edit_seller(
            member=home.owner, seller=seller, version=1, changes={"household": None}, now=NOW
        )


def test_the_same_store_number_twice_is_refused_in_words(home):
    make_seller(home, store_id="1103582642")
    with pytest.raises(SellerError, match="1103582642"):
        create_seller(
            member=home.owner, fields={"name": "Again", "store_id": "1103582642"}, now=NOW
        )


def test_another_household_may_know_the_same_store(home):
    make_seller(make_home("next-door"), store_id="1103582642")
    assert create_seller(
        member=home.owner, fields={"name": "Ours", "store_id": "1103582642"}, now=NOW
    )


def test_the_seller_of_another_household_cannot_be_edited(home):
    theirs = make_seller(make_home("next-door"))
    with pytest.raises(Seller.DoesNotExist):
        edit_seller(member=home.owner, seller=theirs, version=1, changes={"name": "x"}, now=NOW)


def test_archiving_and_restoring_happen_once_each(home):
    seller = make_seller(home)
    archived = archive_seller(member=home.owner, seller=seller, now=NOW)
    later = NOW + timedelta(hours=1)
    assert archive_seller(member=home.owner, seller=seller, now=later).archived_at == NOW
    assert archived.version == 2
    assert restore_seller(member=home.owner, seller=seller, now=later).archived_at is None


def test_the_own_record_counts_answers_and_takes_the_median_wait(home):
    seller = make_seller(home)
    case = make_case(home, seller)
    for cycle, hours in enumerate([2, 30, None, 10], start=1):
        sent_at = NOW - timedelta(days=cycle)
        case.attempts.create(
            cycle=cycle,
            channel="message_center",
            sent_at=sent_at,
            sent_by=home.owner,
            band="within_24h",
            expected_by=sent_at,
            reply_probability=0.8,
            replied_at=sent_at + timedelta(hours=hours) if hours else None,
        )
    record = own_record(seller, now=NOW)
    assert (record.sent, record.answered, record.median_hours) == (4, 3, 10)


def test_the_record_of_a_seller_never_written_to_is_empty(home):
    record = own_record(make_seller(home), now=NOW)
    assert (record.sent, record.median_hours) == (0, None)
