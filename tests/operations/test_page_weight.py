"""What the browser loads: little, compressed, and from nowhere else."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from cases.models import Case
from households.models import Household
from operations.compression import CompressionMiddleware
from operations.demo import make_demo_household
from orders.models import Order
from sellers.models import Seller

pytestmark = pytest.mark.django_db
MOST_BYTES = 100_000
LOADED = re.compile(r'<(?:script[^>]*\ssrc|link[^>]*\shref|img[^>]*\ssrc)="([^"]+)"')
IMPORTED = re.compile(r'(?:^|\s)import\b[^"\';]*["\'](?P<name>[^"\']+)["\']', re.MULTILINE)


@pytest.fixture
def client() -> Client:
    demo = make_demo_household(now=timezone.now())
    assert demo is not None
    client = Client()
    client.force_login(Household.objects.get().memberships.filter(role="owner").get().user)
    return client


def pages() -> list[str]:
    base = f"/h/{Household.objects.get().public_id}/"
    places = ["", "cases/", "cases/new/", "orders/", "orders/new/", "orders/import/", "sellers/"]
    places += ["ahead/", "pictures/", "inbox/", "household/", "household/reminders/"]
    places += [f"cases/{case.public_id}/" for case in Case.objects.all()]
    places += [f"cases/{Case.objects.all()[0].public_id}/evidence/new/"]
    places += [f"orders/{Order.objects.all()[0].public_id}/"]
    places += [f"sellers/{Seller.objects.all()[0].public_id}/"]
    return [base + place for place in places]


def files_of(html: str) -> set[str]:
    """The scripts and style sheets of a page, with what they import."""
    found: set[str] = set()
    ahead = [a for a in LOADED.findall(html) if urlsplit(a).path.endswith((".js", ".css"))]
    while ahead:
        address = ahead.pop()
        if address in found:
            continue
        found.add(address)
        for match in IMPORTED.finditer(text_of(address)):
            ahead.append(str(Path(address).parent / match["name"]))
    return found


def text_of(address: str) -> str:
    path = finders.find(address.removeprefix("/static/"))
    assert isinstance(path, str), address
    return Path(path).read_text()


def test_a_first_load_of_any_page_is_under_100_kilobytes_compressed(client: Client) -> None:
    weights = {}
    for page in pages():
        answer = client.get(page)
        assert answer.status_code == 200, page
        files = files_of(answer.content.decode())
        weights[page] = sum(len(gzip.compress(text_of(f).encode())) for f in files)
    assert max(weights.values()) < MOST_BYTES, weights
    assert min(weights.values()) > 10_000, "the files of a page were not found"


def test_no_page_loads_anything_from_another_host(client: Client) -> None:
    for page in [*pages(), "/account/login/", "/offline/"]:
        html = client.get(page).content.decode()
        for address in LOADED.findall(html):
            assert not urlsplit(address).netloc, (page, address)
        for file in files_of(html):
            assert not re.search(r"url\(['\"]?(?:https?:)?//", text_of(file)), file


def test_pages_are_sent_compressed_to_whoever_can_read_it(client: Client) -> None:
    path = pages()[0]
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert b"<title>" in gzip.decompress(packed.content)


def test_style_and_script_are_sent_compressed_too(client: Client) -> None:
    for name in ("parley.css", "parley.js"):
        answer = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        assert gzip.decompress(b"".join(answer.streaming_content)).decode() == text_of(name)


@pytest.mark.parametrize(
    ("kind", "status"), [("video/mp4", 200), ("image/png", 200), ("text/plain", 206)]
)
def test_pictures_films_and_parts_of_files_are_sent_as_they_are(kind: str, status: int) -> None:
    body = b"0" * 5000
    middleware = CompressionMiddleware(
        lambda _request: HttpResponse(body, content_type=kind, status=status)
    )
    answer = middleware(RequestFactory().get("/", headers={"Accept-Encoding": "gzip"}))
    assert "Content-Encoding" not in answer
    assert answer.content == body
