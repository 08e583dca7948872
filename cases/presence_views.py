"""Who else is at a case, and the question to the second of two who wrote to one seller."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from cases.models import Case, CasePresence
from cases.presence import note_presence, others_at
from cases.services import AnotherWrote
from households.requests import MemberRequest, writers_only

CONFLICT = 409
Doing = CasePresence.Doing
KNOWS_OF_OTHERS = "knows"


@writers_only
@require_POST
def presence(request: MemberRequest, case: UUID) -> HttpResponse:
    """The member is at the case; answers who else is. The page asks by itself while it is open."""
    rows = Case.objects.of(request.household).select_related("seller")
    row = get_object_or_404(rows, public_id=case)
    is_writing = request.POST.get("doing") == Doing.WRITING
    note_presence(
        member=request.member,
        case=row,
        doing=Doing.WRITING if is_writing else Doing.LOOKING,
        now=request.now,
    )
    if not request.htmx:
        return redirect("case_detail", household=request.household.public_id, case=case)
    others = others_at(row, member=request.member, now=request.now)
    return render(request, "cases/_presence.html#said", {"others": others})


def ask_whether_both_wrote(request: MemberRequest, case: Case, found: AnotherWrote) -> HttpResponse:
    """What was typed is kept in the page, and sent again by its button."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", KNOWS_OF_OTHERS}
        for value in values
    ]
    context = {"case": case, "event": found.event, "kept": kept, "body": found.body}
    return render(request, "cases/both_wrote.html", context, status=CONFLICT)
