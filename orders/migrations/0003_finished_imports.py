"""Imports that were confirmed before there was a progress are at their end."""

from django.db import migrations
from django.db.models import F


def finish(apps, schema_editor):
    drafts = apps.get_model("orders", "ImportDraft").objects
    drafts.filter(confirmed_at__isnull=False, finished_at__isnull=True).update(finished_at=F("confirmed_at"))


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_import_progress")]
    operations = [migrations.RunPython(finish, migrations.RunPython.noop)]
