"""No page has English of ours that gettext does not know: each text that it knows is bracketed, and
nothing but what people typed may stand outside the brackets."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Comment, Declaration, Doctype, Tag
from django.db import transaction
from django.test import Client
from django.utils import translation

import households.forms
from languages import moments, names, sentences
from tests.languages.typed import ALLOWED, NOT_PROSE
from tests.test_isolation import WALKED, Rows, address, args_of

pytestmark = pytest.mark.django_db
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = ("aria-label", "aria-description", "title", "placeholder", "alt", "summary", "label")
UNSEEN = {"script", "style", "template", "noscript"}


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text that gettext is asked for comes back as ⟦text⟧."""
    trans = translation._trans
    for name, pick in {
        "gettext": lambda text: text,
        "pgettext": lambda _context, text: text,
        "ngettext": lambda one, many, count: one if count == 1 else many,
        "npgettext": lambda _context, one, many, count: one if count == 1 else many,
    }.items():
        getattr(trans, name)  # it is looked up once, and kept
        monkeypatch.setattr(trans, name, lambda *args, pick=pick: f"⟦{pick(*args)}⟧")
    for module, name in (
        *((moments, "written"), (names, "city_name"), (names, "country_name")),
        *(
            (names, "language_name"),
            (names, "zone_name"),
            (sentences, "city_name"),
            (households.forms, "zone_name"),
        ),
    ):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *args, real=real: f"⟦{real(*args)}⟧")


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
    for tag in soup.find_all(True):
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


def english_on(content: str) -> list[str]:
    soup = BeautifulSoup(content, "html.parser")
    # One text may hold marks, like a link, and so go over several nodes.
    texts = [*outside_brackets("\x1f".join(seen_texts(soup))).split("\x1f")]
    texts += [outside_brackets(text) for text in heard_texts(soup)]
    return [" ".join(text.split()) for text in texts if WORD.search(text)]


def walk(rows: Rows) -> Iterator[tuple[str, str]]:
    """Every page and every refusal of what is left empty, each on the same rows."""
    for method in ("get", "post"):
        for route, pattern in WALKED:
            if not set(args_of(route)) <= set(rows.ids):
                continue
            client = Client()
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
