"""The page of the days ahead: every step that will fire and every message, before it happens."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from households.requests import MemberRequest
from reminders.ahead import DAYS_AHEAD, look_ahead
from reminders.ahead_days import days_of


@require_GET
def ahead(request: MemberRequest) -> HttpResponse:
    found = look_ahead(request.household, now=request.now)
    only = _day(request.GET.get("day", ""))
    context = {
        "days": days_of(found, request.member, only=only),
        "only": only,
        "length": DAYS_AHEAD,
        "until": found.until,
    }
    return render(request, "reminders/ahead.html", context)


def _day(text: str) -> date | None:
    """'2026-12-03'; None for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
