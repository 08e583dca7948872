"""Members' own targets followed what was chosen for e-mail; now they have choices of their own."""

from typing import Any

from django.db import migrations


def copy_from_email(apps: Any, _schema: Any) -> None:
    choices = apps.get_model("reminders", "ReminderChoice").objects
    rows = choices.filter(channel="email", member__reminder_targets__isnull=False).distinct()
    choices.bulk_create(
        [
            choices.model(member_id=row.member_id, kind=row.kind, channel="targets", moment=row.moment)
            for row in rows
        ],
        ignore_conflicts=True,
    )


def forget(apps: Any, _schema: Any) -> None:
    apps.get_model("reminders", "ReminderChoice").objects.filter(channel="targets").delete()


class Migration(migrations.Migration):
    dependencies = [("reminders", "0006_channels_of_choices")]

    operations = [migrations.RunPython(copy_from_email, forget)]
