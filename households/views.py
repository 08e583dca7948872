"""Pages about people and households."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from households.errors import HouseholdError
from households.forms import HeirForm, HouseholdForm, InvitationForm, PersonForm, RoleForm
from households.invitations import (
    accept_invitation,
    invite,
    open_invitation,
    revoke_invitation,
)
from households.models import Invitation, Membership
from households.requests import MemberRequest, PersonRequest, owners_only
from households.services import (
    change_role,
    create_household,
    hand_over_household,
    leave_household,
    remove_member,
    save_person,
    use_sign_in_link,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The way in: Today of the household used last, or what there is to do before it."""
    if not request.user.is_authenticated:
        return render(request, "households/welcome.html")
    mine = Membership.objects.active().filter(user=request.user).select_related("household")
    memberships = list(mine.order_by("-joined_at", "-id"))
    if not memberships:
        return redirect("household_new")
    last = request.session.get("household")
    chosen = next((m for m in memberships if str(m.household.public_id) == last), memberships[0])
    return redirect("today", household=chosen.household.public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def household_new(request: HttpRequest) -> HttpResponse:
    person = cast(PersonRequest, request)
    form = HouseholdForm(request.POST or None, initial={"time_zone": person.user.time_zone})
    if request.method == "POST" and form.is_valid():
        try:
            member = create_household(
                name=form.cleaned_data["name"], owner=person.user, now=person.now
            )
        except HouseholdError as fault:
            form.add_error("name", str(fault))
        else:
            person.user.time_zone = form.cleaned_data["time_zone"]
            person.user.save(update_fields=["time_zone"])
            return redirect("today", household=member.household.public_id)
    return render(request, "households/household_form.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_settings(request: HttpRequest) -> HttpResponse:
    person = cast(PersonRequest, request)
    zone_before = person.user.time_zone
    form = PersonForm(request.POST or None, instance=person.user)
    if request.method == "POST" and form.is_valid():
        save_person(user=person.user, zone_before=zone_before, now=person.now)
        messages.success(request, _("Saved."))
        return redirect("person_settings")
    return render(request, "households/person_settings.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, since scanners open links; POST signs in, once."""
    if request.method != "POST":
        return _secret_page(render(request, "households/sign_in_link.html"))
    user = use_sign_in_link(token, now=cast(PersonRequest, request).now)
    if user is None:
        page = render(request, "households/sign_in_link.html", {"is_spent": True}, status=410)
        return _secret_page(page)
    login(request, user, backend=BACKEND)
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the invitation; POST joins, for who is signed in with the invited address."""
    now = cast(PersonRequest, request).now
    invitation = open_invitation(token, now=now)
    context: dict[str, Any] = {"invitation": invitation}
    if request.method == "POST" and request.user.is_authenticated:
        try:
            household = accept_invitation(token, user=request.user, now=now)
        except HouseholdError as fault:
            context["fault"] = str(fault)
        else:
            request.session.cycle_key()
            return redirect("today", household=household.public_id)
    status = 200 if invitation is not None else 410
    return _secret_page(
        render(request, "households/invitation_accept.html", context, status=status)
    )


def _secret_page(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret: no cache keeps it, and no other site is told it.

    Not 'no-referrer': browsers then send 'Origin: null' with the form, which is refused as forged.
    """
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def household_settings(request: MemberRequest) -> HttpResponse:
    return _settings_page(request, InvitationForm())


def _settings_page(
    request: MemberRequest, form: InvitationForm, *, link: str = "", status: int = 200
) -> HttpResponse:
    members = request.household.memberships.active().select_related("user")
    context = {
        "members": members.order_by("joined_at", "id"),
        "invitations": request.household.invitations.open(request.now).order_by("-created_at"),
        "form": form,
        "roles": RoleForm().fields["role"].choices,  # type: ignore[attr-defined]
        "link": link,
    }
    return render(request, "households/household_settings.html", context, status=status)


@owners_only
@require_POST
def invitation_new(request: MemberRequest) -> HttpResponse:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, form, status=422)
    try:
        sent = invite(owner=request.member, now=request.now, **form.cleaned_data)
    except HouseholdError as fault:
        form.add_error("email", str(fault))
        return _settings_page(request, form, status=422)
    if sent.was_mailed:
        messages.success(request, _("Invitation sent to %(email)s.") % form.cleaned_data)
        return _settings_page(request, InvitationForm(), link=sent.url)
    messages.warning(request, _("The mail could not be sent. Hand this link over yourself."))
    return _settings_page(request, InvitationForm(), link=sent.url)


@owners_only
@require_POST
def invitation_revoke(request: MemberRequest, invitation: str) -> HttpResponse:
    row = get_object_or_404(Invitation, household=request.household, public_id=invitation)
    revoke_invitation(owner=request.member, invitation=row, now=request.now)
    messages.success(request, _("The invitation is withdrawn."))
    return _back(request)


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("household_settings", household=request.household.public_id)


def _member(request: MemberRequest, public_id: str) -> Membership:
    members = request.household.memberships.active().select_related("user", "household")
    return get_object_or_404(members, public_id=public_id)


def _heir(request: MemberRequest) -> Membership | None:
    """Who takes the open cases over, by the form; nobody where nobody was chosen."""
    form = HeirForm(request.household, request.POST)
    if not form.is_valid():
        raise HouseholdError(_("Choose a member of the household to take the open cases over."))
    heir: Membership | None = form.cleaned_data["heir"]
    return heir


@owners_only
@require_POST
def member_role(request: MemberRequest, membership: str) -> HttpResponse:
    member, form = _member(request, membership), RoleForm(request.POST)
    try:
        role = form.cleaned_data["role"] if form.is_valid() else ""
        change_role(owner=request.member, member=member, role=role, now=request.now)
    except HouseholdError as fault:
        messages.error(request, str(fault))
    return _back(request)


@owners_only
@require_POST
def member_remove(request: MemberRequest, membership: str) -> HttpResponse:
    member = _member(request, membership)
    try:
        remove_member(owner=request.member, member=member, heir=_heir(request), now=request.now)
    except HouseholdError as fault:
        messages.error(request, str(fault))
    return _back(request)


@owners_only
@require_POST
def household_hand_over(request: MemberRequest, membership: str) -> HttpResponse:
    try:
        hand_over_household(owner=request.member, to=_member(request, membership), now=request.now)
    except HouseholdError as fault:
        messages.error(request, str(fault))
    return _back(request)


@require_POST
def household_leave(request: MemberRequest) -> HttpResponse:
    try:
        leave_household(member=request.member, heir=_heir(request), now=request.now)
    except HouseholdError as fault:
        messages.error(request, str(fault))
        return _back(request)
    request.session.pop("household", None)
    return redirect("home")
