"""The form that takes an export: a file, or its text pasted."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or paste its text"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload, text = cleaned.get("file"), cleaned.get("text") or ""
        if not upload and not text.strip():
            raise forms.ValidationError(_("Choose a file, or paste the text of an export."))
        size = upload.size if upload else len(text.encode())
        if size > settings.IMPORT_MAX_BYTES:
            limit = settings.IMPORT_MAX_BYTES // 2**20
            raise forms.ValidationError(
                _("This is larger than %(limit)s MB. Export fewer orders at a time.")
                % {"limit": limit}
            )
        return cleaned

    def content(self) -> tuple[str, bytes]:
        """The name and the bytes; call it on a valid form."""
        upload = self.cleaned_data.get("file")
        if upload:
            return str(upload.name)[:255], upload.read()
        return _("pasted text"), self.cleaned_data["text"].encode()
