"""Whatever is pasted into any text field of any form is kept or refused with a reason, and inert.

The forms are those that the pages show: a new one is tried by itself.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from cases.models import Case
from households.models import Household, User
from orders.models import OrderItem
from sellers.models import Seller
from tests.test_isolation import OURS, Rows, address

pytestmark = pytest.mark.django_db

MARKED = "nasty7"
PASTED = (
    f"\u202eשלום\u200f <img src=x data-{MARKED} onerror=alert(1)></textarea>"
    f"<b data-{MARKED}>bold</b> 👩\u200d👩\u200d👧\u200d👦 'quoted\" & {{{{ 7|add:7 }}}} {MARKED}"
)
OVERRIDE = re.compile("\u202e")
# What parley.css and browsers isolate, so that marks within it end with it.
ISOLATING = {"a", "b", "q", "span", "bdi", "h1", "h3", "blockquote", "textarea", "option", "title"}
NUL = f"before\x00after {MARKED}"
HUGE = "five megabytes " * 349_526
PERSONS = ["/you/", "/household/new/"]
STRANGERS = ["/account/login/", "/account/signup/", "/account/password/reset/"]
TYPED = {"text", "search", "url", "email", "tel", "password", None}


@dataclass(frozen=True)
class Shown:
    """A form as a page shows it: where it goes, and what it sends when nothing is typed."""

    page: str
    action: str
    method: str
    values: dict[str, str]
    typed: tuple[str, ...]
    # Those of `typed` that take any words, and those of several lines.
    free: tuple[str, ...]
    long: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page} → {self.action} ({', '.join(self.typed)})"


def forms_on(page: str, answer: HttpResponse) -> Iterator[Shown]:
    soup = BeautifulSoup(answer.content, "html.parser")
    for form in soup.find_all("form"):
        name = form.get("id")
        fields = [*form.find_all(["input", "textarea", "select"])]
        if name:
            fields += [f for f in soup.find_all(form=name) if f not in fields]
        fields = [f for f in fields if f.get("name") and not f.has_attr("disabled")]
        typed = [f["name"] for f in fields if f.name == "textarea" or is_typed(f)]
        if typed:
            yield Shown(
                page,
                str(form.get("action") or page).split("#")[0],
                str(form.get("method", "get")).lower(),
                {f["name"]: v for f in fields if (v := value_of(f)) is not None},
                tuple(typed),
                tuple(f["name"] for f in fields if f["name"] in typed and is_free(f)),
                tuple(f["name"] for f in fields if f.name == "textarea"),
            )


def is_typed(field: Tag) -> bool:
    return field.name == "input" and field.get("type") in TYPED and not field.has_attr("readonly")


def is_free(field: Tag) -> bool:
    return field.get("type") in {"text", "search", None} and not field.has_attr("inputmode")


def value_of(field: Tag) -> str | None:
    if field.name == "textarea":
        return field.get_text()
    if field.name == "select":
        options = field.find_all("option")
        chosen = [o for o in options if o.has_attr("selected")] or options[-1:]
        return str(chosen[0].get("value", "")) if chosen else None
    if field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked"):
        return None
    return None if field.get("type") in {"file", "submit"} else str(field.get("value", ""))


def is_html(answer: HttpResponse) -> bool:
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")


def pages_of(mine: Rows) -> dict[str, HttpResponse]:
    paths = dict.fromkeys(address(route, mine.ids) for route, _ in OURS if "pack" not in route)
    answers = {path: mine.home.client.get(path) for path in [*paths, *PERSONS]}
    return {path: answer for path, answer in answers.items() if is_html(answer)}


@pytest.fixture
def mine() -> Rows:
    return Rows("mine")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens within is rolled back, so that each form finds the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def forms_of(mine: Rows) -> list[tuple[Client, Shown]]:
    found = [(mine.home.client, f) for p, a in pages_of(mine).items() for f in forms_on(p, a)]
    stranger = Client()
    found += [(stranger, f) for p in STRANGERS for f in forms_on(p, stranger.get(p))]
    return list({(f.action, f.typed): (client, f) for client, f in found}.values())


def send(client: Client, form: Shown, text: str, fields: tuple[str, ...]) -> Any:
    values = {**form.values, **dict.fromkeys(fields, text)}
    return (client.post if form.method == "post" else client.get)(form.action, values)


def fault_of(answer: HttpResponse, form: Shown) -> str | None:
    """What is wrong with the answer to a form, if anything."""
    if answer.status_code in {301, 302}:
        return None
    if answer.status_code not in {200, 400, 403, 404, 405, 413, 422}:
        return f"answered {answer.status_code}"
    soup = BeautifulSoup(answer.content, "html.parser")
    if soup.select(f"[data-{MARKED}]"):
        return "shows it as markup"
    says_why = soup.select(".errorlist, .error-text, [role=alert], .messages li, .alert")
    if form.method == "post" and not says_why:
        return f"refuses it ({answer.status_code}) without a reason"
    return None


def faults_of(client: Client, form: Shown) -> Iterator[str]:
    for what, text, fields in (
        ("markup", PASTED, form.free or form.typed),
        ("NUL", NUL, form.typed),
        ("5 MB", HUGE, form.long),
    ):
        if fields:
            with undone():
                answer = send(client, form, text, fields)
            fault = fault_of(answer, form)
            if what == "5 MB" and answer.status_code == 302:
                fault = "takes it"
            if fault:
                yield f"{form}: {fault}: {what}"


def spreads(text: NavigableString) -> bool:
    """Whether a mark that turns the writing round reaches beyond the text that it came with."""
    if "\u2068" in text or (text.parent is not None and text.parent.name in ISOLATING):
        return False
    others = text.parent.find_all(string=True) if text.parent is not None else []
    return any(other.strip() for other in others if other is not text)


def test_what_is_pasted_anywhere_is_kept_or_refused_with_a_reason(mine: Rows) -> None:
    forms = forms_of(mine)
    actions = " ".join(form.action for _, form in forms)
    for place in ("attempts", "replies", "notes", "escalate", "cases/new", "evidence/new"):
        assert place in actions
    for place in ("sellers/new", "orders/new", "household/invitations", "webhooks", "/you/"):
        assert place in actions
    faults = [fault for client, form in forms for fault in faults_of(client, form)]
    assert not faults, "\n".join(faults)


def test_no_page_has_the_browser_cut_what_is_pasted_without_a_word(mine: Rows) -> None:
    for path, answer in pages_of(mine).items():
        soup = BeautifulSoup(answer.content, "html.parser")
        cutting = soup.select("textarea[maxlength], input[maxlength]:not([type=search])")
        assert not cutting, f"{path}: {cutting}"


def test_what_is_kept_is_shown_inert_on_every_page(mine: Rows) -> None:
    for client, form in forms_of(mine):
        if client is mine.home.client and form.method == "post":
            send(client, form, PASTED, form.free or form.typed)
    Seller.objects.update(name=PASTED[:160])
    Case.objects.update(title=PASTED[:200])
    OrderItem.objects.update(title=PASTED[:300])
    User.objects.update(name=PASTED[:120])
    Household.objects.update(name=PASTED[:80])
    assert MARKED in repr(mine.snapshot())
    pages = pages_of(mine)
    shown = [path for path, answer in pages.items() if MARKED in answer.content.decode()]
    assert len(shown) > 10
    for path, answer in pages.items():
        soup = BeautifulSoup(answer.content, "html.parser")
        assert not soup.select(f"[data-{MARKED}]"), path
        loose = [text.parent for text in soup.find_all(string=OVERRIDE) if spreads(text)]
        assert not loose, f"{path}: its marks turn what follows in {loose}"
