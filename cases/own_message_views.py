"""The household's own messages: listed, written, changed and removed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.blanks import BLANKS
from cases.composing_forms import OwnMessageForm
from cases.errors import CaseError
from cases.own_messages import OwnMessage
from cases.services.own_messages import (
    FIELDS,
    MOST_OWN_MESSAGES,
    change_own_message,
    keep_own_message,
    remove_own_message,
)
from households.conflicts import EditConflict
from households.requests import MemberRequest, writers_only

UNPROCESSABLE, CONFLICT = 422, 409


@require_GET
def own_message_list(request: MemberRequest) -> HttpResponse:
    rows = OwnMessage.objects.of(request.household)[:MOST_OWN_MESSAGES]
    return render(request, "cases/own_message_list.html", {"own_messages": rows})


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def own_message_new(request: MemberRequest) -> HttpResponse:
    form = OwnMessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in FIELDS}
        try:
            keep_own_message(member=request.member, now=request.now, **fields)
        except CaseError as fault:
            form.add_error(None, str(fault))
        else:
            return _done(request, _("The message is kept."))
    return _form_page(request, form)


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def own_message_edit(request: MemberRequest, own_message: str) -> HttpResponse:
    row = _find(request, own_message)
    initial = {name: getattr(row, name) for name in (*FIELDS, "version")}
    form = OwnMessageForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_own_message(
                member=request.member,
                message=row,
                version=form.cleaned_data["version"] or 0,
                changes={name: form.cleaned_data[name] for name in FIELDS},
                now=request.now,
            )
        except EditConflict as conflict:
            # Sent again, the form says: having seen what changed, save mine.
            form.data = {**request.POST.dict(), "version": conflict.version}
            return _form_page(request, form, own_message=row, conflict=conflict)
        except CaseError as fault:
            form.add_error(None, str(fault))
        else:
            return _done(request, _("Saved."))
    return _form_page(request, form, own_message=row)


@writers_only
@require_POST
def own_message_remove(request: MemberRequest, own_message: str) -> HttpResponse:
    remove_own_message(member=request.member, message=_find(request, own_message))
    return _done(request, _("The message is removed. What was sent stays in its cases."))


def _find(request: MemberRequest, public_id: str) -> OwnMessage:
    return get_object_or_404(OwnMessage.objects.of(request.household), public_id=public_id)


def _done(request: MemberRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("own_message_list", household=request.household.public_id)


def _form_page(request: MemberRequest, form: OwnMessageForm, **more: Any) -> HttpResponse:
    status = CONFLICT if "conflict" in more else UNPROCESSABLE if form.is_bound else 200
    context = {"form": form, "blanks": [f"{{{name}}}" for name in BLANKS], **more}
    return render(request, "cases/own_message_form.html", context, status=status)
