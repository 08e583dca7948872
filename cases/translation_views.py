"""Keeping what the messages of a case say in another language, from the page of its pack."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cases.errors import CaseError
from cases.models import Case
from cases.services import keep_translations
from cases.translations import TranslatedMessage, messages_of
from households.requests import MemberRequest, writers_only

FIELD = re.compile(r"message-(\d{1,5})", re.ASCII)
UNPROCESSABLE = 422


@writers_only
@require_POST
def pack_translations(request: MemberRequest, case: UUID) -> HttpResponse:
    rows = Case.objects.of(request.household).select_related("seller", "household")
    found = get_object_or_404(rows, public_id=case)
    typed = {
        int(named[1]): text
        for name, text in request.POST.items()
        if (named := FIELD.fullmatch(name)) and isinstance(text, str)
    }
    try:
        kept = keep_translations(member=request.member, case=found, texts=typed, now=request.now)
    except CaseError as fault:
        again = [
            TranslatedMessage(row.number, row.entry, typed.get(row.number, row.translation))
            for row in messages_of(found)
        ]
        context = {"case": found, "spoken": again, "fault": str(fault)}
        return render(request, "cases/pack.html", context, status=UNPROCESSABLE)
    said = ngettext("%(count)d translation is kept.", "%(count)d translations are kept.", kept)
    messages.success(
        request, said % {"count": kept} if kept else _("The translations are as they were.")
    )
    return redirect("pack_page", household=request.household.public_id, case=case)
