"""The calendar feed, and the page on which a member makes, renews and ends its link."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from households.requests import MemberRequest, PersonRequest
from reminders.calendar_feed import end_link, make_link, read_feed
from reminders.models import CalendarFeed


@require_safe
def calendar_feed(request: PersonRequest, token: str) -> HttpResponse:
    text = read_feed(token, now=request.now)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="parley.ics"'
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_settings(request: MemberRequest) -> HttpResponse:
    """The link is shown once, in the answer to the press that made it."""
    link = make_link(request.member, now=request.now) if request.method == "POST" else None
    feed = CalendarFeed.objects.filter(member=request.member).first()
    context = {"feed": feed, "link": link}
    return render(request, "reminders/calendar.html", context)


@require_POST
def calendar_end(request: MemberRequest) -> HttpResponse:
    end_link(request.member)
    return redirect("calendar_settings", household=request.household.public_id)
