"""The edge: one clock reading a request, the person's zone and language, and the household's door."""

import json
import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from households.models import Membership

NO_CONTENT = 204
GetResponse = Callable[[HttpRequest], HttpResponse]


class ClockMiddleware:
    """Reads the clock once: `request.now` is the moment of everything that the request does."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        return self.get_response(request)


class PersonMiddleware:
    """Shows times and words in the signed-in person's zone and language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        try:
            zone = zoneinfo.ZoneInfo(request.user.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = zoneinfo.ZoneInfo("UTC")
        language = request.user.language
        with timezone.override(zone), translation.override(language):
            response = self.get_response(request)
        # Not the browser's, which LocaleMiddleware would name.
        response.headers.setdefault("Content-Language", language)
        return response


class HouseholdMiddleware:
    """The door of /h/<household>/: who is no member gets the 404 of an address that never was.

    Views below it find `request.household` and `request.member`; the URL argument is taken away, so
    no view can look a household up by itself.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponse],
        _args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        if "household" not in kwargs:
            return None
        public_id = kwargs.pop("household")
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        mine = list(Membership.objects.active().of_user(request.user))
        member = next((one for one in mine if one.household.public_id == public_id), None)
        if member is None:
            raise Http404
        request.memberships = mine  # type: ignore[attr-defined]
        request.member = member  # type: ignore[attr-defined]
        request.household = member.household  # type: ignore[attr-defined]
        if request.session.get("household") != str(public_id):
            request.session["household"] = str(public_id)
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A part of a page is asked for by htmx, and the whole page for signing in is no part of it:
    the page is told, and goes there by itself if a person asked."""
    htmx = request.htmx  # type: ignore[attr-defined]
    if not htmx:
        return redirect_to_login(request.get_full_path())
    way = redirect_to_login(htmx.current_url_abs_path or reverse("home"))
    told = json.dumps({"signed-out": {"at": way.url}})
    return HttpResponse(status=NO_CONTENT, headers={"HX-Trigger": told})


class PrivatePagesMiddleware:
    """What a signed-in person sees stays out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        if request.method == "POST" and request.path == reverse("account_logout"):
            # Pages kept on the device, drafts, and the worker that brings notifications.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response
