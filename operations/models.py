"""What the operator must know about the running instance."""

import uuid

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


class Tally(models.Model):
    """How many ticks this database has seen; at most one. Each machine's data folder notes it too."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    # Whose ticks: another database under the same folder is not this one gone back.
    instance = models.UUIDField(default=uuid.uuid4, editable=False)
    ticks = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="tally_once")]

    def __str__(self) -> str:
        return f"{self.ticks} ticks"


class ClockMark(models.Model):
    """What a machine's clock said at its last tick, beside how long the machine had been up.

    One a start of a machine (`boot`, Linux's boot id). `at` is empty where no tick was believed yet."""

    boot = models.CharField(max_length=36, primary_key=True)
    machine = models.CharField(max_length=100)
    at = models.DateTimeField(null=True, blank=True)
    uptime = models.DurationField(null=True, blank=True)
    # Since when the clock is doubted, by itself and by the uptime.
    doubted_at = models.DateTimeField(null=True, blank=True)
    doubted_uptime = models.DurationField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.machine}: {self.doubted_at or self.at}"


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
