"""Pages of mail that came in: what is to sort, what became of the rest, and the address."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.errors import CaseError
from cases.models import Case
from households.paging import take_page
from households.requests import MemberRequest, owners_only, writers_only
from inbound.addresses import address_of, renew_address
from inbound.forms import SortForm
from inbound.models import InboundMail, MailboxPosition
from inbound.sorting import SortError, put_away, sort_as_order, sort_as_reply
from languages.saying import said

UNPROCESSABLE = 422
PAGE = 20
CASES_OFFERED = 200


@require_safe
def mail_list(request: MemberRequest) -> HttpResponse:
    return _list(request)


def _list(request: MemberRequest, form: SortForm | None = None, at: str = "") -> HttpResponse:
    shows_all = request.GET.get("show") == "all"
    rows = InboundMail.objects.of(request.household).select_related("case").defer("raw")
    if not shows_all:
        rows = rows.to_sort()
    page = take_page(
        rows, by=("-received_at", "public_id"), after=request.GET.get("after", ""), size=PAGE
    )
    cases = Case.objects.of(request.household).open().select_related("seller")
    shown = {str(row.public_id) for row in page.rows if row.state == InboundMail.State.WAITING}
    context = {
        "fault_above": form is not None and at not in shown,
        "page": page,
        "shows_all": shows_all,
        "cases": cases.by_urgency(request.now)[:CASES_OFFERED],
        "form": form,
        "at": at,
        "can_receive": bool(settings.INBOUND_ADDRESS),
    }
    return render(request, "inbound/list.html", context, status=UNPROCESSABLE if form else 200)


@writers_only
@require_POST
def mail_sort(request: MemberRequest, mail: str) -> HttpResponse:
    row = get_object_or_404(InboundMail.objects.of(request.household), public_id=mail)
    form = SortForm(request.household, request.POST)
    if not form.is_valid():
        return _list(request, form, str(row.public_id))
    try:
        done = _sort(request, row, form.cleaned_data["verb"], form.cleaned_data["case"])
    except (SortError, CaseError) as fault:
        form.add_error(None, str(fault))
        return _list(request, form, str(row.public_id))
    messages.success(request, done)
    return redirect("mail_list", household=request.household.public_id)


def _sort(request: MemberRequest, row: InboundMail, verb: str, case: Case | None) -> str:
    if verb == "reply" and case is not None:
        sort_as_reply(row, case=case, member=request.member, now=request.now)
        return _("Noted as the seller's answer.")
    if verb == "order":
        return said(sort_as_order(row, member=request.member, now=request.now))
    put_away(row, member=request.member)
    return _("Put away.")


@require_safe
def mail_settings(request: MemberRequest) -> HttpResponse:
    context = {
        # A viewer is told nothing that lets them put a mail before the others.
        "address": address_of(request.household) if request.member.may_write else "",
        "can_receive": bool(settings.INBOUND_ADDRESS),
        "vouches": bool(settings.INBOUND_AUTHSERV_IDS),
        "position": MailboxPosition.objects.order_by("-read_at").first(),
    }
    return render(request, "inbound/settings.html", context)


@owners_only
@require_http_methods(["POST"])
def mail_renew(request: MemberRequest) -> HttpResponse:
    renew_address(request.household, now=request.now)
    messages.success(
        request, _("This is your address. If there was another, it leads nowhere now.")
    )
    return redirect("mail_settings", household=request.household.public_id)
