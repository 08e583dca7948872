"""Forms of a case: shape and cleaning only."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.labels import ESCALATION_LABELS, OUTCOME_LABELS, RULING_LABELS
from cases.models import Case, Goal
from cases.order_choices import offer_orders
from cases.vocabulary import Outcome
from households.models import Household, Membership
from money import Money, MoneyError
from orders.fields import read_amount
from orders.models import Order
from sellers.models import Seller
from sellers.profiles import Profile, get_profile


def local_moment(label: Any, *, required: bool = False, **options: Any) -> forms.DateTimeField:
    """A date and time on the member's own clock."""
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        **options,
    )


def money_from(form: forms.Form, name: str, currency: str) -> Money | None:
    """The amount typed into a field, '23,40' or '23.40'; notes what is wrong at the field."""
    text = str(form.cleaned_data.get(name) or "").strip()
    if not text:
        return None
    try:
        return read_amount(text, currency)
    except (MoneyError, ValueError) as fault:
        form.add_error(name, str(fault))
        return None


class CaseForm(forms.Form):
    """A new case, or what an old one says. Every choice is of the household's own rows."""

    order: Any = forms.ModelChoiceField(
        label=_("Order"),
        queryset=Order.objects.none(),
        required=False,
        empty_label=_("no order: a question before buying"),
        to_field_name="public_id",
    )
    seller: Any = forms.ModelChoiceField(
        label=_("Seller"),
        queryset=Seller.objects.none(),
        required=False,
        empty_label=_("as in the order, or a new one"),
        to_field_name="public_id",
    )
    new_seller = forms.CharField(
        label=_("New seller's name"),
        required=False,
        max_length=160,
        help_text=_("Only if the seller is not in the list yet."),
    )
    issue = forms.ChoiceField(label=_("What is wrong?"))
    goal = forms.ChoiceField(label=_("What do you want?"), choices=Goal.choices)
    title = forms.CharField(
        label=_("In a few words"),
        max_length=200,
        help_text=_("For example: two cups broken"),
        error_messages={"required": _("Say in a few words what is wrong.")},
    )
    details = forms.CharField(
        label=_("Details"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The facts, as you would tell them to the seller."),
    )
    amount = forms.CharField(label=_("Money at stake"), required=False, max_length=30)
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, household: Household, *args: Any, case: Case | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.household, self.case = household, case
        orders: QuerySet[Order] = Order.objects.of(household).current()
        if case is not None:
            orders = orders.filter(seller=case.seller)
        self.fields["order"].queryset = orders  # type: ignore[attr-defined]
        offer_orders(self["order"], orders)
        self.fields["seller"].queryset = (  # type: ignore[attr-defined]
            Seller.objects.of(household).current().order_by("name")
        )
        if case is not None:
            del self.fields["seller"], self.fields["new_seller"]
        profile = get_profile(case.seller.marketplace if case else "aliexpress")
        self.fields["issue"].choices = [  # type: ignore[attr-defined]
            (issue.code, issue.label) for issue in profile.issues.values()
        ]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["value"] = money_from(self, "amount", cleaned.get("currency", ""))
        order = cleaned.get("order")
        if self.case is None:
            has_seller = cleaned.get("seller") or cleaned.get("new_seller")
            if not has_seller and not (order and order.seller):
                self.add_error("seller", _("Choose the seller, or write a new one's name."))
        return cleaned


class ActForm(forms.Form):
    """One of several forms on a case's page: its fields' ids carry its name, so that none is twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{type(self).__name__.lower()}-%s", **kwargs})


class AttemptForm(ActForm):
    channel = forms.ChoiceField(label=_("Sent through"))
    body = forms.CharField(
        label=_("Message"), max_length=20_000, widget=forms.Textarea({"rows": 6})
    )
    sent_at = local_moment(_("Sent"), help_text=_("Empty: just now."))

    def __init__(self, profile: Profile, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = seller_channels(profile)  # type: ignore[attr-defined]


def seller_channels(profile: Profile) -> list[tuple[str, str]]:
    return [(c.code, c.name) for c in profile.channels.values() if c.reaches == "seller"]


class ReplyForm(ActForm):
    channel = forms.ChoiceField(label=_("Came through"))
    body = forms.CharField(
        label=_("What they wrote"), max_length=20_000, widget=forms.Textarea({"rows": 4})
    )
    received_at = local_moment(_("Came"), help_text=_("Empty: just now."))
    is_automatic = forms.ChoiceField(
        label=_("Who wrote it?"),
        required=False,
        choices=[
            ("", _("Parley tells by the words")),
            ("no", _("a person")),
            ("yes", _("a machine: keep waiting for a person")),
        ],
    )

    def clean_is_automatic(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["is_automatic"])

    def __init__(self, profile: Profile, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = seller_channels(profile)  # type: ignore[attr-defined]


class NoteForm(ActForm):
    text = forms.CharField(
        label=_("Note"),
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("@Name tells that member."),
    )
    tell: Any = forms.ModelChoiceField(
        label=_("Tell"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("nobody in particular"),
        to_field_name="public_id",
    )

    def __init__(self, member: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["tell"], member.household, besides=member)


def _offer(field: Any, household: Household, *, besides: Membership | None = None) -> None:
    """The household's people to choose from; what comes back is looked for in the table."""
    people = [member for member in household.people if member != besides]
    members = household.memberships.active().select_related("user")
    field.queryset = members.exclude(pk=besides.pk) if besides else members
    field.choices = [("", field.empty_label), *((str(m.public_id), str(m)) for m in people)]


class EscalateForm(ActForm):
    kind = forms.ChoiceField(label=_("What did you open?"), choices=ESCALATION_LABELS)
    opened_at = local_moment(_("Opened"), help_text=_("Empty: just now."))
    reference = forms.CharField(
        label=_("Number the marketplace gave it"), required=False, max_length=60
    )
    statement = forms.CharField(
        label=_("What you wrote"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 4}),
    )


class DecisionForm(ActForm):
    ruling = forms.ChoiceField(label=_("What was decided?"), choices=RULING_LABELS)
    decided_at = local_moment(_("Decided"), help_text=_("Empty: just now."))
    text = forms.CharField(
        label=_("What they wrote"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 3}),
    )


# What was wished is how it most likely ended.
LIKELY_OUTCOME = {
    Goal.PARTIAL_REFUND: Outcome.PARTLY_REFUNDED,
    Goal.REPLACEMENT: Outcome.REPLACED,
    Goal.DELIVERY: Outcome.DELIVERED,
    Goal.ANSWER: Outcome.ANSWERED,
}


class SettleForm(ActForm):
    outcome = forms.ChoiceField(label=_("How did it end?"), choices=OUTCOME_LABELS)
    amount = forms.CharField(label=_("Money that came back"), required=False, max_length=30)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=10_000, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["refunded"] = money_from(self, "amount", self.currency)
        return cleaned


class ReopenForm(ActForm):
    reason = forms.CharField(label=_("Why?"), max_length=2_000, widget=forms.Textarea({"rows": 2}))


class SnoozeForm(ActForm):
    until = local_moment(_("Leave it until"), required=True)


class OwnFollowUpForm(ActForm):
    due_at = local_moment(_("Remind me at"), required=True)
    note = forms.CharField(label=_("Of what?"), max_length=500)


class MoveForm(ActForm):
    due_at = local_moment(_("New time"), required=True)


class AssignForm(ActForm):
    assignee: Any = forms.ModelChoiceField(
        label=_("In charge"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("everybody"),
        to_field_name="public_id",
    )

    def __init__(self, household: Household, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["assignee"], household)


class HandOverForm(forms.Form):
    """To whom all open cases of a member go: who may act on cases, or everybody."""

    to: Any = forms.ModelChoiceField(
        label=_("To"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("everybody"),
        to_field_name="public_id",
    )

    def __init__(self, of: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = of.household.memberships.writers().exclude(pk=of.pk).select_related("user")
        self.fields["to"].queryset = others  # type: ignore[attr-defined]


class ManyForm(ActForm):
    """What is done with the ticked cases. Only the chosen verb's own field is asked for."""

    # A browser would not send a form whose required field is not on the page.
    use_required_attribute = False

    do = forms.ChoiceField(
        label=_("With the ticked cases"),
        choices=[("snooze", _("snooze")), ("assign", _("put in charge")), ("settle", _("settle"))],
    )
    until = local_moment(
        _("Leave them until"), required=True, error_messages={"required": _("Until when?")}
    )
    assignee: Any = forms.ModelChoiceField(
        label=_("In charge"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("everybody"),
        to_field_name="public_id",
    )
    outcome = forms.ChoiceField(
        label=_("How did they end?"),
        choices=[("", _("choose")), *OUTCOME_LABELS],
        error_messages={"required": _("Choose how they ended.")},
        help_text=_("Refunded means: the whole money at stake came back."),
    )
    back = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def __init__(self, household: Household, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["assignee"], household)
        do = str(self.data.get("do"))
        for verb, name in (("snooze", "until"), ("settle", "outcome")):
            self.fields[name].required = do == verb or not self.is_bound


class SavedViewForm(ActForm):
    name = forms.CharField(label=_("Keep this choice as"), max_length=40)
    back = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


def tomorrow_morning(now: datetime) -> datetime:
    """08:00 tomorrow on the member's clock: what a tired person means by 'later'."""
    local = timezone.localtime(now) + timedelta(days=1)
    return local.replace(hour=8, minute=0, second=0, microsecond=0)
