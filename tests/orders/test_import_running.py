"""A large import: done in parts by the worker, told how far it is, gone on with after a crash."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from orders import import_running
from orders.import_running import (
    FORGOTTEN_AFTER,
    LEASE,
    confirm_draft,
    forget_stale_drafts,
    run_draft,
    run_waiting_drafts,
)
from orders.importing import import_part
from orders.models import ImportDraft, Order
from tests.orders.importers.files import inventory
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
COUNT = 7
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(monkeypatch) -> Home:
    monkeypatch.setattr("households.middleware.timezone.now", lambda: NOW)
    monkeypatch.setattr(import_running, "PART", 3)
    return make_home()


def draft_of(home: Home, count: int = COUNT) -> ImportDraft:
    text = inventory(*({"Order ID": f"30690994{n:04}9913"} for n in range(count)), {"Qty": "many"})
    return ImportDraft.objects.create(
        household=home.household,
        uploaded_by=home.owner,
        file_name="orders.csv",
        content=text.encode(),
        created_at=NOW,
    )


def confirmed(home: Home) -> ImportDraft:
    draft = draft_of(home)
    assert confirm_draft(draft, now=NOW)
    draft.refresh_from_db()
    return draft


def page(home: Home, draft: ImportDraft) -> str:
    return reverse("import_preview", args=[home.household.public_id, draft.public_id])


def test_the_parts_come_to_the_same_as_the_whole(home):
    draft = run_draft(confirmed(home), now=NOW)
    assert Order.objects.count() == COUNT
    assert (draft.orders_done, draft.orders_all) == (COUNT, COUNT)
    assert (draft.outcome["created"], draft.outcome["unchanged"]) == (COUNT, 0)
    assert [row["field"] for row in draft.outcome["rejected"]] == ["Qty"]
    assert draft.finished_at == NOW
    assert bytes(draft.content) == b""


def test_after_a_crash_the_next_tick_goes_on_from_the_last_part(home, monkeypatch):
    draft = confirmed(home)
    calls = []

    def crashing(**part):
        calls.append(len(part["orders"]))
        if len(calls) == 2:
            raise RuntimeError("the machine stopped")
        return import_part(**part)

    monkeypatch.setattr(import_running, "import_part", crashing)
    with pytest.raises(RuntimeError):
        run_draft(draft, now=NOW)
    draft.refresh_from_db()
    assert (draft.orders_done, Order.objects.count()) == (3, 3)
    assert run_waiting_drafts(now=NOW + timedelta(minutes=1)) == 0
    assert run_waiting_drafts(now=NOW + LEASE) == 1
    draft.refresh_from_db()
    assert calls == [3, 3, 3, 1]
    assert draft.outcome["created"] == COUNT
    assert Order.history.count() == COUNT


def test_whoever_lost_the_lease_writes_nothing_more(home, monkeypatch):
    draft = confirmed(home)

    def overtaken(**part):
        ImportDraft.objects.filter(pk=draft.pk).update(lease=draft.lease + 99)
        return import_part(**part)

    monkeypatch.setattr(import_running, "import_part", overtaken)
    run_draft(draft, now=NOW)
    draft.refresh_from_db()
    assert (Order.objects.count(), draft.orders_done, draft.outcome["created"]) == (0, 0, 0)
    monkeypatch.setattr(import_running, "import_part", import_part)
    run_waiting_drafts(now=NOW + LEASE)
    draft.refresh_from_db()
    assert (draft.outcome["created"], draft.outcome["unchanged"]) == (COUNT, 0)


def test_confirming_twice_takes_it_up_once(home):
    draft = draft_of(home)
    assert confirm_draft(draft, now=NOW)
    assert not confirm_draft(draft, now=NOW)


def test_a_large_file_is_left_to_the_worker_and_the_page_tells_how_far_it_is(home, monkeypatch):
    monkeypatch.setattr("orders.import_views.SMALL", 3)
    rung = []
    monkeypatch.setattr("orders.import_views.ring_for_imports", lambda: rung.append(1))
    draft = draft_of(home)
    answer = home.client.post(page(home, draft))
    assert answer["Location"] == page(home, draft)
    assert (rung, Order.objects.count()) == ([1], 0)
    shown = home.client.get(page(home, draft)).content.decode()
    assert "0 of 7 orders are in" in shown
    assert "every 1s" in shown
    run_waiting_drafts(now=NOW)
    shown = home.client.get(page(home, draft)).content.decode()
    assert "All is in" in shown
    assert "every 1s" not in shown


def test_pressing_the_button_again_while_it_runs_starts_nothing(home, monkeypatch):
    monkeypatch.setattr("orders.import_views.SMALL", 3)
    rung = []
    monkeypatch.setattr("orders.import_views.ring_for_imports", lambda: rung.append(1))
    draft = draft_of(home)
    for _press in range(2):
        home.client.post(page(home, draft))
    assert rung == [1]


def test_a_draft_that_nobody_confirmed_is_left_alone(home):
    draft_of(home)
    assert run_waiting_drafts(now=NOW) == 0
    assert not Order.objects.exists()


def test_a_file_that_was_never_confirmed_is_forgotten_and_nothing_else(home):
    stale, running = draft_of(home), confirmed(home)
    assert forget_stale_drafts(now=NOW + FORGOTTEN_AFTER) == 0
    assert forget_stale_drafts(now=NOW + FORGOTTEN_AFTER + timedelta(seconds=1)) == 1
    assert list(ImportDraft.objects.all()) == [running]
    assert home.client.get(page(home, stale)).status_code == 404


RING = """
import threading
import config.wsgi
from orders.tasks import run_imports
asking = threading.Thread(target=lambda: print(run_imports.app.conf.broker_url))
asking.start()
asking.join()
"""


def test_a_thread_of_the_web_server_rings_through_our_broker(tmp_path):
    here = {"DATA_DIR": str(tmp_path), "WATCHDOG": "false", "PATH": os.environ["PATH"]}
    said = subprocess.run(
        [sys.executable, "-c", RING], cwd=ROOT, env=here, capture_output=True, text=True, timeout=60
    )
    assert said.stdout == "filesystem://\n", said.stderr
