"""A household's own messages: its words, in which a case fills in the {blanks}."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.querysets import OwnMessageQuerySet
from households.models import HouseholdOwned, Membership

MOST_LETTERS = 5_000


class OwnMessage(HouseholdOwned):
    """A template of the household's own, in English and (perhaps) in the seller's language."""

    name = models.CharField(_("name"), max_length=60)
    body = models.TextField(_("message"), max_length=MOST_LETTERS)
    # A code of cases.messages.LANGUAGES for `theirs`; '' when there is no second text.
    language = models.CharField(_("language of the second text"), max_length=5, blank=True)
    theirs = models.TextField(_("the same in that language"), blank=True, max_length=MOST_LETTERS)
    created_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OwnMessageQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["household", "name"], name="own_message_name_once")
        ]

    def __str__(self) -> str:
        return self.name
