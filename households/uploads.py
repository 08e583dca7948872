"""Uploads are cut off above the limit while they arrive, so that nobody can fill the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class CappedUploadHandler(FileUploadHandler):
    """Stands before Django's own handlers and drops what comes after the limit.

    What is left is still above the limit, so whoever takes the file refuses it as too big.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= settings.UPLOAD_MAX_BYTES else None

    def file_complete(self, file_size: int) -> Any:
        return None
