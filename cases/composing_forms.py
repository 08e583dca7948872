"""The forms of the composer: shape and cleaning only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.drafts import LANGUAGE_NAMES, TONE_NAMES
from cases.forms import ActForm, AttemptForm
from cases.own_messages import OwnMessage
from cases.side_by_side import still_say_the_same
from sellers.profiles import Profile

MOST_LETTERS = 20_000
OUR_WORDS = "parley"
# The id of the composer's form on its page.
COMPOSE = "compose"
WHICH = [
    ("english", _("the English text")),
    ("theirs", _("the text in the seller's language")),
    ("both", _("both, theirs first")),
]


class ComposedForm(AttemptForm):
    """Which of the two texts was sent; `body` then is what the seller really got.

    `translation` is the other one where both say the same, as far as one can tell.
    """

    theirs = forms.CharField(
        label=_("In the seller's language"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea({"rows": 4}),
    )
    which = forms.ChoiceField(label=_("What was sent"), required=False, choices=WHICH)
    mark = forms.CharField(required=False, widget=forms.HiddenInput)

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
        is_said_beside = still_say_the_same(str(cleaned.get("mark", "")), english, theirs)
        # An office reads English; what went out in English needs nothing beside it.
        cleaned["translation"] = english if which == "theirs" and is_said_beside else ""
        if not cleaned["body"] and not self.errors:
            field = "theirs" if which == "theirs" else "body"
            self.add_error(field, _("The message is empty. Write what you sent."))
        elif len(cleaned["body"]) > MOST_LETTERS:
            self.add_error("body", _("Both texts together are too long. Choose one of them."))
        return cleaned


class WordingForm(ActForm):
    """Which draft is shown. Its fields are of the composer's form, so that what was typed goes along."""

    tone = forms.ChoiceField(label=_("Tone"), choices=[(t.value, n) for t, n in TONE_NAMES.items()])
    language = forms.ChoiceField(label=_("Beside English"), choices=list(LANGUAGE_NAMES.items()))
    own = forms.ChoiceField(label=_("Words"))

    def __init__(self, own: Sequence[OwnMessage], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(message.public_id), message.name) for message in own]
        self.fields["own"].choices = [(OUR_WORDS, _("Parley's")), *names]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["form"] = COMPOSE


class OwnMessageForm(ActForm):
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("For example: polite, about the glaze")
    )
    body = forms.CharField(label=_("Message"), max_length=5_000, widget=forms.Textarea({"rows": 6}))
    language = forms.ChoiceField(
        label=_("Language of the second text"),
        required=False,
        choices=[("", _("none")), *(pair for pair in LANGUAGE_NAMES.items() if pair[0] != "en")],
    )
    theirs = forms.CharField(
        label=_("The same in that language"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea({"rows": 6}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("theirs") and not cleaned.get("language"):
            self.add_error("language", _("Say in which language the second text is."))
        return cleaned
