"""The composer of a case: both texts side by side, checked as one types. It advises, never blocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import composing, pages, services
from cases.case_page import case_page, find_case, member_zone
from cases.composing_forms import OUR_WORDS, WordingForm
from cases.drafts import Wording, draft_message, tone_for_marketplace
from cases.errors import CaseError
from cases.evidence_checklist import evidence_of
from cases.forms import EscalateForm
from cases.messages import TO_MARKETPLACE, Draft, Tone
from cases.models import Case
from cases.own_messages import OwnMessage
from cases.services.own_messages import MOST_OWN_MESSAGES
from cases.side_by_side import mark_of
from cases.translating import TranslationError, can_translate, translate, translator_link
from households.requests import MemberRequest, writers_only
from sellers.profiles import Channel, get_profile

MOST_LETTERS = 20_000
ESCALATION_OF_TONE = {Tone.DISPUTE: "dispute", Tone.APPEAL: "appeal"}


@dataclass(frozen=True, slots=True)
class Wished:
    """What the composer's address asks for."""

    cases: list[Case]
    wording: Wording
    own: OwnMessage | None
    channel: Channel | None
    form: WordingForm
    # The address that asks for it.
    query: str

    @property
    def is_joint(self) -> bool:
        return len(self.cases) > 1

    @property
    def to_marketplace(self) -> bool:
        return self.wording.tone in TO_MARKETPLACE


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields."""

    body: str
    theirs: str
    which: str
    # Of both texts when they last said the same.
    mark: str

    @classmethod
    def of(cls, request: MemberRequest) -> "Typed":
        asked = request.POST
        body, theirs = asked.get("body", ""), asked.get("theirs", "")
        return cls(body, theirs, asked.get("which", "english"), asked.get("mark", ""))

    @classmethod
    def as_drafted(cls, draft: Draft) -> "Typed":
        return cls(draft.english, draft.theirs, "english", draft.mark)

    @property
    def sent(self) -> str:
        return self.theirs if self.which == "theirs" else self.body

    @property
    def is_blank(self) -> bool:
        return not (self.body.strip() or self.theirs.strip())

    @property
    def length(self) -> int:
        return max(len(self.body), len(self.theirs))


@dataclass(frozen=True, slots=True)
class Beside:
    """A draft that was asked for while another one's words had been changed."""

    wished: Wished
    draft: Draft


@writers_only
@require_http_methods(["GET", "HEAD", "POST"])
def case_write(request: MemberRequest, case: str) -> HttpResponse:
    """POST is for what a button asks of the server; what was typed stays whatever comes of it."""
    row = find_case(request, case)
    wished = _wished(request, row, request.GET)
    draft = _draft(request, wished)
    if request.method != "POST":
        return _page(request, wished, draft, Typed.as_drafted(draft))
    typed = Typed.of(request)
    if typed.length > MOST_LETTERS:
        fault = _("This text has %(length)d characters; at most %(most)d are kept. Shorten it.")
        fault %= {"length": typed.length, "most": MOST_LETTERS}
        return _page(request, wished, draft, typed, fault=fault)
    acts = {"translate": _translated, "remind": _reminded, "draft": _drafted_anew}
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        return _page(request, wished, draft, typed)
    return act(request, wished, draft, typed)


@writers_only
@require_POST
def case_check(request: MemberRequest, case: str) -> HttpResponse:
    """Only what the checker says: the fields are not touched."""
    wished = _wished(request, find_case(request, case), request.GET)
    context = {**_checked(wished, Typed.of(request)), "is_answer": True}
    return render(request, "cases/_findings.html", context)


@writers_only
@require_POST
def case_statement(request: MemberRequest, case: str) -> HttpResponse:
    """The escalation's form with a statement to begin with; what was typed there stays."""
    row = find_case(request, case)
    typed = request.POST.get("statement", "")
    kind = request.POST.get("kind", "")
    if "body" in request.POST:
        composed, drafted = Typed.of(request).sent, ""
        kind = ESCALATION_OF_TONE.get(_wording(request.GET).tone or Tone.DISPUTE, "dispute")
    else:
        tone = Tone.APPEAL if kind == "appeal" else tone_for_marketplace(row)
        wording = Wording(tone if kind != "dispute" else Tone.DISPUTE)
        composed = ""
        drafted = draft_message(row, zone=member_zone(), now=request.now, wording=wording).english
    initial = {
        "kind": kind,
        "opened_at": request.POST.get("opened_at"),
        "reference": request.POST.get("reference"),
        "statement": typed or composed or drafted,
    }
    beside = drafted if typed.strip() and typed.strip() != drafted else ""
    form = EscalateForm(initial=initial)
    return case_page(request, row, escalate_form=form, is_escalating=True, statement_draft=beside)


def _wished(request: MemberRequest, case: Case, asked: QueryDict) -> Wished:
    others = pages.companions_of(case) if "together" in request.GET else []
    cases = [case, *pages.with_what_is_beside(case, others)]
    own = list(OwnMessage.objects.of(request.household)[:MOST_OWN_MESSAGES])
    wording = composing.as_wished(_wording(asked), case)
    chosen = next((m for m in own if str(m.public_id) == asked.get("own")), None)
    wishes = {
        "tone": wording.tone,
        "language": wording.language,
        "own": str(chosen.public_id) if chosen else OUR_WORDS,
    }
    channel = pages.next_channel(case, get_profile(case.seller.marketplace), case.steps)  # type: ignore[attr-defined]
    form = WordingForm(own, initial=wishes)
    together = {"together": "1"} if "together" in request.GET else {}
    return Wished(cases, wording, chosen, channel, form, urlencode(together | wishes))


def _wording(asked: QueryDict) -> Wording:
    return Wording.read(tone=asked.get("tone", ""), language=asked.get("language", ""))


def _draft(request: MemberRequest, wished: Wished) -> Draft:
    return composing.write(
        wished.cases,
        own=wished.own,
        wording=wished.wording,
        zone=member_zone(),
        now=request.now,
    )


def _checked(wished: Wished, typed: Typed) -> dict[str, Any]:
    facts = composing.check_facts(
        wished.cases,
        evidence_of(wished.cases[0]),
        channel=wished.channel,
        wording=wished.wording,
    )
    language = wished.wording.language or ""
    # Judged as far as it may be long: it is read while one types.
    body, theirs = typed.body[:MOST_LETTERS], typed.theirs[:MOST_LETTERS]
    return {
        "check": composing.check(facts, body=body, theirs=theirs, which=typed.which),
        "language": language,
        "translator": translator_link(body, language),
    }


def _page(
    request: MemberRequest,
    wished: Wished,
    draft: Draft,
    typed: Typed,
    *,
    fault: str = "",
    told: str = "",
    beside: Beside | None = None,
) -> HttpResponse:
    """`beside` is another draft than the one that was changed, for the member to choose."""
    case = wished.cases[0]
    profile = get_profile(case.seller.marketplace)
    order = case.order.number if case.order else ""
    page = "dispute" if order and wished.wording.tone in TO_MARKETPLACE else "support"
    context = {
        **_checked(wished, typed),
        "case": case,
        "second": draft.language or (wished.wording.language if typed.theirs else ""),
        "typed": typed,
        "wished": wished,
        "wording_form": beside.wished.form if beside else wished.form,
        "beside": beside,
        "companions": wished.cases[1:],
        "profile": profile,
        "channel": wished.channel,
        "url": profile.link(page, order=order)
        if wished.to_marketplace
        else pages.channel_url(case, wished.channel),
        "window": composing.window_of(case, now=request.now),
        "can_translate": can_translate(),
        # Tells the words typed for one draft from those typed for another (static/parley.js).
        "key": f"{wished.wording.tone}-{wished.wording.language}-{wished.own.pk if wished.own else 0}",
        "query": wished.query,
        "fault": fault,
        "told": told,
    }
    return render(request, "cases/case_write.html", context)


def _translated(request: MemberRequest, wished: Wished, draft: Draft, typed: Typed) -> HttpResponse:
    try:
        theirs = translate(typed.body, wished.wording.language or "en")
    except TranslationError as error:
        return _page(request, wished, draft, typed, fault=str(error))
    return _page(
        request, wished, draft, Typed(typed.body, theirs, "theirs", mark_of(typed.body, theirs))
    )


def _drafted_anew(
    request: MemberRequest, wished: Wished, draft: Draft, typed: Typed
) -> HttpResponse:
    """Another draft; where words were changed they stay, and it is shown beside them."""
    other = _wished(request, wished.cases[0], request.POST)
    is_changed = mark_of(typed.body, typed.theirs) != draft.mark
    if is_changed and not typed.is_blank:
        return _page(request, wished, draft, typed, beside=Beside(other, _draft(request, other)))
    return redirect(f"{request.path}?{other.query}")


def _reminded(request: MemberRequest, wished: Wished, draft: Draft, typed: Typed) -> HttpResponse:
    """A reminder of the member's own for the seller's opening hour."""
    case = wished.cases[0]
    remind_at = composing.window_of(case, now=request.now).remind_at
    if remind_at is None:
        told = _("They are at work now: nothing to wait for.")
        return _page(request, wished, draft, typed, told=told)
    note = _("%(seller)s opens: send the message now.") % {"seller": case.seller.name}
    try:
        services.add_follow_up(
            member=request.member, case=case, due_at=remind_at, note=note, now=request.now
        )
    except CaseError as error:
        return _page(request, wished, draft, typed, fault=str(error))
    told = _("You will be reminded on %(when)s.") % {"when": _said(remind_at)}
    return _page(request, wished, draft, typed, told=told)


def _said(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "D j M, H:i")
