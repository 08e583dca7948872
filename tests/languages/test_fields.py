"""Reasons stay sentences on their way from the plan through the sweep to whoever is told."""

import pytest

from cases.models import CaseEvent, FollowUp
from cases.services import add_follow_up
from cases.sweep import sweep
from languages.sentences import Sentence, kept, say
from reminders.models import Notification
from tests.cases.test_sweep import DAY, due_now, waiting_case
from tests.stock import NOW, make_home

pytestmark = pytest.mark.django_db


def test_the_sweep_copies_a_step_s_reason_as_a_sentence():
    due_now(waiting_case(make_home()))
    sweep(now=NOW)
    event = CaseEvent.objects.get(kind=CaseEvent.Kind.FOLLOW_UP_FIRED)
    told = Notification.objects.filter(follow_up=event.follow_up).first()
    for reason in (event.reason, told.reason):
        assert isinstance(reason, Sentence)
        assert reason.endswith("Write again through Contact Seller.")


def test_the_event_of_a_message_keeps_all_reasons_of_its_forecast():
    case = waiting_case(make_home())
    event = case.events.get(kind=CaseEvent.Kind.ATTEMPT_LOGGED)
    assert isinstance(event.reason, Sentence)
    assert "nothing is known of their answers yet" in event.reason.lower()


def test_a_member_s_own_words_stay_plain_text():
    home = make_home()
    case = waiting_case(home)
    forged = str(kept(say("Take it to {support}.", support="a thief")))
    for note in ("Call the shop", forged):
        add_follow_up(member=home.owner, case=case, due_at=NOW + DAY, note=note, now=NOW)
        newest = FollowUp.objects.order_by("pk").last()
        assert not isinstance(newest.reason, Sentence)


def test_rows_of_before_are_shown_as_they_are():
    case = waiting_case(make_home())
    FollowUp.objects.filter(case=case).update(reason="Old words: {support}")
    assert {f.reason for f in case.follow_ups.all()} == {"Old words: {support}"}
