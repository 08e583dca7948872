"""A case as the plan sees it: its facts with what follows from them at once. Imports no Django."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from cases.plan_facts import AttemptFacts, PlanFacts
from cases.waking import waking_time_after
from languages.sentences import Moment
from sellers.calendar import WorkingCalendar
from sellers.forecast import Forecast, forecast, working_calendar
from sellers.history import Observation

# Not two messages within a day to one seller about one case.
BETWEEN_MESSAGES = timedelta(hours=24)
# Longer than this nobody waits for an hour in which the seller works and the buyer is awake.
SHARED_HOUR_WITHIN = timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The facts, the deadline that is left (`deadline`) and the last safe moment before it (`by`)."""

    facts: PlanFacts
    now: datetime
    deadline: datetime | None
    by: datetime | None

    @property
    def support(self) -> str:
        return self.facts.profile.support_name

    @property
    def can_escalate(self) -> bool:
        return self.facts.order is not None

    @property
    def last_activity(self) -> datetime:
        return max([self.facts.opened_at, *(a.sent_at for a in self.facts.attempts)])

    @property
    def unanswered(self) -> int:
        """Messages since the seller's last answer."""
        return sum(1 for _ in takewhile(lambda a: not a.replied_at, reversed(self.facts.attempts)))

    @property
    def most_attempts(self) -> int:
        return 1 + sum(step.kind == "retry" for step in self.facts.profile.ladder)

    def awake(self, moment: datetime) -> datetime:
        return waking_time_after(moment, self.facts.buyer_time_zone)

    def good_hour_to_write(self, moment: datetime) -> datetime:
        """From here on, when the seller is at work and the buyer awake; if that never comes (hours
        that do not meet), when the buyer is awake."""
        calendar = self.calendar
        first = at = self.awake(calendar.next_opening(moment))
        while at - first < SHARED_HOUR_WITHIN:
            opens = calendar.next_opening(at)
            if opens == at:
                return at
            at = self.awake(opens)
        return first

    @property
    def calendar(self) -> WorkingCalendar:
        return working_calendar(self.facts.seller, self.facts.profile)

    def said(self, moment: datetime) -> Moment:
        """'Tue 1 Dec, 14:00' on the buyer's clock."""
        return Moment(moment, self.facts.buyer_time_zone)

    def forecast_of(
        self, *, sent_at: datetime, channel: str, now: datetime | None = None
    ) -> Forecast:
        """Of a message sent at that time, knowing of the others what was known by then."""
        earlier = [
            _as_seen(attempt, sent_at)
            for attempt in self.facts.attempts
            if attempt.sent_at < sent_at
        ]
        return forecast(
            sent_at=sent_at,
            channel=channel,
            seller=self.facts.seller,
            buyer_time_zone=self.facts.buyer_time_zone,
            profile=self.facts.profile,
            history=[*self.facts.history, *earlier],
            now=now,
        )

    def next_channel(self) -> str | None:
        """Another channel before the same one again, in the order of the playbook."""
        used = [attempt.channel for attempt in self.facts.attempts]
        offered = [
            code
            for step in self.facts.profile.ladder
            if step.kind == "retry"
            for code in step.channels
        ]
        if not offered:
            return used[-1] if used else None
        return min(dict.fromkeys(offered), key=lambda code: (used.count(code), offered.index(code)))


def _as_seen(attempt: AttemptFacts, moment: datetime) -> Observation:
    """What was known of a message at that moment: an answer that came later was still awaited."""
    replied_at = attempt.replied_at
    return Observation(
        channel=attempt.channel,
        sent_at=attempt.sent_at,
        replied_at=replied_at if replied_at is not None and replied_at <= moment else None,
        observed_until=moment,
    )
