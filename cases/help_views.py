"""Pages of help: stages, where buttons are, what the marketplace does next, questions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases import help_pages
from households.requests import MemberRequest
from sellers.profiles import load_profiles


def _page(request: MemberRequest, name: str, **context: Any) -> HttpResponse:
    return render(request, f"cases/help_{name}.html", context)


def _marketplace(request: MemberRequest) -> dict[str, Any]:
    profile = help_pages.marketplace_of(request.household, request.GET.get("marketplace", ""))
    return {"profile": profile, "profiles": load_profiles().values()}


@require_GET
def help_index(request: MemberRequest) -> HttpResponse:
    return _page(request, "index", **_marketplace(request))


@require_GET
def help_stages(request: MemberRequest) -> HttpResponse:
    return _page(request, "stages", stages=help_pages.stages())


@require_GET
def help_channels(request: MemberRequest) -> HttpResponse:
    return _page(request, "channels", **_marketplace(request))


@require_GET
def help_afterwards(request: MemberRequest) -> HttpResponse:
    shown = _marketplace(request)
    groups = help_pages.afterwards_in_general(shown["profile"])
    return _page(request, "afterwards", **shown, groups=groups)


@require_GET
def help_questions(request: MemberRequest) -> HttpResponse:
    return _page(request, "questions", **_marketplace(request))
