"""Pages behind the links of a mail: opened without signing in, and nothing happens before a press."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cases.drafts import draft_message
from cases.errors import CaseError
from cases.forms import AttemptForm, EscalateForm, ReplyForm, SettleForm
from cases.pages import cases_with_lines, line_of
from cases.services import AnotherWrote
from households.requests import PersonRequest
from reminders.choices import zone_of
from reminders.letters import has_moved_on
from reminders.mail_actions import MovedOn, do_by_mail, is_done, stop_mail
from reminders.mail_links import Verb, read_action, read_unsubscription, verb_label
from reminders.models import Notification
from sellers.profiles import get_profile

UNPROCESSABLE, GONE = 422, 410
KNOWS_OF_OTHERS = "knows_of_others"
MOVED_ON = {"has_moved_on": True}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_action(request: PersonRequest, token: str) -> HttpResponse:
    found = read_action(token)
    if found is None:
        return render(request, "reminders/mail_link_gone.html", status=GONE)
    notification, verb = found
    zone = zone_of(notification.member)
    with translation.override(notification.member.user.language), timezone.override(zone):
        return _action_page(request, notification, verb)


def _action_page(request: PersonRequest, notification: Notification, verb: Verb) -> HttpResponse:
    form = _form_of(request, notification, verb)
    context = {
        "notification": notification,
        "case": notification.case,
        "label": verb_label(verb, notification.kind),
        "form": form,
        "is_done": is_done(notification, verb),
    }
    if not context["is_done"] and has_moved_on(notification):
        return render(request, "reminders/mail_action.html", context | MOVED_ON, status=GONE)
    if request.method != "POST":
        return render(request, "reminders/mail_action.html", context)
    if form.is_valid():
        try:
            said = form.cleaned_data | {KNOWS_OF_OTHERS: KNOWS_OF_OTHERS in request.POST}
            do_by_mail(notification=notification, verb=verb, said=said, now=request.now)
        except MovedOn:
            return render(request, "reminders/mail_action.html", context | MOVED_ON, status=GONE)
        except AnotherWrote as found:
            context["another"] = found.event
        except CaseError as fault:
            form.add_error(None, str(fault))
        else:
            context |= {"is_done": True, "is_new": True}
            return render(request, "reminders/mail_action.html", context)
    return render(request, "reminders/mail_action.html", context, status=UNPROCESSABLE)


def _form_of(request: PersonRequest, notification: Notification, verb: Verb) -> Form:
    case, data = notification.case, request.POST or None
    profile = get_profile(case.seller.marketplace)
    forms: dict[Verb, Callable[[], Form]] = {
        Verb.SENT: lambda: AttemptForm(profile, data, initial=_draft(request, notification)),
        Verb.SNOOZE: lambda: Form(data),
        Verb.ESCALATED: lambda: EscalateForm(data),
        Verb.ANSWERED: lambda: ReplyForm(profile, data),
        Verb.SETTLE: lambda: SettleForm(case.currency or notification.household.currency, data),
    }
    return forms[verb]()


def _draft(request: PersonRequest, notification: Notification) -> dict[str, Any]:
    zone = zone_of(notification.member)
    case = cases_with_lines(notification.household).get(pk=notification.case_id)
    channel = line_of(case, zone=zone, now=request.now).channel
    return {
        "channel": channel.code if channel else None,
        "body": draft_message(case, zone=zone, now=request.now).english,
    }


# A mail program posts here by itself (RFC 8058), without a cookie; the link is signed.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_leave(request: PersonRequest, token: str) -> HttpResponse:
    member = read_unsubscription(token)
    if member is None:
        return render(request, "reminders/mail_link_gone.html", status=GONE)
    is_done = request.method == "POST"
    if is_done:
        stop_mail(member)
    with translation.override(member.user.language):
        context = {"household": member.household, "is_done": is_done}
        return render(request, "reminders/mail_leave.html", context)
