"""No page has English of ours that gettext does not know: each text that it knows is bracketed, and
nothing but what people typed may stand outside the brackets."""

import re
import uuid
from collections.abc import Iterator
from functools import cache

import pytest
from bs4 import BeautifulSoup, Comment, Declaration, Doctype, Tag
from django.core.mail import get_connection
from django.db import transaction
from django.test import Client

from cases.models import Case
from cases.services import (
    escalate_case,
    log_decision,
    log_reply,
    open_case,
    settle_case,
    snooze_case,
)
from cases.sweep import sweep
from reminders.letters import Letter
from reminders.mail import build_mail, short_message
from reminders.models import Notification
from tests.cases.test_sweep import DAY, due_now, waiting_case
from tests.languages.typed import ALLOWED, NOT_PROSE
from tests.stock import NOW, Home, make_home, make_seller
from tests.test_isolation import WALKED, Rows, address, args_of

pytestmark = pytest.mark.django_db
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = ("aria-label", "aria-description", "title", "placeholder", "alt", "summary", "label")
UNSEEN = {"script", "style", "template", "noscript"}


def outside_brackets(text: str) -> str:
    while BRACKETED.search(text):
        text = BRACKETED.sub(" ", text)
    return ALLOWED.sub(" ", text)


def seen_texts(soup: BeautifulSoup) -> Iterator[str]:
    for node in soup.find_all(string=True):
        is_markup = isinstance(node, (Comment, Declaration, Doctype))
        if not is_markup and not any(_is_unseen(tag) for tag in node.parents):
            yield str(node)


def heard_texts(soup: BeautifulSoup) -> Iterator[str]:
    """What is said to who does not see, and what scripts will show."""
    for tag in soup.find_all(lambda tag: tag.attrs and tag.name != "option"):
        for name, value in tag.attrs.items():
            is_said = name in SPOKEN or (
                name.startswith("data-") and name != "data-of" and " " in value
            )
            is_button = name == "value" and tag.name == "input" and tag.get("type") == "submit"
            if (is_said or is_button) and not _is_unseen(tag):
                yield str(value)


def _is_unseen(tag: Tag) -> bool:
    return tag.name in UNSEEN or any(
        tag.name == name and (attribute is None or tag.get(attribute) == value)
        for name, attribute, value in NOT_PROSE
    )


@cache
def english_on(content: str) -> list[str]:
    soup = BeautifulSoup(content, "html.parser")
    # One text may hold marks, like a link, and so go over several nodes.
    texts = [*outside_brackets("\x1f".join(seen_texts(soup))).split("\x1f")]
    texts += [outside_brackets(text) for text in heard_texts(soup)]
    return [" ".join(text.split()) for text in texts if WORD.search(text)]


def walk(rows: Rows) -> Iterator[tuple[str, str]]:
    """Every page and every refusal of what is left empty, each on the same rows."""
    client = Client()
    for method in ("get", "post"):
        for route, pattern in WALKED:
            if not set(args_of(route)) <= set(rows.ids):
                continue
            # Some address signs out.
            client.force_login(rows.home.owner.user)
            mark = transaction.savepoint()
            answer = getattr(client, method)(address(route, rows.ids))
            transaction.savepoint_rollback(mark)
            if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
                name = f"{method} {pattern.name or route} {answer.status_code}"
                yield name, answer.content.decode()


def test_every_page_speaks_the_readers_language(brackets: None) -> None:
    found: dict[str, str] = {}
    for name, content in walk(Rows("home")):
        for fault in english_on(content):
            found.setdefault(fault, name)
    report = [f"{name}: {fault}" for fault, name in found.items()]
    assert not report, "\n".join(["outside gettext:", *report])


def test_mails_and_notifications_speak_the_readers_language(brackets: None) -> None:
    home = make_home()
    for number in range(5):
        case = waiting_case(home, number=f"306909940565991{number}")
        due_now(case)
    sweep(now=NOW)
    rows = list(
        Notification.objects.filter(channel="email").select_related(
            "case__seller", "case__order", "household", "member__user"
        )
    )
    letters = [Letter(rows[:1]), Letter(rows, uuid.uuid4())]
    texts = []
    for letter in letters:
        message = short_message(letter)
        sent = build_mail(letter, get_connection("django.core.mail.backends.locmem.EmailBackend"))
        texts += [message.title, message.body, sent.subject, sent.body]
        texts.append("\x1f".join(seen_texts(BeautifulSoup(sent.alternatives[0][0], "html.parser"))))
    left = [outside_brackets(text) for text in texts]
    assert [WORD.findall(text) for text in left if WORD.search(text)] == []


def test_cases_in_every_stage_speak_the_readers_language(brackets: None) -> None:
    home = make_home()
    found: dict[str, str] = {}
    for name, case in stages(home):
        for path in ("", f"cases/{case.public_id}/", f"cases/{case.public_id}/?wait=9"):
            content = home.client.get(home.path(path)).content.decode()
            for fault in english_on(content):
                found.setdefault(fault, f"{name} {path[:6]}")
    assert found == {}


def stages(home: Home) -> Iterator[tuple[str, Case]]:
    """The same case through its life, a page each."""
    act = {"member": home.owner, "now": NOW}
    seller = make_seller(home, name="Store 1")
    asked = open_case(seller=seller, title="CANARY case", issue="question", goal="answer", **act)
    yield "drafting", asked
    case = waiting_case(home)
    Case.objects.filter(pk=case.pk).update(title="CANARY case")
    yield "awaiting_seller", case
    reply = {"channel": "message_center", "received_at": NOW, **act}
    log_reply(case=case, body="We will refund within 3 days, please confirm receipt", **reply)
    yield "seller_replied", case
    snooze_case(case=case, until=NOW + DAY, **act)
    yield "snoozed", case
    escalate_case(case=case, kind="dispute", opened_at=NOW, **act)
    yield "awaiting_platform", case
    log_decision(case=case, ruling="against", decided_at=NOW, **act)
    yield "escalation_due", case
    settle_case(case=case, outcome="lost", **act)
    yield "settled", case
