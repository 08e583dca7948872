from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self) -> None:
        from cases.announcements import follow_ups_fired, member_mentioned
        from reminders.mentions import tell_mentioned
        from reminders.outbox import write_notifications
        from reminders.outside import stand_guard

        follow_ups_fired.subscribe(write_notifications)
        member_mentioned.subscribe(tell_mentioned)
        stand_guard()
