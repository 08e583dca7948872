"""The page on which a member says of what, when and how they are reminded."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from households.models import Membership
from households.requests import MemberRequest
from reminders.bounces import turn_on_again
from reminders.choice_forms import ReminderChoicesForm
from reminders.choices import choices_of, choose
from reminders.models import Channel, MailBounce

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def reminder_settings(request: MemberRequest) -> HttpResponse:
    chosen = choices_of([request.member])[request.member.pk]
    timing = chosen.timing
    form = ReminderChoicesForm(
        request.POST or None,
        instance=request.member,
        moments=dict(chosen.moments),
        channels=_channels(request.member),
        initial={
            "quiet_from": timing.quiet_from,
            "quiet_until": timing.quiet_until,
            "urgent_breaks_through": timing.urgent_breaks_through,
            "digest_at": timing.digest_at,
            "digest_weekday": timing.digest_weekday,
        },
    )
    if request.method == "POST" and form.is_valid():
        member = form.save(commit=False)
        choose(member=member, timing=form.timing(), moments=form.moments(), now=request.now)
        messages.success(request, _("Saved."))
        return redirect("reminder_settings", household=request.household.public_id)
    status = UNPROCESSABLE if form.is_bound else 200
    bounce = MailBounce.objects.filter(user=request.user).first()
    context = {"form": form, "bounce": bounce}
    return render(request, "reminders/choices.html", context, status=status)


def _channels(member: Membership) -> list[Channel]:
    own = [Channel.TARGETS] if member.reminder_targets.exists() else []
    return [Channel.EMAIL, Channel.INBOX, *own]


@require_POST
def address_on(request: MemberRequest) -> HttpResponse:
    turn_on_again(request.user)
    messages.success(request, _("Mails are sent to you again."))
    return redirect("reminder_settings", household=request.household.public_id)
