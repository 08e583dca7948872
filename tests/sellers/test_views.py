"""The sellers' pages: what members see and change, what viewers see, and what strangers do not."""

import uuid

import pytest
from django.urls import reverse

from sellers.models import Seller
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


def url(home: Home, name: str, **ids: object) -> str:
    return reverse(name, kwargs={"household": home.household.public_id, **ids})


def typed(**changes: str) -> dict[str, str]:
    fields = {
        "name": "Blue Kiln Ceramics",
        "marketplace": "aliexpress",
        "country": "CN",
        "time_zone": "Asia/Shanghai",
        "inquiry_volume": "normal",
    }
    return fields | changes


def test_the_empty_list_says_where_sellers_come_from(home):
    page = home.client.get(url(home, "seller_list")).content.decode()
    assert "No sellers yet" in page
    assert url(home, "import_new") in page


def test_the_list_finds_by_name_and_by_store_number(home):
    make_seller(home, name="Lantern Tools", store_id="1103582642")
    make_seller(home, name="Blue Kiln", store_id="912345")
    for words, found, missed in [("lantern", "Lantern", "Blue"), ("9123", "Blue", "Lantern")]:
        page = home.client.get(url(home, "seller_list"), {"q": words}).content.decode()
        assert found in page
        assert missed not in page


def test_archived_sellers_are_on_their_own_list(home):
    make_seller(home, name="Lantern Tools", archived_at=NOW)
    make_seller(home, name="Blue Kiln")
    assert b"Lantern" not in home.client.get(url(home, "seller_list")).content
    page = home.client.get(url(home, "seller_list"), {"archived": "1"}).content
    assert b"Lantern" in page
    assert b"Blue Kiln" not in page


def test_the_list_goes_on_where_it_stopped_and_misses_nobody(home, monkeypatch):
    names = [f"Store {number:02}" for number in range(7)] + ["store 03"]
    for name in names:
        make_seller(home, name=name)
    monkeypatch.setattr("households.paging.take_page.__kwdefaults__", {"size": 3})
    seen, after = [], ""
    while True:
        response = home.client.get(url(home, "seller_list"), {"after": after})
        seen += [seller.name for seller in response.context["page"].rows]
        after = response.context["page"].after
        if not after:
            break
    assert sorted(seen) == sorted(names)
    assert [name.lower() for name in seen] == sorted(name.lower() for name in names)


def test_a_made_up_place_in_the_list_opens_its_beginning(home):
    make_seller(home)
    page = home.client.get(url(home, "seller_list"), {"after": "W10:made-up"})
    assert b"Lantern" in page.content


def test_the_list_costs_the_same_for_one_seller_and_for_many(
    home, django_assert_max_num_queries, django_assert_num_queries
):
    make_case(home, make_seller(home))
    # The first request of a session writes it.
    home.client.get(url(home, "seller_list"))
    with django_assert_max_num_queries(10) as one:
        home.client.get(url(home, "seller_list"))
    for number in range(20):
        make_case(home, make_seller(home, name=f"Store {number}"))
    with django_assert_num_queries(len(one)):
        home.client.get(url(home, "seller_list"))


def test_a_seller_is_added_with_hours_rate_and_languages(home):
    response = home.client.post(
        url(home, "seller_new"),
        typed(
            hours_mon="9:00-18:00",
            hours_sat="10:00 – 24:00",
            response_rate="97,5 %",
            languages=["en", "zh"],
            url="www.aliexpress.com/store/1103582642",
        ),
    )
    seller = Seller.objects.get()
    assert response.url == url(home, "seller_detail", seller=seller.public_id)
    assert seller.business_hours == {"mon": ["09:00", "18:00"], "sat": ["10:00", "24:00"]}
    assert seller.response_rate == pytest.approx(0.975)
    assert seller.languages == ["en", "zh"]
    assert seller.url == "https://www.aliexpress.com/store/1103582642"
    assert seller.history.get().history_user == home.owner.user


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "required"),
        ("url", "javascript:alert(1)", "web address"),
        ("url", "ftp://example.test/x", "https://"),
        ("time_zone", "Asia/Atlantis", "not one of the available"),
        ("marketplace", "nowhere", "not one of the available"),
        ("hours_mon", "9 to 5", "Write the hours like"),
        ("hours_mon", "09:00-25:00", "no time of day"),
        ("hours_mon", "18:00-09:00", "must end after it begins"),
        ("response_rate", "120", "less than or equal to 100"),
        ("open_since", "1803", "1990"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(home, field, value, said):
    response = home.client.post(
        url(home, "seller_new"), typed(notes="typed with care") | {field: value}
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert said in page
    assert "typed with care" in page
    assert not Seller.objects.exists()


def test_the_same_store_number_is_refused_with_the_name_that_has_it(home):
    make_seller(home, name="Lantern Tools", store_id="1103582642")
    page = home.client.post(url(home, "seller_new"), typed(store_id="1103582642")).content.decode()
    assert "Lantern Tools has this store number already" in page


def test_the_household_cannot_be_posted(home):
    next_door = make_home("next-door")
    home.client.post(
        url(home, "seller_new"),
        typed(household=str(next_door.household.pk), version="7", archived_at="2026-01-01"),
    )
    seller = Seller.objects.get()
    assert seller.household == home.household
    assert (seller.version, seller.archived_at) == (1, None)


def test_the_page_shows_their_clock_hours_record_cases_and_orders(home):
    seller = make_seller(
        home,
        business_hours={"mon": ["09:00", "18:00"]},
        notes="<b>kind</b>",
        url="javascript:alert(1)",
    )
    make_case(home, seller, title="Lamp is broken")
    make_order(home, seller=seller)
    page = home.client.get(url(home, "seller_detail", seller=seller.public_id)).content.decode()
    assert "Lamp is broken" in page
    assert "3069099405659913" in page
    assert "09:00–18:00" in page
    assert "day off" in page
    assert "none sent yet" in page
    assert "<b>kind</b>" not in page
    assert "javascript:" not in page


def test_the_page_costs_the_same_for_few_and_many(
    home, django_assert_max_num_queries, django_assert_num_queries
):
    seller = make_seller(home)
    address = url(home, "seller_detail", seller=seller.public_id)
    make_case(home, seller)
    make_order(home, seller=seller)
    # The first request of a session writes it.
    home.client.get(address)
    with django_assert_max_num_queries(14) as few:
        home.client.get(address)
    for number in range(10):
        make_case(home, seller)
        make_order(home, seller=seller, number=str(number))
    with django_assert_num_queries(len(few)):
        home.client.get(address)


def test_an_edit_is_saved_with_the_version_that_was_shown(home):
    seller = make_seller(home, response_rate=0.8, business_hours={"tue": ["08:00", "12:00"]})
    address = url(home, "seller_edit", seller=seller.public_id)
    form = home.client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    shown = {name: value for name, value in shown.items() if value is not None}
    assert home.client.post(address, shown | {"name": "New name"}).status_code == 302
    seller.refresh_from_db()
    assert (seller.name, seller.version, seller.response_rate) == ("New name", 2, 0.8)
    assert seller.business_hours == {"tue": ["08:00", "12:00"]}


def test_the_second_editor_sees_what_changed_keeps_what_was_typed_and_may_save_again(home):
    seller = make_seller(home)
    address = url(home, "seller_edit", seller=seller.public_id)
    _mara, maras = home.member("Mara")
    maras.post(address, typed(name="Lantern Store", version="1"))
    response = home.client.post(address, typed(name="Lamp Shop", notes="slow", version="1"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Mara" in page
    assert "Lantern Store" in page
    assert 'value="Lamp Shop"' in page
    assert "slow" in page
    assert Seller.objects.get().name == "Lantern Store"
    again = typed(name="Lamp Shop", version=str(response.context["form"]["version"].value()))
    assert home.client.post(address, again).status_code == 302
    assert Seller.objects.get().name == "Lamp Shop"


def test_archiving_with_open_cases_says_that_they_go_on(home):
    seller = make_seller(home)
    make_case(home, seller)
    response = home.client.post(url(home, "seller_archive", seller=seller.public_id), follow=True)
    assert "Open cases with this seller go on: 1" in response.content.decode()
    home.client.post(url(home, "seller_restore", seller=seller.public_id))
    assert Seller.objects.get().archived_at is None


@pytest.mark.parametrize("name", ["seller_archive", "seller_restore"])
def test_looking_changes_nothing(home, name):
    seller = make_seller(home)
    assert home.client.get(url(home, name, seller=seller.public_id)).status_code == 405


def test_a_viewer_sees_everything_and_no_button_that_changes(home):
    seller = make_seller(home)
    _vera, veras = home.member("Vera", role="viewer")
    page = veras.get(url(home, "seller_detail", seller=seller.public_id)).content.decode()
    assert "Lantern Tools" in page
    for name in ("seller_edit", "seller_archive", "seller_restore"):
        address = url(home, name, seller=seller.public_id)
        assert address not in page
        assert veras.post(address, typed()).status_code == 403
    assert veras.get(url(home, "seller_new")).status_code == 403
    assert url(home, "seller_new") not in veras.get(url(home, "seller_list")).content.decode()


@pytest.mark.parametrize(
    "name", ["seller_detail", "seller_edit", "seller_archive", "seller_restore"]
)
def test_the_seller_of_another_household_is_not_found(home, name):
    theirs = make_seller(make_home("next-door"))
    for public_id in (theirs.public_id, uuid.uuid4()):
        address = url(home, name, seller=public_id)
        assert home.client.post(address, typed()).status_code in {404, 405}
        assert home.client.get(address).status_code in {404, 405}
    theirs.refresh_from_db()
    assert (theirs.version, theirs.archived_at) == (1, None)
