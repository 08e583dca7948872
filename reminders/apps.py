from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self) -> None:
        from cases.announcements import follow_ups_fired
        from reminders.outbox import write_notifications

        follow_ups_fired.subscribe(write_notifications)
