"""Signs of life for whoever watches the server."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from operations.health import readiness

STARTED_AT = timezone.now()


@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    state = readiness(now=timezone.now(), started_at=STARTED_AT)
    return JsonResponse(
        {"ready": state.is_ready, **state.report}, status=200 if state.is_ready else 503
    )
