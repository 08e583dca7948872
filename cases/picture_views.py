"""The page of pictures."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.pictures import draw
from households.requests import MemberRequest


@require_GET
def pictures(request: MemberRequest) -> HttpResponse:
    zone = ZoneInfo(timezone.get_current_timezone_name())
    context = {"pictures": draw(request.household, zone=zone, now=request.now)}
    return render(request, "cases/pictures.html", context)
