"""The form of a message that was written beside its translation: shape and cleaning only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms import AttemptForm
from sellers.profiles import Profile

MOST_LETTERS = 20_000
WHICH = [
    ("english", _("the English text")),
    ("theirs", _("the text in the seller's language")),
    ("both", _("both, theirs first")),
]


class ComposedForm(AttemptForm):
    """Which of the two texts was sent; `body` then is what the seller really got."""

    theirs = forms.CharField(
        label=_("In the seller's language"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea({"rows": 4}),
    )
    which = forms.ChoiceField(label=_("What was sent"), required=False, choices=WHICH)

    def __init__(self, profile: Profile, *args: Any, **kwargs: Any) -> None:
        super().__init__(profile, *args, **kwargs)
        # An empty English text is a fault only where it is what was sent.
        self.fields["body"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        english, theirs = str(cleaned.get("body", "")), str(cleaned.get("theirs", ""))
        which = cleaned.get("which") or "english"
        sent = {"english": [english], "theirs": [theirs], "both": [theirs, english]}[which]
        cleaned["body"] = "\n\n".join(filter(None, sent))
        if not cleaned["body"] and not self.errors:
            field = "theirs" if which == "theirs" else "body"
            self.add_error(field, _("The message is empty. Write what you sent."))
        elif len(cleaned["body"]) > MOST_LETTERS:
            self.add_error("body", _("Both texts together are too long. Choose one of them."))
        return cleaned
