"""The page of a household's webhooks: added, tested, removed, and the log of every try."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from households.requests import MemberRequest, owners_only
from webhooks.models import HouseholdWebhook, WebhookMessage
from webhooks.telling import (
    WebhookError,
    add_webhook,
    send_message_again,
    send_test,
    turn_on,
)

UNPROCESSABLE = 422
MESSAGES_SHOWN = 20


class WebhookForm(forms.Form):
    url = forms.CharField(label=gettext_lazy("Address"), max_length=500)


@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: MemberRequest) -> HttpResponse:
    """The secret is shown once, in the answer to the press that made it."""
    form = WebhookForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            made = add_webhook(
                household=request.household, url=form.cleaned_data["url"], now=request.now
            )
        except WebhookError as fault:
            form.add_error("url", str(fault))
        else:
            form = WebhookForm()
    rows = HouseholdWebhook.objects.of(request.household)
    log = WebhookMessage.objects.filter(webhook__in=rows).select_related("webhook")
    context = {
        "form": form,
        "made": made,
        "rows": rows,
        "log": log.prefetch_related("tries")[:MESSAGES_SHOWN],
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "webhooks/list.html", context, status=status)


def _webhook(request: MemberRequest, public_id: str) -> HouseholdWebhook:
    return get_object_or_404(HouseholdWebhook.objects.of(request.household), public_id=public_id)


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("webhooks", household=request.household.public_id)


@owners_only
@require_POST
def webhook_test(request: MemberRequest, webhook: str) -> HttpResponse:
    message = send_test(_webhook(request, webhook), now=request.now)
    last = message.tries.first()
    if message.state == WebhookMessage.State.TOLD:
        messages.success(request, _("The program took the test."))
    elif last is not None and last.status:
        words = _("The program did not take the test: it answered %(status)d %(detail)s.")
        messages.error(request, words % {"status": last.status, "detail": last.detail})
    else:
        words = _("The program was not reached: %(why)s.")
        messages.error(request, words % {"why": last.detail if last else ""})
    return _back(request)


@owners_only
@require_POST
def webhook_on(request: MemberRequest, webhook: str) -> HttpResponse:
    turn_on(_webhook(request, webhook))
    return _back(request)


@owners_only
@require_POST
def webhook_remove(request: MemberRequest, webhook: str) -> HttpResponse:
    _webhook(request, webhook).delete()
    return _back(request)


@owners_only
@require_POST
def webhook_again(request: MemberRequest, message: str) -> HttpResponse:
    rows = HouseholdWebhook.objects.of(request.household)
    mine = WebhookMessage.objects.filter(webhook__in=rows)
    send_message_again(get_object_or_404(mine, public_id=message), now=request.now)
    messages.success(request, _("It is sent again with the next tick."))
    return _back(request)
