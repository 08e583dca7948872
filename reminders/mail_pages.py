"""Fills the pages of reminders. What is the same in all mails of one shape is rendered once.

A shape is the template, the language, which of the values there are, and the kind whose buttons it
shows. The rendered page keeps a mark where each value goes; thousands of mails then cost a join each.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape

from django.template.loader import render_to_string
from django.utils.translation import get_language

from reminders.mail_links import button_labels

# Of the private use area: no template holds these, and what a value holds is not looked at.
OPEN, CLOSE = "\ue000", "\ue001"
MARK = re.compile(f"{OPEN}([^{CLOSE}]+){CLOSE}")


def filled_page(template: str, values: Mapping[str, str], kind: str, urls: Sequence[str]) -> str:
    """`template`: below reminders/mail/; values are escaped where it is HTML.

    `urls`: of the buttons of a reminder of that kind."""
    words = {**values, **{f"url{number}": url for number, url in enumerate(urls)}}
    there = tuple(name for name, value in values.items() if value)
    pieces = list(_shape(template, get_language() or "", there, kind if urls else ""))
    is_html = template.endswith(".html")
    # Every second piece is the name of a value.
    for place in range(1, len(pieces), 2):
        word = words[pieces[place]]
        pieces[place] = escape(word) if is_html else word
    return "".join(pieces)


@lru_cache(maxsize=1024)
def _shape(template: str, _language: str, there: tuple[str, ...], kind: str) -> list[str]:
    context: dict[str, object] = {name: f"{OPEN}{name}{CLOSE}" for name in there}
    context["actions"] = [
        {"label": label, "url": f"{OPEN}url{number}{CLOSE}"}
        for number, label in enumerate(button_labels(kind))
    ]
    return MARK.split(render_to_string(f"reminders/mail/{template}", context))
