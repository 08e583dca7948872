"""What a template shows of a sentence is said to whoever reads the page."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from languages.sentences import say
from sellers.profiles import load_profiles


def shown(text: str, **context: object) -> str:
    with translation.override("de"):
        return Template(text).render(Context(context))


def test_a_template_says_a_sentence_without_being_told_to():
    # Django's own German words stand in for ours.
    assert shown("{{ label }}", label=say("January")) == "Januar"
    assert shown("{{ label|said|upper }}", label=say("January")) == "JANUAR"


def test_a_sentence_is_escaped_like_any_text():
    sentence = say("They wrote '{quote}'.", quote="<script>")
    assert shown("{{ label }}", label=sentence) == "They wrote &#x27;&lt;script&gt;&#x27;."


@pytest.mark.parametrize(
    ("language", "style", "text"),
    [
        ("en", "D j M, H:i", "Tue 1 Dec, 14:05"),
        ("de", "D j M, H:i", "Di., 1. Dez., 14:05"),
        ("de", "l j F Y, H:i", "Dienstag, 1. Dezember 2026, 14:05"),
        ("fr", "l j F", "mardi 1 décembre"),
        ("es", "j F Y", "1 de diciembre de 2026"),
        ("es", "D j M", "mar, 1 dic"),
        ("pt-br", "j M Y", "1 de dez. de 2026"),
        ("pt-br", "l j F", "terça-feira, 1 de dezembro"),
    ],
)
def test_a_moment_is_written_as_the_language_writes_it(language, style, text) -> None:
    moment = datetime(2026, 12, 1, 14, 5, tzinfo=UTC)
    with translation.override(language), timezone.override(UTC):
        template = f'{{{{ moment|written:"{style}" }}}}'
        assert Template(template).render(Context({"moment": moment})) == text


def test_no_template_writes_a_date_in_the_english_order() -> None:
    """Django's own filter knows the names of a language but not its order: `written` does."""
    templates = (Path(__file__).parents[2] / "templates").rglob("*.html")
    english = re.compile(r"""\|(?:date|time):["'](?!Y-m-d)""")
    found = [path.name for path in templates if english.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_label_of_a_marketplace_can_be_said_in_any_language():
    for profile in load_profiles().values():
        labels = [*profile.issues.values(), *profile.windows.values(), *profile.bands.values()]
        words = [profile.support_name, *(each.label for each in labels)]
        assert all(word.msgid == word for word in words)
