"""What makes Parley an app on a phone."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tests.cases.test_sweep import waiting_case
from tests.stock import make_home

pytestmark = pytest.mark.django_db
MOST_COMPRESSED = 100 * 1024


def test_manifest_names_icons_that_exist() -> None:
    about = json.loads(Client().get("/manifest.webmanifest").content)
    assert about["display"] == "standalone"
    for icon in about["icons"]:
        assert finders.find(icon["src"].removeprefix(settings.STATIC_URL))


def test_worker_is_served_at_the_root_and_looked_for_anew() -> None:
    answer = Client().get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]


def test_worker_keeps_only_files_that_exist() -> None:
    code = Path(settings.ROOT, "static", "sw.js").read_text()
    for path in re.findall(r'"/static/([^"]+)"', code):
        assert finders.find(path), path


def test_signing_out_clears_the_device() -> None:
    home = make_home()
    assert home.client.post("/account/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert not Client().get("/account/login/").has_header("Clear-Site-Data")


def test_first_load_stays_below_a_hundred_kilobytes() -> None:
    home = make_home()
    case = waiting_case(home)
    for path in ("", f"cases/{case.public_id}/", "orders/"):
        page = home.client.get(home.path(path)).content.decode()
        files = set(re.findall(r'(?:src|href)="/static/([^"]+\.(?:js|css))"', page))
        assert files
        size = sum(len(gzip.compress(Path(finders.find(file)).read_bytes())) for file in files)
        assert size < MOST_COMPRESSED, (path, size)


def test_no_page_loads_anything_from_another_host() -> None:
    home = make_home()
    case = waiting_case(home)
    for path in ("", "cases/", f"cases/{case.public_id}/", "orders/", "sellers/", "inbox/"):
        page = home.client.get(home.path(path)).content.decode()
        assert not re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', page), path
