"""Pages on which owners make, see and end a case's links for outsiders."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from cases.errors import CaseError
from cases.models import Case, ViewerLink
from cases.viewer_links import DAYS, LONGEST_LABEL, end_link, make_link
from households.requests import MemberRequest, owners_only

UNPROCESSABLE = 422
LINKS_SHOWN = 30


class ViewerLinkForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("For whom?"),
        max_length=LONGEST_LABEL,
        help_text=gettext_lazy("Only you see this. For example: consumer advice, Mrs Kern"),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long does it work?"),
        coerce=int,
        initial=7,
        choices=lambda: [(days, ngettext("%d day", "%d days", days) % days) for days in DAYS],
    )


@require_GET
def viewer_links(request: MemberRequest, case: UUID) -> HttpResponse:
    return _page(request, _case(request, case), ViewerLinkForm())


def _case(request: MemberRequest, public_id: UUID) -> Case:
    return get_object_or_404(Case.objects.of(request.household), public_id=public_id)


def _page(
    request: MemberRequest, case: Case, form: ViewerLinkForm, *, url: str = "", status: int = 200
) -> HttpResponse:
    rows = ViewerLink.objects.of(request.household).filter(case=case)
    links = [
        (link, link.is_over(request.now))
        for link in rows.select_related("made_by__user")[:LINKS_SHOWN]
    ]
    context = {"case": case, "form": form, "links": links, "url": url}
    return render(request, "cases/viewer_links.html", context, status=status)


@owners_only
@require_POST
def viewer_link_new(request: MemberRequest, case: UUID) -> HttpResponse:
    """The address is shown once, in the answer to the press that made it."""
    row = _case(request, case)
    form = ViewerLinkForm(request.POST)
    if form.is_valid():
        try:
            _link, url = make_link(
                owner=request.member, case=row, now=request.now, **form.cleaned_data
            )
        except CaseError as fault:
            form.add_error(None, str(fault))
        else:
            return _page(request, row, ViewerLinkForm(), url=url)
    return _page(request, row, form, status=UNPROCESSABLE)


@owners_only
@require_POST
def viewer_link_end(request: MemberRequest, case: UUID, link: UUID) -> HttpResponse:
    rows = ViewerLink.objects.of(request.household).filter(case=_case(request, case))
    row = get_object_or_404(rows.select_related("case"), public_id=link)
    end_link(owner=request.member, link=row, now=request.now)
    messages.success(request, _("The link works no more."))
    return redirect("viewer_links", household=request.household.public_id, case=case)
