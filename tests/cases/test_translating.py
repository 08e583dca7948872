"""Free text in another language: the link, and a LibreTranslate server that behaves or does not."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from cases.translating import MOST_BYTES, MOST_LETTERS, TranslationError, translate, translator_link


class Translator(HTTPServer):
    """Answers with `status` and `answer`, and keeps what it was asked."""

    status = 200
    answer: Any = {"translatedText": "您好"}
    asked: list[dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append({"path": self.path, **body})
        status = server.status
        if isinstance(status, list):
            status = status[len(server.asked) - 1]
        answer = server.answer
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server(settings: Any) -> Iterator[Translator]:
    server = Translator(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    settings.LIBRETRANSLATE_URL = f"http://127.0.0.1:{server.server_port}/"
    settings.LIBRETRANSLATE_API_KEY = ""
    yield server
    server.shutdown()
    server.server_close()


def test_text_is_translated_by_the_operators_server(server: Translator, settings: Any) -> None:
    settings.LIBRETRANSLATE_API_KEY = "secret"
    assert translate("Hello", "zh") == "您好"
    assert server.asked == [
        {
            "path": "/translate",
            "q": "Hello",
            "source": "auto",
            "target": "zh",
            "format": "text",
            "api_key": "secret",
        }
    ]


def test_chinese_is_asked_for_by_its_newer_name_too(server: Translator) -> None:
    server.status = [400, 200]  # type: ignore[assignment]
    assert translate("Hello", "zh") == "您好"
    assert [asked["target"] for asked in server.asked] == ["zh", "zh-Hans"]


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (400, {"error": "es is not supported"}, "does not know this language"),
        (429, {}, "no more for now"),
        (403, {}, "needs a key"),
        (500, {}, "code 500"),
        (302, {}, "code 302"),
        (200, b"<html>", "does not answer as it should"),
        (200, {"translatedText": 5}, "does not answer as it should"),
        (200, ["x"], "does not answer as it should"),
        (200, {"translatedText": "x" * MOST_BYTES}, "does not answer as it should"),
    ],
)
def test_what_goes_wrong_is_said_in_plain_words(
    server: Translator, status: int, answer: Any, said: str
) -> None:
    server.status, server.answer = status, answer
    with pytest.raises(TranslationError, match=said):
        translate("Hello", "es")


def test_nobody_at_the_address_is_said(settings: Any) -> None:
    settings.LIBRETRANSLATE_URL = "http://127.0.0.1:9"
    with pytest.raises(TranslationError, match="does not answer"):
        translate("Hello", "es")


@pytest.mark.parametrize(
    ("text", "said"), [(" \n", "nothing to translate"), ("x" * (MOST_LETTERS + 1), "too long")]
)
def test_empty_and_endless_texts_are_not_sent(server: Translator, text: str, said: str) -> None:
    with pytest.raises(TranslationError, match=said):
        translate(text, "es")
    assert server.asked == []


def test_link_holds_the_text_encoded_and_nothing_of_it_is_read_as_a_blank() -> None:
    link = translator_link("a&b=#{language} /?", "zh")
    assert "tl=zh-CN&" in link
    assert "text=a%26b%3D%23%7Blanguage%7D%20%2F%3F&" in link


def test_no_link_for_a_text_that_no_address_holds(settings: Any) -> None:
    assert translator_link("x" * 5000, "zh") == ""
    assert translator_link("  ", "zh") == ""
    settings.TRANSLATOR_URL = ""
    assert translator_link("Hello", "zh") == ""
