"""Mail where no server is set: one `.eml` file a message, under DATA_DIR."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class EmlFileBackend(BaseEmailBackend):
    """Writes whole files only; the same Message-ID is the same file, so it is never there twice."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            self._write(folder, message)
        return len(email_messages)

    def _write(self, folder: Path, message: EmailMessage) -> None:
        mail = message.message()
        name = hashlib.sha256(mail["Message-ID"].encode()).hexdigest()[:32]
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_bytes(mail.as_bytes())
        draft.chmod(0o600)
        draft.rename(folder / f"{name}.eml")
