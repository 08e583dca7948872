"""The form of a member's reminder choices: shape and cleaning only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from households.models import Membership
from reminders.models import MOMENT_LABELS, TOLD_LABELS, Channel
from reminders.timing import Moment

KINDS = [kind for kind, _label in TOLD_LABELS]
CHANNEL_WORDS = {
    Channel.EMAIL: _("by e-mail"),
    Channel.INBOX: _("in Parley's inbox"),
    Channel.TARGETS: _("by your other ways"),
}
# The inbox is there to be looked at: nothing in it comes late.
INBOX_MOMENTS = [pair for pair in MOMENT_LABELS if pair[0] in (Moment.AT_ONCE, Moment.NEVER)]


def _clock(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput({"type": "time"}, format="%H:%M"), **options
    )


class ReminderChoicesForm(forms.ModelForm):  # type: ignore[type-arg]
    quiet_from = _clock(_("Quiet from"), required=False)
    quiet_until = _clock(
        _("Quiet until"),
        required=False,
        help_text=_(
            "What comes in the quiet hours, digests too, is told when they end. "
            "Empty: no quiet hours."
        ),
    )
    urgent_breaks_through = forms.BooleanField(
        label=_("Escalations and protection warnings may come in quiet hours"), required=False
    )
    digest_at = _clock(_("Digests come at"))
    digest_weekday = forms.TypedChoiceField(
        label=_("The weekly digest comes on"), coerce=int, choices=list(WEEKDAYS.items())
    )

    class Meta:
        model = Membership
        fields = ["reminder_scope", "reminds_by_email", "reminds_in_inbox"]

    def __init__(
        self,
        *args: Any,
        moments: dict[tuple[str, str], Moment],
        channels: Sequence[Channel],
        **kwargs: Any,
    ) -> None:
        """`channels`: those that the member has; what was chosen for others is kept as it is."""
        super().__init__(*args, **kwargs)
        self._kept = {key: at for key, at in moments.items() if key[1] not in channels}
        self._channels = channels
        for kind in KINDS:
            for channel in channels:
                self.fields[f"{channel}-{kind}"] = forms.ChoiceField(
                    label=CHANNEL_WORDS[channel],
                    choices=INBOX_MOMENTS if channel == Channel.INBOX else MOMENT_LABELS,
                    initial=moments.get((kind, channel), Moment.AT_ONCE),
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if (begins is None) != (ends is None) and not self.errors:
            empty = "quiet_until" if ends is None else "quiet_from"
            self.add_error(empty, _("Quiet hours need both: from when, and until when."))
        if begins is not None and begins == ends:
            self.add_error("quiet_until", _("Quiet hours cannot end when they begin."))
        return cleaned

    @property
    def who_fields(self) -> list[Any]:
        return [self[name] for name in self.Meta.fields]

    @property
    def when_fields(self) -> list[tuple[Any, list[Any]]]:
        """By kind of step, the field of each channel."""
        return [
            (label, [self[f"{channel}-{kind}"] for channel in self._channels])
            for kind, label in TOLD_LABELS
        ]

    @property
    def hour_fields(self) -> list[Any]:
        names = ("quiet_from", "quiet_until", "urgent_breaks_through", "digest_at")
        return [self[name] for name in (*names, "digest_weekday")]

    def timing(self) -> dict[str, object]:
        names = ("quiet_from", "quiet_until", "urgent_breaks_through", "digest_at")
        return {name: self.cleaned_data[name] for name in (*names, "digest_weekday")}

    def moments(self) -> dict[tuple[str, str], Moment]:
        said = self.cleaned_data
        return self._kept | {
            (kind, channel): Moment(said[f"{channel}-{kind}"])
            for kind in KINDS
            for channel in self._channels
        }
