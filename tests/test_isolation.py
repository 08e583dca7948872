"""No member sees, changes or is told anything of another household: every address is walked."""

import ast
import uuid
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cases.evidence import add_file
from cases.filters import CaseFilter
from cases.saved_views import save_view
from cases.services import log_reply
from cases.services.own_messages import keep_own_message
from cases.sweep import sweep
from cases.viewer_links import make_link
from households.absences import note_absence
from households.invitations import invite
from households.models import HouseholdOwned, Membership
from inbound.models import InboundMail
from orders.models import ImportDraft, OrderItem
from orders.services import add_parcel
from reminders.models import Notification, ReminderTarget
from sellers.check import Answers
from sellers.checking import record_check
from tests.cases.test_sweep import due_now, waiting_case
from tests.stock import NOW, Home, make_home
from webhooks.models import HouseholdWebhook, WebhookMessage

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[1]
CANARY = "CANARY-OF-THE-OTHERS"
EXPORT = ROOT / "tests" / "exports" / "temu-orders.csv"
HTMX = {"HX-Request": "true"}
METHODS = ("get", "head", "post", "put", "patch", "delete")
# What anybody may open. Whatever is not here needs a sign-in.
PUBLIC = {
    *("home", "healthz", "readyz", "sign_in_link", "invitation_accept", "account_login"),
    *("account_signup", "account_reset_password", "account_reset_password_done"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    *("account_inactive", "account_confirm_email", "account_email_verification_sent"),
    # Signed, and they say nothing but to whoever holds the mail.
    *("mail_action", "mail_leave"),
    # The same for everybody.
    *("manifest", "service_worker", "offline"),
    *("account_logout", "account_confirm_login_code", "account_request_login_code"),
}
# What a viewer may change: their own affairs.
VIEWERS_OWN = {
    *("reminder_settings", "household_leave", "notification_read", "notifications_read_all"),
    *("calendar_settings", "calendar_end", "targets", "target_test", "target_remove"),
    *("address_on", "push_new", "away", "away_end"),
    *("saved_view_new", "saved_view_remove", "tour"),
}


class Rows:
    """A household with a row of every kind, its texts marked."""

    def __init__(self, slug: str) -> None:
        self.home: Home = make_home(slug)
        owner = self.home.owner
        self.case = waiting_case(self.home)
        self.case.title = f"{CANARY} case"
        self.case.save()
        order = self.case.order
        assert order is not None
        OrderItem.objects.create(order=order, title=f"{CANARY} item")
        seller = self.case.seller
        seller.name = f"{CANARY} seller"
        seller.save()
        self.parcel = add_parcel(
            member=owner, order=order, tracking_number="LP00297482617446", carrier="", now=NOW
        )
        due_now(self.case)
        sweep(now=NOW)
        log_reply(
            member=owner,
            case=self.case,
            received_at=NOW,
            body=f"{CANARY} reply",
            channel="live_chat",
            now=NOW,
        )
        self.evidence = add_file(
            member=owner,
            case=self.case,
            upload=SimpleUploadedFile(f"{CANARY}.txt", b"secret words"),
            caption=f"{CANARY} caption",
            now=NOW,
        )
        self.draft = ImportDraft.objects.create(
            household=self.home.household,
            uploaded_by=owner,
            file_name=f"{CANARY}.csv",
            content=EXPORT.read_bytes(),
            created_at=NOW,
        )
        self.invitation = invite(
            owner=owner, email="canary@example.org", role="adult", now=NOW
        ).invitation
        hook = HouseholdWebhook.objects.create(
            household=self.home.household,
            url=f"http://127.0.0.1:9/{CANARY}",
            secret="whsec_c2VjcmV0",
            created_at=NOW,
        )
        self.ids: dict[str, Any] = {
            "household": self.home.household.public_id,
            "case": self.case.public_id,
            "follow_up": self.case.follow_ups.first().public_id,
            "order": order.public_id,
            "seller": seller.public_id,
            "parcel": self.parcel.public_id,
            "check": record_check(
                member=owner, seller=seller, answers=Answers(), item_title=f"{CANARY} lamp", now=NOW
            ).public_id,
            "evidence": self.evidence.public_id,
            "own_message": keep_own_message(
                member=owner,
                name=f"{CANARY} message",
                body=f"{CANARY} words",
                language="",
                theirs="",
                now=NOW,
            ).public_id,
            "draft": self.draft.public_id,
            "notification": Notification.objects.filter(channel="inbox", case=self.case)
            .first()
            .public_id,
            "membership": owner.public_id,
            "invitation": self.invitation.public_id,
            "target": ReminderTarget.objects.create(
                member=owner, name=f"{CANARY} target", url="json://127.0.0.1:9/", created_at=NOW
            ).public_id,
            "webhook": hook.public_id,
            "message": WebhookMessage.objects.create(
                webhook=hook,
                type=f"{CANARY}.test",
                happened_at=NOW,
                state="dead",
                next_try_at=NOW,
            ).public_id,
            "mail": InboundMail.objects.create(
                household=self.home.household,
                identity=f"<{CANARY}@x.test>",
                subject=CANARY,
                received_at=NOW,
                kind="other",
                state="waiting",
            ).public_id,
            "absence": note_absence(
                member=owner,
                stand_in=self.home.member(f"{CANARY}")[0],
                from_on=NOW.date(),
                until_on=NOW.date(),
                urgent_still_told=True,
                now=NOW,
            ).public_id,
            "link": make_link(owner=owner, case=self.case, label=f"{CANARY} link", days=7, now=NOW)[
                0
            ].public_id,
            "view": save_view(
                member=owner, name=f"{CANARY} view", chosen=CaseFilter(q=CANARY), now=NOW
            ).public_id,
        }

    def snapshot(self) -> dict[str, list[Any]]:
        """Every row that the household owns, whole."""
        found = {}
        for model in apps.get_models():
            if _is_owned(model):
                rows = model._base_manager.filter(household=self.home.household)
                found[model.__name__] = sorted(rows.values_list(), key=repr)
        return found


def _is_owned(model: type[Model]) -> bool:
    return issubclass(model, HouseholdOwned) or hasattr(model, "household_id")


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of ours with its whole route; the stock admin's own are walked as one."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from patterns(entry, route)
        else:
            yield route, entry


WALKED = list(patterns())


def args_of(route: str) -> list[str]:
    """The names of a route's arguments, in order."""
    parts = [part.split(">")[0] for part in route.split("<")[1:]]
    return [part.rpartition(":")[2] for part in parts]


def address(route: str, ids: dict[str, Any]) -> str:
    for name in args_of(route):
        start = route.index("<")
        route = route[:start] + str(ids[name]) + route[route.index(">") + 1 :]
    return "/" + route


OURS = [(route, p) for route, p in WALKED if route.startswith("h/<uuid:household>/")]


@pytest.fixture
def mine() -> Rows:
    return Rows("mine")


@pytest.fixture
def theirs() -> Rows:
    return Rows("theirs")


def clients(mine: Rows, theirs: Rows) -> dict[str, Client]:
    """Whoever has no business in the other household."""
    former, client_of_former = theirs.home.member("Former")
    Membership.objects.filter(pk=former.pk).update(left_at=NOW)
    return {
        "owner": mine.home.client,
        "adult": mine.home.member("Adult")[1],
        "viewer": mine.home.member("Viewer", "viewer")[1],
        "former": client_of_former,
    }


def test_every_argument_of_every_address_is_known_here(theirs: Rows) -> None:
    names = {name for route, _ in OURS for name in args_of(route)}
    assert names <= set(theirs.ids)


def test_another_households_addresses_are_those_of_nothing(mine: Rows, theirs: Rows) -> None:
    before = theirs.snapshot()
    for who, client in clients(mine, theirs).items():
        # The door is one for all methods and for htmx: one of those outside tries every key.
        methods, asked_by = (METHODS, ({}, HTMX)) if who == "owner" else (("get", "post"), ({},))
        for (route, _), method, headers in product(OURS, methods, asked_by):
            path = address(route, theirs.ids)
            answer = getattr(client, method)(path, headers=headers)
            assert answer.status_code == 404, (who, method, path)
            assert CANARY not in answer.content.decode(errors="replace")
    assert _without_members(theirs.snapshot()) == _without_members(before)


def _without_members(snapshot: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: rows for name, rows in snapshot.items() if name != "Membership"}


def test_their_rows_are_not_found_through_my_own_household(mine: Rows, theirs: Rows) -> None:
    before = theirs.snapshot()
    ids = {**theirs.ids, "household": mine.ids["household"]}
    own_case = {**ids, "case": mine.ids["case"], "order": mine.ids["order"]}
    for route, _ in OURS:
        if len(args_of(route)) == 1:
            continue
        for some in (ids, own_case):
            if some is own_case and set(args_of(route)) <= {"household", "case", "order"}:
                continue
            for method in ("get", "post"):
                answer = getattr(mine.home.client, method)(address(route, some))
                assert answer.status_code in (404, 405), (method, address(route, some))
                assert CANARY not in answer.content.decode(errors="replace")
    assert theirs.snapshot() == before


def test_their_ids_in_my_forms_link_nothing(mine: Rows, theirs: Rows) -> None:
    """Each choice of each form is given another household's id, by public id and by number."""
    numbers = {
        "order": theirs.case.order_id,
        "seller": theirs.case.seller_id,
        "assignee": theirs.home.owner.pk,
    }
    publics = {**theirs.ids, "assignee": theirs.ids["membership"]}
    for route, _ in OURS:
        path = address(route, mine.ids)
        if "leave" in path or "remove" in path:
            continue
        for given in (numbers, publics):
            mine.home.client.post(
                path,
                {
                    **{name: given[name] for name in ("order", "seller", "assignee")},
                    "title": "Mine",
                    "issue": "damaged",
                    "goal": "refund",
                    "currency": "EUR",
                    "name": "Mine",
                    "number": f"30690994056{uuid.uuid4().int % 10**5:05}",
                    "marketplace": "aliexpress",
                    "items-TOTAL_FORMS": "0",
                    "items-INITIAL_FORMS": "0",
                },
            )
    from operations.doctor import examine

    crossing = [f for f in examine(now=NOW) if "stays within" in f.name and not f.ok]
    assert crossing == []


def test_nobody_signed_out_gets_past_the_door(theirs: Rows) -> None:
    ids = {**theirs.ids, "token": "x" * 43, "key": "x", "uidb36": "x"}
    for route, pattern in WALKED:
        if (pattern.name or "") in PUBLIC or route.startswith(("static", "^static")):
            continue
        if not set(args_of(route)) <= set(ids):
            continue
        answer = Client().get(address(route, ids))
        assert answer.status_code in (302, 401, 404, 405), (answer.status_code, route)
        if answer.status_code == 302:
            assert "/account/" in answer["Location"], route


def test_looking_changes_nothing(mine: Rows) -> None:
    before = mine.snapshot()
    for route, _ in OURS:
        for method in ("get", "head"):
            getattr(mine.home.client, method)(address(route, mine.ids))
    assert mine.snapshot() == before


def test_viewer_changes_nothing_of_the_household(mine: Rows) -> None:
    _, client = mine.home.member("Vera", "viewer")
    before = _without_members(mine.snapshot())
    for route, pattern in OURS:
        if pattern.name in VIEWERS_OWN:
            continue
        answer = client.post(address(route, mine.ids), {"text": "x", "body": "x"})
        assert answer.status_code in (403, 405), (answer.status_code, route)
    assert _without_members(mine.snapshot()) == before


def test_signed_in_pages_stay_out_of_caches_and_carry_the_policy(mine: Rows) -> None:
    for route, _ in OURS:
        answer = mine.home.client.get(address(route, mine.ids))
        if answer.status_code != 200:
            continue
        assert "no-store" in answer["Cache-Control"], route
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"


def _views_and_forms() -> list[Path]:
    names = ("households", "sellers", "orders", "cases", "reminders")
    found = [p for n in names for p in (ROOT / n).rglob("*.py")]
    return [p for p in found if "views" in p.name or "forms" in p.name]


@pytest.mark.parametrize("path", _views_and_forms(), ids=lambda p: str(p.relative_to(ROOT)))
def test_pages_reach_rows_only_through_the_household(path: Path) -> None:
    """`Model.objects` of what a household owns is followed by `.of(` (or `.none()`)."""
    owned = {m.__name__ for m in apps.get_models() if issubclass(m, HouseholdOwned)}
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "objects"
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id in owned
        ):
            assert node.attr in {"of", "of_member", "none", "inbox_of", "create"}, (
                path,
                node.lineno,
            )
