"""Free text in another language: a link that opens a translator, and LibreTranslate in place.

Only the operator's own LIBRETRANSLATE_URL is ever called, with bounds on time and size.
"""

import json
import logging
import time
from urllib.parse import quote

import requests
from django.conf import settings
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)
MOST_LETTERS = 5_000
# What still goes into an address that browsers and translators take.
MOST_LINKED_LETTERS = 1_500
MOST_BYTES = 200_000
CONNECT_SECONDS, READ_SECONDS, ALL_SECONDS = 3, 10, 15
CHUNK_BYTES = 8192
# Servers of different ages call Chinese differently.
TARGETS = {"zh": ("zh", "zh-Hans")}
LINKED_LANGUAGES = {"zh": "zh-CN"}


class TranslationError(Exception):
    """Nothing was translated; the words say why and what to do."""


def translator_link(text: str, language: str) -> str:
    """A translator's page with the text in it; '' where there is none, or the text is too long."""
    template = str(settings.TRANSLATOR_URL)
    words = text.strip()
    if not template or not words or len(words) > MOST_LINKED_LETTERS:
        return ""
    target = LINKED_LANGUAGES.get(language, language)
    # The text last, so that a text that holds '{language}' stays as it is.
    return template.replace("{language}", quote(target, safe="")).replace(
        "{text}", quote(words, safe="")
    )


def can_translate() -> bool:
    return bool(settings.LIBRETRANSLATE_URL)


def translate(text: str, language: str) -> str:
    """The text in that language. Raises TranslationError with words for the person who typed it."""
    if not text.strip():
        raise TranslationError(_("There is nothing to translate yet. Write the message first."))
    if len(text) > MOST_LETTERS:
        raise TranslationError(
            _("The message is too long to translate here: at most %(most)d letters.")
            % {"most": MOST_LETTERS}
        )
    until = time.monotonic() + ALL_SECONDS
    for target in TARGETS.get(language, (language,)):
        translated = _ask(text, target, until)
        if translated is not None:
            return translated
    raise TranslationError(
        _("The translation server does not know this language. Use the translator's link.")
    )


def _ask(text: str, target: str, until: float) -> str | None:
    """None where the server does not take that language."""
    question = {"q": text, "source": "auto", "target": target, "format": "text"}
    if settings.LIBRETRANSLATE_API_KEY:
        question["api_key"] = settings.LIBRETRANSLATE_API_KEY
    try:
        with requests.post(
            f"{settings.LIBRETRANSLATE_URL.rstrip('/')}/translate",
            json=question,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code == requests.codes.bad_request:
                return None
            if answer.status_code != requests.codes.ok:
                raise _refused(answer.status_code)
            return _read(answer, until)
    except (requests.RequestException, ValueError, TypeError, KeyError) as fault:
        log.warning("translation failed: %s", type(fault).__name__)
        raise TranslationError(
            _("The translation server does not answer as it should. Try later, or use the link.")
        ) from fault


def _refused(status: int) -> TranslationError:
    log.warning("translation refused with %d", status)
    if status in {requests.codes.too_many_requests, requests.codes.forbidden}:
        return TranslationError(
            _("The translation server wants no more for now, or needs a key. Try later.")
        )
    return TranslationError(
        _("The translation server refused with code %(code)d. Use the translator's link.")
        % {"code": status}
    )


def _read(answer: requests.Response, until: float) -> str:
    received = b""
    for chunk in answer.iter_content(CHUNK_BYTES):
        received += chunk
        if len(received) > MOST_BYTES or time.monotonic() > until:
            raise ValueError("the answer is too long or too slow")
    translated = json.loads(received)["translatedText"]
    if not isinstance(translated, str) or not translated.strip():
        raise ValueError("the answer holds no text")
    return translated
