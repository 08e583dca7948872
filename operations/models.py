"""What the operator must know about the running instance."""

from django.db import models


class Pulse(models.Model):
    """The last sign of life of a part that ticks: 'beat', 'sweep', 'deliver', 'self_tick'."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    # Who ticked (host and process), and what the tick did.
    source = models.CharField(max_length=120, blank=True)
    figures = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
