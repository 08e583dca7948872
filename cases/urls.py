"""Addresses of cases, below /h/<household>/."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path

from cases import act_views, list_views, picture_views, views, what_if_views

# Views take MemberRequest, which HouseholdMiddleware makes of every request below /h/<household>/.
_views: Any = views
_acts: Any = act_views
_lists: Any = list_views
_pictures: Any = picture_views
_what_if: Any = what_if_views
_CASE = "cases/<uuid:case>/"
_STEP = f"{_CASE}steps/<uuid:follow_up>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", _lists.today, name="today"),
    path("cases/", _lists.case_list, name="case_list"),
    path("cases/together/", _lists.cases_together, name="cases_together"),
    path("views/", _lists.saved_view_new, name="saved_view_new"),
    path("views/<uuid:view>/remove/", _lists.saved_view_remove, name="saved_view_remove"),
    path("pictures/", _pictures.pictures, name="pictures"),
    path("cases/new/", _views.case_new, name="case_new"),
    path(_CASE, _views.case_detail, name="case_detail"),
    path(f"{_CASE}what-if/", _what_if.case_what_if, name="case_what_if"),
    path(f"{_CASE}edit/", _views.case_edit, name="case_edit"),
    path(f"{_CASE}attempts/", _acts.attempt_new, name="attempt_new"),
    path(f"{_CASE}replies/", _acts.reply_new, name="reply_new"),
    path(f"{_CASE}replies/last/answer/", _acts.reply_is_answer, name="reply_is_answer"),
    path(f"{_CASE}notes/", _acts.note_new, name="note_new"),
    path(f"{_CASE}escalate/", _acts.case_escalate, name="case_escalate"),
    path(f"{_CASE}decision/", _acts.decision_new, name="decision_new"),
    path(f"{_CASE}settle/", _acts.case_settle, name="case_settle"),
    path(f"{_CASE}reopen/", _acts.case_reopen, name="case_reopen"),
    path(f"{_CASE}snooze/", _acts.case_snooze, name="case_snooze"),
    path(f"{_CASE}assign/", _acts.case_assign, name="case_assign"),
    path(f"{_CASE}steps/", _acts.follow_up_new, name="follow_up_new"),
    path(f"{_STEP}move/", _acts.follow_up_move, name="follow_up_move"),
    path(f"{_STEP}skip/", _acts.follow_up_skip, name="follow_up_skip"),
    path("", include("cases.question_urls")),
    path("", include("cases.evidence_urls")),
    path("", include("cases.composing_urls")),
    path("help/", include("cases.help_urls")),
    path("", include("cases.people_urls")),
]
