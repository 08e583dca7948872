"""Pages of one case: opening it, reading it, and what can be done with it."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import pages, prospects, services
from cases.drafts import draft_joint_message, draft_message
from cases.errors import CaseError
from cases.evidence_checklist import checklist, evidence_of
from cases.forms import (
    AssignForm,
    AttemptForm,
    CaseForm,
    DecisionForm,
    EscalateForm,
    MoveForm,
    NoteForm,
    OwnFollowUpForm,
    ReopenForm,
    ReplyForm,
    SettleForm,
    SnoozeForm,
    tomorrow_morning,
)
from cases.list_views import back_to_today
from cases.models import Case, FollowUp
from cases.vocabulary import Turn
from households.conflicts import EditConflict
from households.requests import MemberRequest, writers_only
from orders.models import Order
from sellers.profiles import get_profile
from sellers.services import create_seller

UNPROCESSABLE = 422
CONFLICT = 409


def _zone(request: MemberRequest) -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def case_new(request: MemberRequest) -> HttpResponse:
    initial = {
        "currency": request.household.currency,
        "order": request.GET.get("order"),
        "seller": request.GET.get("seller"),
        "issue": "question" if request.GET.get("seller") else None,
        **_from_order(request),
    }
    form = CaseForm(request.household, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            case = _open(request, form.cleaned_data)
        except CaseError as fault:
            form.add_error("issue", str(fault))
        else:
            return redirect(
                "case_detail", household=request.household.public_id, case=case.public_id
            )
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "cases/case_form.html", {"form": form}, status=status)


def _from_order(request: MemberRequest) -> dict[str, Any]:
    number = request.GET.get("order", "")
    orders = Order.objects.of(request.household).select_related("seller")
    order = next((o for o in orders.filter(public_id=number)), None) if _is_id(number) else None
    if order is None or order.total is None:
        return {}
    return {"amount": str(order.total), "currency": order.currency}


def _is_id(text: str) -> bool:
    return len(text) == 36 and all(c in "0123456789abcdef-" for c in text)


def _open(request: MemberRequest, cleaned: dict[str, Any]) -> Case:
    order = cleaned["order"]
    seller = cleaned["seller"] or (order.seller if order else None)
    if seller is None:
        fields = {"name": cleaned["new_seller"], "marketplace": "aliexpress"}
        seller = create_seller(member=request.member, fields=fields, now=request.now)
    return services.open_case(
        member=request.member,
        seller=seller,
        order=order,
        title=cleaned["title"],
        issue=cleaned["issue"],
        goal=cleaned["goal"],
        details=cleaned["details"],
        value=cleaned["value"],
        now=request.now,
    )


def _case(request: MemberRequest, public_id: str) -> Case:
    row: Case = get_object_or_404(pages.cases_with_lines(request.household), public_id=public_id)
    return row


@require_GET
def case_detail(request: MemberRequest, case: str) -> HttpResponse:
    return _case_page(request, _case(request, case))


def _case_page(
    request: MemberRequest, case: Case, *, status: int = 200, **bound: Form
) -> HttpResponse:
    """The page of a case; `bound` puts a form that was refused back with what was typed."""
    profile = get_profile(case.seller.marketplace)
    line = pages.line_of(case, zone=_zone(request), now=request.now)
    companions = pages.companions_of(case)
    is_joint = bool(companions) and "together" in request.GET
    if is_joint:
        draft = draft_joint_message([case, *companions], zone=_zone(request), now=request.now)
    else:
        draft = draft_message(case, zone=_zone(request), now=request.now)
    evidence = list(evidence_of(case))
    later = {"until": tomorrow_morning(request.now), "due_at": tomorrow_morning(request.now)}
    channel = {"channel": line.channel.code if line.channel else None}
    context: dict[str, Any] = {
        **_time_ahead(request, case),
        "case": case,
        "line": line,
        "draft": draft,
        "companions": companions,
        "is_joint": is_joint,
        "profile": profile,
        "issue": profile.issues.get(case.issue),
        "links": _links(case),
        "timeline": pages.timeline(case),
        "plan": pages.plan_of(case),
        "evidence": evidence,
        "checklist": checklist(case, evidence),
        "attempt_form": AttemptForm(profile, initial={**channel, "body": draft.english}),
        "reply_form": ReplyForm(profile, initial=channel),
        "note_form": NoteForm(),
        "escalate_form": EscalateForm(),
        "decision_form": DecisionForm(),
        "settle_form": SettleForm(case.currency or request.household.currency),
        "reopen_form": ReopenForm(),
        "snooze_form": SnoozeForm(initial=later),
        "own_form": OwnFollowUpForm(initial=later),
        "assign_form": AssignForm(
            request.household,
            initial={"assignee": case.assignee.public_id if case.assignee else None},
        ),
    }
    return render(request, "cases/case_detail.html", {**context, **bound}, status=status)


def _time_ahead(request: MemberRequest, case: Case) -> dict[str, Any]:
    """The chance of an answer, what waiting would cost, and what the seller said."""
    words = prospects.sellers_words(case, now=request.now)
    facts = prospects.facts_of(case, now=request.now)
    if facts is None:
        return {"words": words}
    days = prospects.read_days(request.GET.get("wait", ""))
    return {
        "words": words,
        "prospect": prospects.prospect(case, facts, now=request.now),
        "what_if": prospects.what_if(case, facts, days=days, now=request.now) if days else None,
        "may_wait": True,
        "slack": prospects.slack(case, facts, now=request.now),
        "ways": prospects.ways(case, facts, now=request.now),
    }


def _links(case: Case) -> dict[str, str | None]:
    profile = get_profile(case.seller.marketplace)
    order = case.order.number if case.order else ""
    names = ("order", "tracking", "dispute", "support")
    return {name: profile.link(name, order=order) for name in names}


def _act(
    request: MemberRequest,
    public_id: str,
    name: str,
    make_form: Callable[[Case], Form],
    act: Callable[[Case, dict[str, Any]], object],
) -> HttpResponse:
    """Parse one form of the case's page, call one service, and go back to the page."""
    case = _case(request, public_id)
    form = make_form(case)
    if form.is_valid():
        try:
            act(case, form.cleaned_data)
        except CaseError as fault:
            form.add_error(None, str(fault))
        else:
            return _after(request, case)
    return _case_page(request, case, status=UNPROCESSABLE, **{name: form})


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
    return _act(
        request,
        case,
        "attempt_form",
        lambda row: AttemptForm(get_profile(row.seller.marketplace), request.POST),
        lambda row, cleaned: services.log_joint_attempt(
            member=request.member,
            cases=[row, *_named_companions(request, row)],
            channel=cleaned["channel"],
            sent_at=cleaned["sent_at"] or request.now,
            body=cleaned["body"],
            now=request.now,
        ),
    )


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
    row = _case(request, case)
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
        lambda _row: NoteForm(request.POST),
        lambda row, cleaned: services.add_note(
            member=request.member, case=row, text=cleaned["text"], now=request.now
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
    step = _follow_up(request, _case(request, case), follow_up)
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
    row = _case(request, case)
    try:
        services.skip_follow_up(
            member=request.member, follow_up=_follow_up(request, row, follow_up), now=request.now
        )
    except CaseError as fault:
        messages.error(request, str(fault))
    return redirect("case_detail", household=request.household.public_id, case=row.public_id)


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def case_edit(request: MemberRequest, case: str) -> HttpResponse:
    row = _case(request, case)
    form = CaseForm(request.household, request.POST or None, case=row, initial=_as_typed(row))
    conflict: EditConflict | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _edit(request, row, form.cleaned_data)
        except EditConflict as raised:
            conflict = raised
            # Sent again, the form says: having seen what changed, save mine.
            form.data = {**request.POST.dict(), "version": raised.version}
        except CaseError as fault:
            form.add_error("issue", str(fault))
        else:
            messages.success(request, _("Saved."))
            return redirect(
                "case_detail", household=request.household.public_id, case=row.public_id
            )
    status = CONFLICT if conflict else UNPROCESSABLE if form.is_bound else 200
    context = {"form": form, "case": row, "conflict": conflict}
    return render(request, "cases/case_form.html", context, status=status)


def _as_typed(case: Case) -> dict[str, Any]:
    return {
        "order": case.order.public_id if case.order else None,
        "issue": case.issue,
        "goal": case.goal,
        "title": case.title,
        "details": case.details,
        "amount": str(case.value) if case.value else "",
        "currency": case.currency or case.household.currency,
        "version": case.version,
    }


def _edit(request: MemberRequest, case: Case, cleaned: dict[str, Any]) -> None:
    value = cleaned["value"]
    services.edit_case(
        member=request.member,
        case=case,
        version=cleaned["version"] or 0,
        changes={
            "title": cleaned["title"],
            "issue": cleaned["issue"],
            "goal": cleaned["goal"],
            "details": cleaned["details"],
            "order": cleaned["order"],
            "value_minor": value.minor if value else None,
            "currency": value.currency if value else case.currency,
        },
        now=request.now,
    )
