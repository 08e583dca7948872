"""Tells a household's own programs what happens to its cases: signed, retried, each try on record.

As the specification Standard Webhooks has it: id, timestamp and signature in the headers, retries
over days, 410 ends it. A message says what happened and where; it holds no message to a seller.
"""

import base64
import json
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils.translation import gettext as _
from standardwebhooks.webhooks import Webhook

from cases.models import CaseEvent
from households.models import Household
from reminders.holding import is_held
from reminders.outside import LeadsInside, TooSlow, call_outside, refuse_inside
from webhooks.models import HouseholdWebhook, WebhookMessage, WebhookTry

log = logging.getLogger(__name__)
State = WebhookMessage.State
MOST_WEBHOOKS = 5
SECONDS_A_TRY = 10
LEASE = timedelta(seconds=3 * SECONDS_A_TRY)
MESSAGES_A_PASS = 500
# Of the specification's example schedule; after the last pause a message is given up.
PAUSES = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
]
# A transaction that began before this is taken to be over, so no event of it appears any more.
SETTLED_AFTER = timedelta(hours=1)
GONE = 410
# Longer than the log is of use, and than any retry waits.
KEPT_FOR = timedelta(days=90)


class WebhookError(ValueError):
    """What is wrong with a webhook's address, in words for the person who set it."""


def add_webhook(*, household: Household, url: str, now: datetime) -> HouseholdWebhook:
    """Raises WebhookError. It is told what happens from now on."""
    if HouseholdWebhook.objects.of(household).count() >= MOST_WEBHOOKS:
        raise WebhookError(
            _("There are %(most)d already. Remove one first.") % {"most": MOST_WEBHOOKS}
        )
    _refuse_address(url)
    newest = CaseEvent.objects.aggregate(newest=Max("id"))["newest"] or 0
    return HouseholdWebhook.objects.create(
        household=household,
        url=url,
        secret=f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}",
        collected_to=newest,
        created_at=now,
    )


def _refuse_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise WebhookError(_("Write a whole address, like https://home.example/parley"))
    try:
        refuse_inside(parts.hostname, parts.port)
    except LeadsInside as fault:
        raise WebhookError(str(fault)) from fault


def send_test(webhook: HouseholdWebhook, *, now: datetime) -> WebhookMessage:
    """One message of the type 'parley.test', tried at once and only once."""
    message = WebhookMessage.objects.create(
        webhook=webhook,
        type="parley.test",
        happened_at=now,
        data={"household": str(webhook.household.public_id)},
        state=State.WAITING,
        next_try_at=now,
    )
    _tell(message, now=now, pauses=[])
    message.refresh_from_db()
    return message


def send_message_again(message: WebhookMessage, *, now: datetime) -> None:
    """Put back what was given up."""
    WebhookMessage.objects.filter(pk=message.pk, state=State.DEAD).update(
        state=State.WAITING, next_try_at=now, failures=0
    )


def give_up_waiting() -> int:
    """Let what waits for a program stay untold; how many messages. They can be sent again one by one."""
    return WebhookMessage.objects.filter(state=State.WAITING).update(state=State.DEAD)


def turn_on(webhook: HouseholdWebhook) -> None:
    HouseholdWebhook.objects.filter(pk=webhook.pk).update(ended_at=None)


def tell_webhooks(*, now: datetime) -> int:
    """Collect what happened and tell what is due; how many messages were taken by their programs.

    While the outbox is held, nothing is told."""
    if is_held():
        return 0
    for webhook in HouseholdWebhook.objects.active():
        _collect(webhook, now)
    WebhookMessage.objects.filter(happened_at__lt=now - KEPT_FOR).delete()
    due = WebhookMessage.objects.filter(
        state=State.WAITING, next_try_at__lte=now, webhook__ended_at__isnull=True
    )
    told = 0
    silent: set[int] = set()
    for message in due.select_related("webhook").order_by("next_try_at", "id")[:MESSAGES_A_PASS]:
        # One that does not answer now is not asked again for each message that waits.
        if message.webhook_id in silent:
            continue
        if _tell(message, now=now, pauses=PAUSES):
            told += 1
        else:
            silent.add(message.webhook_id)
    return told


@transaction.atomic
def _collect(webhook: HouseholdWebhook, now: datetime) -> None:
    """A message for each event that has none yet. Ids may appear out of order, so what is younger
    than an hour is looked at again."""
    events = CaseEvent.objects.filter(household=webhook.household_id, id__gt=webhook.collected_to)
    new = events.exclude(id__in=webhook.messages.filter(event__isnull=False).values("event_id"))
    rows = [
        WebhookMessage(
            webhook=webhook,
            event_id=event.pk,
            type=f"case.{event.kind}",
            happened_at=event.at,
            data=_data(event),
            state=State.WAITING,
            next_try_at=now,
        )
        for event in new.select_related("case__household").order_by("id")
    ]
    WebhookMessage.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    settled = events.filter(at__lte=now - SETTLED_AFTER).aggregate(to=Max("id"))["to"]
    if settled is not None:
        HouseholdWebhook.objects.filter(pk=webhook.pk).update(collected_to=settled)


def _data(event: CaseEvent) -> dict[str, Any]:
    case = event.case
    household = case.household.public_id
    return {
        "household": str(household),
        "case": str(case.public_id),
        "title": case.title,
        "stage": event.stage,
        "escalate_by": case.escalate_by.isoformat() if case.escalate_by else None,
        "url": settings.BASE_URL + reverse("case_detail", args=[household, case.public_id]),
    }


def _tell(message: WebhookMessage, *, now: datetime, pauses: list[timedelta]) -> bool:
    """Try once under a lease; whether it was taken. `tries` is the fencing token."""
    claimed = WebhookMessage.objects.filter(
        pk=message.pk, state=State.WAITING, tries_made=message.tries_made
    ).update(tries_made=F("tries_made") + 1, next_try_at=now + LEASE)
    if not claimed:
        return False
    status, detail = _post(message, now)
    is_taken = 200 <= status < 300
    WebhookTry.objects.create(message=message, at=now, status=status, detail=detail[:300])
    mine = WebhookMessage.objects.filter(pk=message.pk, tries_made=message.tries_made + 1)
    if is_taken:
        mine.update(state=State.TOLD)
    elif message.failures >= len(pauses):
        mine.update(state=State.DEAD, failures=F("failures") + 1)
    else:
        pause = pauses[message.failures]
        mine.update(failures=F("failures") + 1, next_try_at=now + pause)
    if status == GONE:
        HouseholdWebhook.objects.filter(pk=message.webhook_id).update(ended_at=now)
    return is_taken


def _post(message: WebhookMessage, now: datetime) -> tuple[int, str]:
    """The status, 0 where none came, and what went wrong."""
    webhook = message.webhook
    body = json.dumps(
        {
            "type": message.type,
            "timestamp": message.happened_at.isoformat(),
            "data": message.data,
        },
        separators=(",", ":"),
    )
    try:
        _refuse_address(webhook.url)
        name = f"msg_{message.public_id.hex}"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Parley",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(webhook.secret).sign(name, now, body),
        }
        answer = call_outside(
            lambda: requests.post(
                webhook.url,
                data=body.encode(),
                headers=headers,
                timeout=SECONDS_A_TRY,
                allow_redirects=False,
                stream=True,
            ),
            seconds=2 * SECONDS_A_TRY,
        )
    except (WebhookError, TooSlow) as fault:
        return 0, str(fault)
    except requests.RequestException as fault:
        return 0, type(fault).__name__
    answer.close()
    return answer.status_code, answer.reason or ""
