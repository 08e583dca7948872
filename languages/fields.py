"""A text column that keeps sentences so that they can be said in any language later."""

from typing import Any

from django.db import models

from languages.sentences import kept, restored


class SentenceField(models.TextField):  # type: ignore[type-arg]
    """Text, or a `Sentence`; what SQL copies from one such column to another stays a sentence."""

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return None if value is None else restored(value)

    def to_python(self, value: Any) -> Any:
        return restored(value) if isinstance(value, str) else super().to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        return kept(value) if isinstance(value, str) else super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))

    def deconstruct(self) -> Any:
        """The column is a text column: migrations need not know more."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
