"""What can be done with a mail that waits: shape and cleaning only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from households.models import Household

VERBS = [("reply", _("Note as the answer")), ("order", _("Take it in")), ("away", _("Put away"))]


class SortForm(forms.Form):
    verb = forms.ChoiceField(choices=VERBS)
    case: Any = forms.ModelChoiceField(
        label=_("Case"),
        queryset=Case.objects.none(),
        required=False,
        to_field_name="public_id",
        empty_label=_("choose the case"),
        error_messages={"invalid_choice": _("That case is not open any more. Choose another.")},
    )

    def __init__(self, household: Household, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].queryset = Case.objects.of(household).open()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verb") == "reply" and not cleaned.get("case") and not self.errors:
            self.add_error("case", _("Choose the case that this answers."))
        return cleaned
