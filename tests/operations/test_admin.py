import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import CaseEvent, FollowUp
from cases.sweep import sweep
from operations.dashboard import gather
from operations.pulses import BEAT, SELF_TICK, record_pulse
from reminders.models import Notification
from tests.cases.test_sweep import due_now, waiting_case
from tests.stock import NOW, Home, make_home

pytestmark = pytest.mark.django_db
MODELS = [m for m in admin.site._registry if not m.__module__.startswith("allauth")]


@pytest.fixture
def home() -> Home:
    made = make_home()
    case = waiting_case(made)
    due_now(case)
    sweep(now=NOW)
    return made


@pytest.fixture
def operator(home: Home) -> Client:
    user = home.owner.user
    user.is_staff = user.is_superuser = True
    user.save()
    return home.client


def test_every_model_of_ours_is_registered() -> None:
    from django.apps import apps

    ours = {
        "households",
        "sellers",
        "orders",
        "cases",
        "reminders",
        "operations",
        "inbound",
        "webhooks",
    }
    models = {
        m for m in apps.get_models() if m._meta.app_label in ours and "Historical" not in m.__name__
    }
    assert models <= set(admin.site._registry)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_list_of_every_model_opens_and_searches(model: type, operator: Client) -> None:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert operator.get(address).status_code == 200
    assert operator.get(address, {"q": "x"}).status_code == 200


def test_members_who_are_no_operators_are_kept_out(home: Home) -> None:
    assert home.client.get("/admin/").status_code in (302, 403)
    assert Client().get("/admin/").status_code == 302


def test_events_and_cases_cannot_be_changed_from_the_admin(operator: Client) -> None:
    event = CaseEvent.objects.first()
    address = reverse("admin:cases_caseevent_change", args=[event.pk])
    assert operator.post(address, {"reason": "other"}).status_code == 403
    assert operator.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert operator.get(reverse("admin:cases_caseevent_add")).status_code == 403


def test_front_counts_what_is_due_overdue_and_set_aside(operator: Client) -> None:
    FollowUp.objects.filter(status="pending").update(due_at=NOW)
    counts = {queue.label: queue.count for queue in gather(now=NOW).queues}
    pending = FollowUp.objects.filter(status="pending").count()
    assert counts["Steps due now"] == pending
    assert counts["Steps overdue"] == 0
    assert counts["Mails waiting"] == 1


def test_front_says_when_beat_is_silent_and_who_ticks_instead(operator: Client) -> None:
    page = operator.get("/admin/").content.decode()
    assert "nothing ticks in its place" in page
    from django.utils import timezone

    record_pulse(SELF_TICK, now=timezone.now())
    assert "ticks in its place. Start beat again." in operator.get("/admin/").content.decode()
    record_pulse(BEAT, now=timezone.now())
    assert "Beat is silent" not in operator.get("/admin/").content.decode()


def test_figures_take_a_constant_number_of_queries(home: Home) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        gather(now=NOW)
    for number in range(5):
        waiting_case(home, number=f"306909940565{number:04}")
    with CaptureQueriesContext(connection) as many:
        gather(now=NOW)
    assert len(few) == len(many)


def test_front_shows_what_went_out_and_how_late(operator: Client) -> None:
    Notification.objects.filter(channel="email").update(
        state="sent", next_try_at=NOW, sent_at=NOW + timedelta(minutes=3)
    )
    charts = {chart.title: chart for chart in gather(now=NOW + timedelta(hours=1)).charts}
    assert [bar.figure for bar in charts["Sent in the last day, by hour"].bars] == ["1"]
    late = {bar.label: bar.figure for bar in charts["How late the last day's went out"].bars}
    assert late["within five minutes"] == "1"
    assert late["within a minute"] == "0"


def test_names_of_many_are_spelled_as_english_spells_them() -> None:
    names = [str(model._meta.verbose_name_plural) for model in MODELS]
    assert [name for name in names if re.search(r"(?:s|x|z|ch|sh|[^aeiou]y)s$", name)] == []
