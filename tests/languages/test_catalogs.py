"""The catalogs hold every text of the code, each translated whole; renew them by `make messages`."""

import gettext
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings

from languages.catalogs import catalog_file, is_translated, read, renew, template
from languages.extraction import Found, texts_of

TRANSLATED = [code for code, _name in settings.LANGUAGES if code != "en"]
BLANK = re.compile(r"%\(\w+\)[sdf]|%%|{\w+}")
TAG = re.compile(r"</?\w+[^>]*>")


@cache
def texts() -> Catalog:
    return template()


def keys(catalog: Catalog) -> set[tuple[str, str]]:
    return {(str(message.id), message.context or "") for message in catalog if message.id}


def parts(value: object) -> list[str]:
    return list(value) if isinstance(value, (list, tuple)) else [str(value)]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_has_every_text_of_the_code_and_no_other(language: str) -> None:
    assert keys(texts()) ^ keys(read(language)) == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_none_is_a_guess(language: str) -> None:
    messages = [message for message in read(language) if message.id]
    assert [message.id for message in messages if not is_translated(message) or message.fuzzy] == []


def faults_of(message: Message) -> list[str]:
    """What a translation lost or added: blanks, marks, space around it."""
    originals, said = parts(message.id), parts(message.string)
    found = []
    for text in said:
        for pattern in (BLANK, TAG):
            allowed = [sorted(pattern.findall(original)) for original in originals]
            if sorted(pattern.findall(text)) not in allowed:
                found.append(f"{pattern.pattern} in {text!r}")
        if (text[:1].isspace(), text[-1:].isspace()) not in [
            (original[:1].isspace(), original[-1:].isspace()) for original in originals
        ]:
            found.append(f"space around {text!r}")
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_blanks_and_marks(language: str) -> None:
    faults = {str(message.id): faults_of(message) for message in read(language) if message.id}
    assert {msgid: found for msgid, found in faults.items() if found} == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalog_says_what_the_readable_one_says(language: str) -> None:
    catalog = read(language)
    with catalog_file(language).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalog:
        if not message.id:
            continue
        said = parts(message.string)
        context = f"{message.context}\x04" if message.context else ""
        for place, text in enumerate(said):
            key = f"{context}{parts(message.id)[0]}"
            kept = compiled._catalog.get((key, place) if message.pluralizable else key)
            assert kept == text, f"{message.id!r} is stale in the .mo: run make messages"


def test_blanks_that_a_translation_loses_are_found() -> None:
    assert faults_of(Message("Take it to {support}.", "Bring es hin.")) != []
    assert faults_of(Message("<b>%(count)s</b> left", "%(count)s übrig")) != []
    assert faults_of(Message(("One day", "%(count)s days"), ("Ein Tag", "%(count)s Tage"))) == []


def found_in(tmp_path: Path, name: str, text: str) -> list[Found]:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    return list(texts_of(tmp_path))


@pytest.mark.parametrize(
    ("code", "msgid", "plural"),
    [
        ('_("Hello")', "Hello", ""),
        ('say("Take it to {support}.", support=name)', "Take it to {support}.", ""),
        ('say_n("One day", "{count} days", count=3)', "One day", "{count} days"),
        ('gettext_lazy("long " "text")', "long text", ""),
        ('ngettext("%(n)s day", "%(n)s days", n)', "%(n)s day", "%(n)s days"),
    ],
)
def test_texts_are_found_in_code(tmp_path: Path, code: str, msgid: str, plural: str) -> None:
    (found,) = found_in(tmp_path, "app/words.py", code)
    assert (found.msgid, found.plural, found.place) == (msgid, plural, "app/words.py")


def test_a_context_is_found_and_what_is_computed_is_not(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path, "a.py", 'pgettext("verb", "Open"); _(name); say(label)')
    assert (found.context, found.msgid) == ("verb", "Open")


def test_texts_are_found_in_templates(tmp_path: Path) -> None:
    text = (
        '{% load i18n %}\n  <b>{% translate "One" %}</b>\n'
        "  {% blocktranslate trimmed count n=n %}\n    {{ n }} day\n  {% plural %}\n"
        "    {{ n }} days\n  {% endblocktranslate %}"
    )
    found = found_in(tmp_path, "templates/page.html", text)
    assert [(each.msgid, each.plural) for each in found] == [
        ("One", ""),
        ("%(n)s day", "%(n)s days"),
    ]


def test_the_operators_texts_are_found_too(tmp_path: Path) -> None:
    page = '{% load i18n %}{% translate "Queues" %}'
    found = [
        *found_in(tmp_path, "app/admin.py", '_("Send again now")'),
        *found_in(tmp_path, "templates/admin/front.html", page)[1:],
    ]
    assert [each.msgid for each in found] == ["Send again now", "Queues"]


def test_the_words_of_a_marketplace_are_found_and_what_is_for_the_machine_is_not(
    tmp_path: Path,
) -> None:
    text = (
        'name = "Shop"\nclock = "UTC"\n[windows.dispute]\nlabel = "Open it"\nsource = "help page"\n'
        '[bands.b]\nsource = "a study"\n[issues.i]\nevidence = ["Photo", "Video"]\n'
        '[[ladder]]\nlabel = "Write"\n[drawing]\nrows = [["line"], ["picture", "*button: Chat"]]\n[carriers.c]\nname = "Post"\n'
    )
    found = found_in(tmp_path, "sellers/marketplaces/shop.toml", text)
    assert [each.msgid for each in found] == [
        *("Shop", "Open it", "help page", "Photo", "Video", "Write", "Chat")
    ]


def test_a_new_text_comes_in_empty_whatever_another_language_says() -> None:
    found = Catalog()
    found.add("Good morning")
    spanish, german = Catalog(locale="es"), Catalog(locale="de")
    renew(spanish, found)
    spanish["Good morning"].string = "Buenos días"  # type: ignore[union-attr]
    renew(german, found)
    assert not german["Good morning"].string  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["fr", "de"])
def test_no_language_says_a_spanish_sentence(language: str) -> None:
    said = {str(message.string) for message in read("es") if len(str(message.string).split()) > 4}
    assert [m.id for m in read(language) if m.id and str(m.string) in said] == []
