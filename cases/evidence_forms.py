"""The forms by which files and earlier correspondence are added."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases.evidence import MAX_CAPTION, MAX_TEXT
from cases.evidence_types import ACCEPT

MOST_FILES = 20


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; what they are is judged by the service, one by one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=_FilesInput({"accept": ACCEPT, "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        if not any(files):
            raise forms.ValidationError(_("Choose a file first."))
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("Choose at most %(most)d files at a time."), params={"most": MOST_FILES}
            )
        return [file for file in files if file]


class _PieceForm(forms.Form):
    """Asks which piece of the marketplace's list it is, where there is such a list."""

    shows = forms.ChoiceField(label=_("Which piece it is"), required=False)

    def __init__(self, pieces: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if pieces:
            choices = [("", _("something else")), *((piece, piece) for piece in pieces)]
            self.fields["shows"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["shows"]


class FilesForm(_PieceForm):
    field_order = ["uploads", "shows", "caption"]
    uploads = FilesField(label=_("Files"))
    caption = forms.CharField(
        label=_("What they show"),
        max_length=MAX_CAPTION,
        required=False,
        help_text=_("Like: the crack in the lid, from the left."),
    )


class CorrespondenceForm(_PieceForm):
    """Kept as it was pasted, blank lines and all."""

    field_order = ["text", "shows", "caption"]

    text = forms.CharField(
        label=_("Messages so far"),
        max_length=MAX_TEXT,
        strip=False,
        widget=forms.Textarea({"rows": 10}),
        help_text=_("Copy them from the marketplace, yours and theirs, and paste them here."),
    )
    caption = forms.CharField(label=_("What it is"), max_length=MAX_CAPTION, required=False)
