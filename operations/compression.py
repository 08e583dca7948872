"""Compresses pages and their files on the way out: a phone in a kitchen has a thin line.

Pictures, films and archives are small already; a part of a file must stay as it was asked for.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

PARTIAL = 206
TEXTS = frozenset(
    {
        *("text/html", "text/css", "text/javascript", "text/plain", "text/calendar"),
        *("application/json", "application/javascript", "application/manifest+json"),
        *("application/x-ndjson", "image/svg+xml"),
    }
)


class CompressionMiddleware(GZipMiddleware):
    """Django's own, with its guard against guessing secrets by a page's length, for texts only."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.status_code == PARTIAL or kind not in TEXTS:
            return response
        return super().process_response(request, response)
