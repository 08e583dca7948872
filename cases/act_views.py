"""What can be done with a case from its page: each parses one form and calls one service."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import pages, services
from cases.case_page import case_page, find_case
from cases.composing_forms import ComposedForm
from cases.errors import CaseError
from cases.forms import (
    AssignForm,
    DecisionForm,
    EscalateForm,
    MoveForm,
    NoteForm,
    OwnFollowUpForm,
    ReopenForm,
    ReplyForm,
    SettleForm,
    SnoozeForm,
)
from cases.list_views import back_to_today
from cases.models import Case, FollowUp
from cases.presence_views import KNOWS_OF_OTHERS, ask_whether_both_wrote
from cases.vocabulary import Turn
from households.requests import MemberRequest, writers_only
from sellers.profiles import get_profile

UNPROCESSABLE = 422


def _act(
    request: MemberRequest,
    public_id: str,
    name: str,
    make_form: Callable[[Case], Form],
    act: Callable[[Case, dict[str, Any]], object],
) -> HttpResponse:
    """Parse one form of the case's page, call one service, and go back to the page."""
    case = find_case(request, public_id)
    form = make_form(case)
    if form.is_valid():
        try:
            act(case, form.cleaned_data)
        except CaseError as fault:
            form.add_error(None, str(fault))
        else:
            return _after(request, case)
    return case_page(request, case, status=UNPROCESSABLE, **{name: form})


def _after(request: MemberRequest, case: Case) -> HttpResponse:
    """Back to where the form was: the case's page, or Today as it was narrowed."""
    if "back" not in request.POST:
        return redirect("case_detail", household=request.household.public_id, case=case.public_id)
    case.refresh_from_db()
    messages.success(request, _noted(case))
    return back_to_today(request, request.POST["back"])


def _noted(case: Case) -> str:
    address = reverse("case_detail", args=[case.household.public_id, case.public_id])
    link = format_html('<a href="{}">{}</a>', address, case.title)
    words = {
        Turn.OURS: _("Noted: {case}. It is still yours."),
        Turn.SELLER: _("Noted: {case}. It is the seller's turn now."),
        Turn.MARKETPLACE: _("Noted: {case}. It is the marketplace's turn now."),
    }
    return format_html(words.get(case.turn, _("Noted: {case}.")), case=link)


@writers_only
@require_POST
def attempt_new(request: MemberRequest, case: str) -> HttpResponse:
    try:
        return _act(
            request,
            case,
            "attempt_form",
            lambda row: ComposedForm(get_profile(row.seller.marketplace), request.POST),
            lambda row, cleaned: services.log_as_one_voice(
                member=request.member,
                cases=[row, *_named_companions(request, row)],
                channel=cleaned["channel"],
                sent_at=cleaned["sent_at"] or request.now,
                body=cleaned["body"],
                translation=cleaned["translation"],
                knows_of_others=KNOWS_OF_OTHERS in request.POST,
                now=request.now,
            ),
        )
    except services.AnotherWrote as found:
        return ask_whether_both_wrote(request, find_case(request, case), found)


def _named_companions(request: MemberRequest, case: Case) -> list[Case]:
    """The other cases that the message was about, by the form; only those that may be."""
    named = set(request.POST.getlist("also"))
    return [other for other in pages.companions_of(case) if str(other.public_id) in named]


@writers_only
@require_POST
def reply_new(request: MemberRequest, case: str) -> HttpResponse:
    return _act(
        request,
        case,
        "reply_form",
        lambda row: ReplyForm(get_profile(row.seller.marketplace), request.POST),
        lambda row, cleaned: services.log_reply(
            member=request.member,
            case=row,
            channel=cleaned["channel"],
            received_at=cleaned["received_at"] or request.now,
            body=cleaned["body"],
            is_automatic=cleaned["is_automatic"],
            now=request.now,
        ),
    )


@writers_only
@require_POST
def reply_is_answer(request: MemberRequest, case: str) -> HttpResponse:
    """The last reply, taken for an automatic one, was written by a person."""
    row = find_case(request, case)
    last = row.replies.last()
    if last is not None:
        services.count_reply_as_answer(member=request.member, case=row, reply=last, now=request.now)
    return redirect("case_detail", household=request.household.public_id, case=row.public_id)


@writers_only
@require_POST
def note_new(request: MemberRequest, case: str) -> HttpResponse:
    return _act(
        request,
        case,
        "note_form",
        lambda _row: NoteForm(request.member, request.POST),
        lambda row, cleaned: services.add_note(
            member=request.member,
            case=row,
            text=cleaned["text"],
            tell=[cleaned["tell"]] if cleaned["tell"] else [],
            now=request.now,
        ),
    )


@writers_only
@require_POST
def case_escalate(request: MemberRequest, case: str) -> HttpResponse:
    return _act(
        request,
        case,
        "escalate_form",
        lambda _row: EscalateForm(request.POST),
        lambda row, cleaned: services.escalate_case(
            member=request.member,
            case=row,
            kind=cleaned["kind"],
            opened_at=cleaned["opened_at"] or request.now,
            reference=cleaned["reference"],
            statement=cleaned["statement"],
            now=request.now,
        ),
    )


@writers_only
@require_POST
def decision_new(request: MemberRequest, case: str) -> HttpResponse:
    return _act(
        request,
        case,
        "decision_form",
        lambda _row: DecisionForm(request.POST),
        lambda row, cleaned: services.log_decision(
            member=request.member,
            case=row,
            ruling=cleaned["ruling"],
            decided_at=cleaned["decided_at"] or request.now,
            text=cleaned["text"],
            now=request.now,
        ),
    )


@writers_only
@require_POST
def case_settle(request: MemberRequest, case: str) -> HttpResponse:
    return _act(
        request,
        case,
        "settle_form",
        lambda row: SettleForm(row.currency or request.household.currency, request.POST),
        lambda row, cleaned: services.settle_case(
            member=request.member,
            case=row,
            outcome=cleaned["outcome"],
            refunded=cleaned["refunded"],
            note=cleaned["note"],
            now=request.now,
        ),
    )


@writers_only
@require_POST
def case_reopen(request: MemberRequest, case: str) -> HttpResponse:
    return _act(
        request,
        case,
        "reopen_form",
        lambda _row: ReopenForm(request.POST),
        lambda row, cleaned: services.reopen_case(
            member=request.member, case=row, reason=cleaned["reason"], now=request.now
        ),
    )


@writers_only
@require_POST
def case_snooze(request: MemberRequest, case: str) -> HttpResponse:
    return _act(
        request,
        case,
        "snooze_form",
        lambda _row: SnoozeForm(request.POST),
        lambda row, cleaned: services.snooze_case(
            member=request.member, case=row, until=cleaned["until"], now=request.now
        ),
    )


@writers_only
@require_POST
def case_assign(request: MemberRequest, case: str) -> HttpResponse:
    return _act(
        request,
        case,
        "assign_form",
        lambda _row: AssignForm(request.household, request.POST),
        lambda row, cleaned: services.assign_case(
            member=request.member, case=row, assignee=cleaned["assignee"], now=request.now
        ),
    )


@writers_only
@require_POST
def follow_up_new(request: MemberRequest, case: str) -> HttpResponse:
    return _act(
        request,
        case,
        "own_form",
        lambda _row: OwnFollowUpForm(request.POST),
        lambda row, cleaned: services.add_follow_up(
            member=request.member,
            case=row,
            due_at=cleaned["due_at"],
            note=cleaned["note"],
            now=request.now,
        ),
    )


def _follow_up(request: MemberRequest, case: Case, public_id: str) -> FollowUp:
    rows = FollowUp.objects.of(request.household).filter(case=case)
    return get_object_or_404(rows, public_id=public_id)


@writers_only
@require_POST
def follow_up_move(request: MemberRequest, case: str, follow_up: str) -> HttpResponse:
    step = _follow_up(request, find_case(request, case), follow_up)
    return _act(
        request,
        case,
        "move_form",
        lambda _row: MoveForm(request.POST),
        lambda _row, cleaned: services.move_follow_up(
            member=request.member, follow_up=step, due_at=cleaned["due_at"], now=request.now
        ),
    )


@writers_only
@require_POST
def follow_up_skip(request: MemberRequest, case: str, follow_up: str) -> HttpResponse:
    row = find_case(request, case)
    try:
        services.skip_follow_up(
            member=request.member, follow_up=_follow_up(request, row, follow_up), now=request.now
        )
    except CaseError as fault:
        messages.error(request, str(fault))
    return redirect("case_detail", household=request.household.public_id, case=row.public_id)
