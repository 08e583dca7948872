"""What the operator must know about the running instance."""

from django.db import models

from households.models import HouseholdOwned
from households.querysets import HouseholdQuerySet


class Pulse(models.Model):
    """The last sign of life of a part that ticks: 'beat', 'sweep', 'deliver', 'self_tick'."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    # Who ticked (host and process), and what the tick did.
    source = models.CharField(max_length=120, blank=True)
    figures = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class Examples(HouseholdOwned):
    """Which rows of a household are examples, by their public ids; at most one a household."""

    made_at = models.DateTimeField()
    sellers = models.JSONField(default=list)
    orders = models.JSONField(default=list)
    cases = models.JSONField(default=list)

    objects = HouseholdQuerySet["Examples"].as_manager()

    class Meta:
        verbose_name_plural = "examples"
        constraints = [
            models.UniqueConstraint(fields=["household"], name="examples_once_per_household")
        ]

    def __str__(self) -> str:
        return f"{len(self.cases)} cases, {self.made_at:%Y-%m-%d}"
