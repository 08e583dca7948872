"""The page of one case: all that it shows, and the forms that it offers."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cases import composing, pages, prospects
from cases.drafts import AS_FITS, draft_joint_message, draft_message
from cases.evidence_checklist import checklist, evidence_of
from cases.forms import (
    LIKELY_OUTCOME,
    AssignForm,
    AttemptForm,
    DecisionForm,
    EscalateForm,
    NoteForm,
    OwnFollowUpForm,
    ReopenForm,
    ReplyForm,
    SettleForm,
    SnoozeForm,
    tomorrow_morning,
)
from cases.help_pages import afterwards_of
from cases.messages import Draft
from cases.models import Case, Evidence, Goal
from cases.presence import has_company, others_at
from cases.timeline import plan_of
from cases.translating import translator_link
from cases.translations import timeline_with_translations
from cases.what_if import read_days, what_if
from households.requests import MemberRequest
from sellers.profiles import Channel, Profile, get_profile


def member_zone() -> ZoneInfo:
    """The zone that the middleware activated: the signed-in person's."""
    return ZoneInfo(timezone.get_current_timezone_name())


def find_case(request: MemberRequest, public_id: str) -> Case:
    row: Case = get_object_or_404(pages.cases_with_lines(request.household), public_id=public_id)
    # At hand already, and asked for by the page.
    row.household = request.household
    return row


def case_page(
    request: MemberRequest, case: Case, *, status: int = 200, **bound: object
) -> HttpResponse:
    """The page of a case; `bound` puts a form back with what was typed in it."""
    profile = get_profile(case.seller.marketplace)
    line = pages.line_of(case, zone=member_zone(), now=request.now)
    companions = pages.companions_of(case)
    is_joint = bool(companions) and "together" in request.GET
    if is_joint:
        companions = pages.with_what_is_beside(case, companions)
        draft = draft_joint_message([case, *companions], zone=member_zone(), now=request.now)
    else:
        draft = line.draft or draft_message(case, zone=member_zone(), now=request.now)
    evidence = list(evidence_of(case))
    later = {"until": tomorrow_morning(request.now), "due_at": tomorrow_morning(request.now)}
    channel = {"channel": line.channel.code if line.channel else None}
    context: dict[str, Any] = {
        **_time_ahead(request, case),
        "case": case,
        "line": line,
        "draft": draft,
        **_checked([case, *companions] if is_joint else [case], evidence, line, draft, request.now),
        "companions": companions,
        "is_joint": is_joint,
        "profile": profile,
        "issue": profile.issues.get(case.issue),
        "escalation_channel": _escalation_channel(case, profile),
        "links": _links(case),
        "timeline": timeline_with_translations(case),
        "plan": plan_of(case),
        "others": others_at(case, member=request.member, now=request.now),
        "has_company": has_company(request.member),
        "evidence": evidence,
        "checklist": checklist(case, evidence),
        "attempt_form": AttemptForm(profile, initial={**channel, "body": draft.english}),
        "reply_form": ReplyForm(profile, initial=channel),
        "note_form": NoteForm(request.member),
        "escalate_form": EscalateForm(),
        "decision_form": DecisionForm(),
        "settle_form": SettleForm(
            case.currency or request.household.currency,
            initial={"outcome": LIKELY_OUTCOME.get(Goal(case.goal))},
        ),
        "reopen_form": ReopenForm(),
        "snooze_form": SnoozeForm(initial=later),
        "own_form": OwnFollowUpForm(initial=later),
        "assign_form": AssignForm(
            request.household,
            initial={"assignee": case.assignee.public_id if case.assignee else None},
        ),
    }
    return render(request, "cases/case_detail.html", {**context, **bound}, status=status)


def _checked(
    cases: list[Case],
    evidence: list[Evidence],
    line: pages.CaseLine,
    draft: Draft,
    now: datetime,
) -> dict[str, Any]:
    """What the checker says of the draft, and when the seller reads it."""
    facts = composing.check_facts(cases, evidence, channel=line.channel, wording=AS_FITS)
    return {
        "check": composing.check(facts, body=draft.english, theirs=draft.theirs, which="english"),
        "translator": translator_link(draft.english, draft.language or "en"),
        "window": composing.window_of(cases[0], now=now),
        "query": "together=1" if len(cases) > 1 else "",
    }


def _time_ahead(request: MemberRequest, case: Case) -> dict[str, Any]:
    """The chance of an answer, what waiting would cost, and what the seller said."""
    words = prospects.sellers_words(case, now=request.now)
    planned = prospects.planned(case, now=request.now)
    if planned is None:
        return {"words": words}
    facts = planned.facts
    days = read_days(request.GET.get("wait", ""))
    return {
        "words": words,
        "prospect": prospects.prospect(case, facts, now=request.now),
        "what_if": what_if(case, facts, days=days, now=request.now) if days else None,
        "may_wait": True,
        "slack": prospects.slack(case, planned.plan, now=request.now),
        "ways": prospects.ways(case, facts, now=request.now),
        "afterwards": afterwards_of(facts, now=request.now),
    }


def _escalation_channel(case: Case, profile: Profile) -> Channel | None:
    issue = profile.issues.get(case.issue)
    return profile.channel_that_opens(issue.escalation) if issue else None


def _links(case: Case) -> dict[str, str | None]:
    profile = get_profile(case.seller.marketplace)
    order = case.order.number if case.order else ""
    names = ("order", "tracking", "dispute", "support")
    return {name: profile.link(name, order=order) for name in names}
