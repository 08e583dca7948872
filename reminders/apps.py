from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "reminders"
    verbose_name = _("Reminders")

    def ready(self) -> None:
        from cases.announcements import follow_ups_fired, member_mentioned
        from reminders.mentions import tell_mentioned
        from reminders.outbox import write_notifications
        from reminders.outside import stand_guard

        follow_ups_fired.subscribe(write_notifications)
        member_mentioned.subscribe(tell_mentioned)
        stand_guard()
