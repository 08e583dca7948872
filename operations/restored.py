"""Notices a database that was restored from a backup: it has seen fewer ticks than this machine.

Each tick is counted in the database, and the count noted in the data folder. A database whose count
has gone back has lost what was sent meanwhile, so its outbox is held until the operator says go.
"""

import json
import logging
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_noop

from operations.models import Tally
from reminders.holding import hold_outbox

log = logging.getLogger(__name__)
# A machine that loses power may lose the commits of the last moments; nobody restores so young a backup.
LOST_WITH_POWER = 10
RESTORED = gettext_noop(
    "the database is older than what was sent already: was it restored from a backup?"
)


def count_tick(*, now: datetime) -> None:
    """Count this tick here and in the database, after looking whether that has gone back."""
    notice_restored(now=now)
    Tally.objects.get_or_create(pk=Tally.THE_ONE)
    Tally.objects.filter(pk=Tally.THE_ONE).update(ticks=F("ticks") + 1)
    tally = Tally.objects.get()
    _note(str(tally.instance), tally.ticks)


def notice_restored(*, now: datetime) -> None:
    """Hold the outbox if the database has gone back since the last tick on this machine."""
    tally = Tally.objects.first()
    if tally is None or _noted(str(tally.instance)) - tally.ticks <= LOST_WITH_POWER:
        return
    log.error("the database has gone back in time: its outbox is held")
    hold_outbox(reason=RESTORED, now=now)
    # A new name, or every other machine would find the same again after the operator has said go.
    Tally.objects.filter(pk=tally.pk, instance=tally.instance).update(instance=uuid.uuid4())


def _noted(instance: str) -> int:
    """The count of the last tick here; 0 where there is none, or it was another database's."""
    try:
        noted = json.loads(_file().read_text())
        return int(noted["ticks"]) if noted["instance"] == instance else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _note(instance: str, ticks: int) -> None:
    """Written beside and put in place, so that a crash leaves the old one."""
    beside = _file().with_suffix(".new")
    try:
        beside.write_text(json.dumps({"instance": instance, "ticks": ticks}))
        beside.replace(_file())
    except OSError as fault:
        log.warning("the tick could not be noted in the data folder: %s", fault)


def _file() -> Path:
    return Path(settings.DATA_DIR) / "ticks.json"
