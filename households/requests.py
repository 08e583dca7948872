"""The request as views see it after the middleware, and who may call which view."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from households.models import Household, Membership, User

P = ParamSpec("P")


class PersonRequest(HttpRequest):
    """A request of a signed-in person."""

    now: datetime
    user: User
    htmx: HtmxDetails


class MemberRequest(PersonRequest):
    """A request below /h/<household>/: HouseholdMiddleware has let the member in."""

    household: Household
    member: Membership


def writers_only(
    view: Callable[Concatenate[MemberRequest, P], HttpResponse],
) -> Callable[Concatenate[MemberRequest, P], HttpResponse]:
    """Owners and adults; a viewer gets 403 with a sentence that says so."""

    @wraps(view)
    def checked(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.member.may_write:
            raise PermissionDenied(_("Viewers can look at everything but change nothing."))
        return view(request, *args, **kwargs)

    return checked


def owners_only(
    view: Callable[Concatenate[MemberRequest, P], HttpResponse],
) -> Callable[Concatenate[MemberRequest, P], HttpResponse]:
    @wraps(view)
    def checked(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.member.is_owner:
            raise PermissionDenied(_("Only an owner of the household can do this."))
        return view(request, *args, **kwargs)

    return checked
