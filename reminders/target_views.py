"""The page of a member's own targets: added, tested, removed."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from households.requests import MemberRequest
from reminders.models import ReminderTarget
from reminders.targets import TargetError, add_target, remove_target, shown_address, test_target
from reminders.web_push import public_key, read_subscription

UNPROCESSABLE = 422


class TargetForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=1000,
        help_text=gettext_lazy("As Apprise writes it, for example ntfy://ntfy.sh/my-topic"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: MemberRequest) -> HttpResponse:
    form = TargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            target = add_target(member=request.member, **form.cleaned_data, now=request.now)
        except TargetError as fault:
            form.add_error("url", str(fault))
        else:
            return _test(request, target)
    return _page(request, form)


def _page(request: MemberRequest, form: TargetForm) -> HttpResponse:
    rows = [(row, shown_address(row)) for row in request.member.reminder_targets.all()]
    context = {"form": form, "rows": rows, "push_key": public_key()}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "reminders/targets.html", context, status=status)


@require_POST
def push_new(request: MemberRequest) -> HttpResponse:
    """The browser that asks is told from now on."""
    try:
        url = read_subscription(request.POST.get("subscription", ""))
        target = add_target(member=request.member, name=_("A browser"), url=url, now=request.now)
    except TargetError as fault:
        messages.error(request, str(fault))
    except (ValueError, KeyError, TypeError):
        messages.error(request, _("This browser gave no address to remind you at. Try again."))
    else:
        return _test(request, target)
    return redirect("targets", household=request.household.public_id)


def _test(request: MemberRequest, target: ReminderTarget) -> HttpResponse:
    fault = test_target(target, now=request.now)
    if fault:
        messages.error(request, f"{target.name}: {fault}")
    else:
        words = _("A test was sent to %(name)s. Look whether it came.")
        messages.success(request, words % {"name": target.name})
    return redirect("targets", household=request.household.public_id)


def _target(request: MemberRequest, public_id: str) -> ReminderTarget:
    return get_object_or_404(request.member.reminder_targets, public_id=public_id)


@require_POST
def target_test(request: MemberRequest, target: str) -> HttpResponse:
    return _test(request, _target(request, target))


@require_POST
def target_remove(request: MemberRequest, target: str) -> HttpResponse:
    remove_target(_target(request, target))
    return redirect("targets", household=request.household.public_id)
