"""Today and the list of cases: what comes first, how they are narrowed, several at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.filters import CaseFilter
from cases.models import Case, SavedView
from cases.saved_views import MOST_VIEWS
from cases.services import log_attempt, log_reply
from cases.today import TODAY_LIMIT
from tests.stock import NOW, Home, make_case, make_home, make_order, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


@pytest.fixture(autouse=True)
def _clock(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]


def cases_of(home: Home, *titles: str) -> list[Case]:
    seller = make_seller(home)
    return [
        make_case(home, seller, title=title, order=make_order(home, seller=seller, number=str(n)))
        for n, title in enumerate(titles, start=10**15)
    ]


def today(home: Home, **narrowed: str) -> str:
    answer = home.client.get(home.path(), narrowed)
    assert answer.status_code == 200
    return str(answer.content.decode())


def titles_in_order(page: str, *titles: str) -> list[str]:
    return sorted((t for t in titles if t in page), key=page.index)


def test_what_must_go_on_within_three_days_comes_first_then_the_most_money(home: Home) -> None:
    cheap, dear, urgent, sooner = cases_of(home, "cheap", "dear", "urgent", "sooner")
    for case, days, minor in ((cheap, 9, 100), (dear, 20, 9000), (urgent, 2, 5), (sooner, 1, 1)):
        case.escalate_by, case.value_minor, case.currency = NOW + timedelta(days), minor, "EUR"
        case.save()
    ordered = Case.objects.of(home.household).by_urgency(NOW)
    assert [case.title for case in ordered] == ["sooner", "urgent", "dear", "cheap"]


@pytest.mark.parametrize(
    "given",
    [{"member": "nobody"}, {"stage": "drafting"}, {"q": "lamp"}, {"market": "aliexpress"}],
    ids=lambda given: next(iter(given)),
)
def test_today_is_narrowed_by(home: Home, given: dict[str, str]) -> None:
    lamp, other = cases_of(home, "The lamp", "Another")
    other.assignee, other.stage = home.owner, "awaiting_seller"
    other.save()
    if "market" in given:
        other.seller = make_seller(home, name="Elsewhere", marketplace="temu")
        other.save()
    page = today(home, **given)
    assert lamp.title in page
    assert ">Another<" not in page


def test_seller_of_another_household_narrows_to_nothing(home: Home) -> None:
    cases_of(home, "The lamp")
    stranger = make_seller(make_home("others"))
    page = today(home, seller=str(stranger.public_id))
    assert "No open case is like this." in page


@pytest.mark.parametrize(
    "given",
    [
        {"stage": "nonsense", "member": "x", "seller": "' or 1=1", "market": "../x"},
        {"q": "\x00" * 500},
        {"q": "%_\\" * 90},
    ],
)
def test_an_address_that_says_nonsense_narrows_nothing_or_finds_nothing(
    home: Home, given: dict[str, str]
) -> None:
    cases_of(home, "The lamp")
    today(home, **given)


def test_what_a_filter_reads_it_writes_back() -> None:
    chosen = CaseFilter.read({"q": " lamp ", "member": "nobody", "stage": "drafting", "else": "x"})
    assert chosen.query == "q=lamp&member=nobody&stage=drafting"


def test_the_seller_s_answer_is_quoted_on_its_line_and_inert(home: Home) -> None:
    (case,) = cases_of(home, "The lamp")
    two_days_ago = NOW - timedelta(days=2)
    log_attempt(
        member=home.owner,
        case=case,
        channel="message_center",
        sent_at=two_days_ago,
        body="Hello",
        now=two_days_ago,
    )
    words = "<b>Yes friend</b>, EU plug."
    three_hours_ago = NOW - timedelta(hours=3)
    log_reply(
        member=home.owner,
        case=case,
        received_at=three_hours_ago,
        body=words,
        channel="message_center",
        now=NOW,
    )
    page = today(home)
    assert "3\xa0hours ago: “&lt;b&gt;Yes friend&lt;/b&gt;, EU plug.”" in page


def test_the_number_of_queries_does_not_grow_with_the_cases(home: Home) -> None:
    today(home)
    counts = []
    for titles in (["one", "two"], [f"case {n}" for n in range(20)]):
        Case.objects.of(home.household).delete()
        counts.append(_queries_with(home, titles))
    assert counts[0] == counts[1]


def _queries_with(home: Home, titles: list[str]) -> int:
    seller = make_seller(home, name=f"Store of {len(titles)}")
    for n, title in enumerate(titles):
        number = f"{len(titles)}{n:014}"
        make_case(home, seller, title=title, order=make_order(home, seller=seller, number=number))
    with CaptureQueriesContext(connection) as captured:
        today(home)
    return len(captured)


def together(home: Home, picked: list[Case], **fields: str) -> tuple[int, str]:
    answer = home.client.post(
        home.path("cases/together/"),
        {"case": [str(case.public_id) for case in picked], **fields},
        follow=True,
    )
    return answer.status_code, answer.content.decode()


def test_ticked_cases_are_snoozed_and_leave_what_is_ours(home: Home) -> None:
    cases = cases_of(home, "one", "two", "three")
    _, page = together(home, cases[:2], do="snooze", until="2026-11-25T08:00")
    assert "Done for 2 cases." in page
    assert "One thing is yours today" in page


def test_ticked_cases_get_somebody_in_charge(home: Home) -> None:
    cases = cases_of(home, "one", "two")
    member, _client = home.member("Ben")
    together(home, cases, do="assign", assignee=str(member.public_id))
    assert {case.assignee_id for case in Case.objects.of(home.household)} == {member.pk}


def test_ticked_cases_are_settled_with_the_whole_money_when_refunded(home: Home) -> None:
    cases = cases_of(home, "one", "two")
    cases[0].value_minor, cases[0].currency = 2340, "EUR"
    cases[0].save()
    _, page = together(home, cases, do="settle", outcome="refunded")
    first = Case.objects.get(pk=cases[0].pk)
    assert (first.stage, first.refunded_minor) == ("settled", 2340)
    assert "No case is open." in page


def test_a_case_that_cannot_says_why_and_stops_no_other(home: Home) -> None:
    gone, there = cases_of(home, "gone", "there")
    together(home, [gone], do="settle", outcome="withdrawn")
    _, page = together(home, [gone, there], do="snooze", until="2026-11-25T08:00")
    assert "Done for one case." in page
    assert "gone: " in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"do": "snooze", "until": ""}, "Until when?"),
        ({"do": "settle"}, "Choose how they ended."),
        ({"do": "eat"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_named_and_the_ticks_stay(
    home: Home, fields: dict[str, str], says: str
) -> None:
    cases = cases_of(home, "one", "two")
    status, page = together(home, cases, **fields)
    assert status == 422
    assert says in page
    assert page.count("checked") >= 2


def test_nothing_ticked_is_said(home: Home) -> None:
    cases_of(home, "one")
    status, page = together(home, [], do="settle", outcome="lost")
    assert status == 422
    assert "Tick the cases first." in page


def test_ticked_cases_of_another_household_stay_as_they_were(home: Home) -> None:
    others = make_home("others")
    (theirs,) = cases_of(others, "theirs")
    together(home, [theirs], do="settle", outcome="lost")
    theirs.refresh_from_db()
    assert theirs.stage == "drafting"


def keep(home: Home, name: str, query: str = "stage=drafting") -> str:
    answer = home.client.post(home.path("views/"), {"name": name, "back": query}, follow=True)
    return str(answer.content.decode())


def test_kept_view_is_offered_to_its_member_alone(home: Home) -> None:
    cases_of(home, "one")
    _, others_client = home.member("Ben")
    assert "To write" in keep(home, "To write")
    assert "To write" in today(home)
    assert "To write" not in others_client.get(home.path()).content.decode()


def test_keeping_a_view_under_the_same_name_replaces_it(home: Home) -> None:
    keep(home, "Mine")
    keep(home, "Mine", "q=lamp")
    assert [view.query for view in SavedView.objects.of(home.household)] == ["q=lamp"]


@pytest.mark.parametrize(
    ("name", "query", "says"),
    [
        ("All", "", "Choose first what the view shows"),
        ("   ", "q=lamp", "This field is required"),
        ("x" * 41, "q=lamp", "at most 40"),
    ],
)
def test_a_view_that_cannot_be_kept_says_why(home: Home, name: str, query: str, says: str) -> None:
    cases_of(home, "one")
    assert says in keep(home, name, query)


def test_only_so_many_views_are_kept(home: Home) -> None:
    cases_of(home, "one")
    for number in range(MOST_VIEWS):
        keep(home, f"View {number}")
    assert "Remove one first." in keep(home, "One more")


def test_kept_view_is_removed_by_its_own_member_only(home: Home) -> None:
    keep(home, "Mine")
    view = SavedView.objects.of(home.household).get()
    _, others_client = home.member("Ben")
    path = home.path(f"views/{view.public_id}/remove/")
    assert others_client.post(path).status_code == 404
    assert home.client.post(path).status_code == 302
    assert not SavedView.objects.of(home.household).exists()


def test_a_message_noted_from_today_comes_back_to_the_narrowed_today(home: Home) -> None:
    (case,) = cases_of(home, "The lamp <i>")
    answer = home.client.post(
        home.path(f"cases/{case.public_id}/attempts/"),
        {"channel": "message_center", "body": "Hello", "back": "q=lamp&next=//evil.example"},
        follow=True,
    )
    assert answer.redirect_chain == [(f"{home.path()}?q=lamp", 302)]
    page = answer.content.decode()
    assert "It is the seller's turn now." in page
    assert "The lamp &lt;i&gt;</a>" in page


def test_more_than_a_morning_s_work_is_shown_only_when_asked_for(home: Home) -> None:
    seller = make_seller(home)
    for number in range(TODAY_LIMIT + 3):
        make_case(home, seller, title=f"Case {number}")
    assert today(home).count("<article") == TODAY_LIMIT
    assert f"Show more of the {TODAY_LIMIT + 3}" in today(home)
    assert today(home, more="1").count("<article") == TODAY_LIMIT + 3
