"""What makes Parley an app on a phone: the manifest, the service worker and the offline page."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SIZES = (192, 512)
PAPER, OURS = "#faf9f6", "#c2492c"


@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    icons = [
        {"src": static(f"icons/{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in SIZES
    ]
    icons.append({**icons[-1], "src": static("icons/maskable.png"), "purpose": "maskable"})
    icons.append({"src": static("mark.svg"), "sizes": "any", "type": "image/svg+xml"})
    about = {
        "id": "/",
        "name": "Parley",
        "short_name": "Parley",
        "description": _("Keeps every order problem of a household moving until it is settled."),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(about, content_type="application/manifest+json")


@never_cache
@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """At the root, since a worker may only serve what lies below its own address."""
    code = Path(settings.ROOT, "static", "sw.js").read_text()
    return HttpResponse(code, content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows without a connection: the same for everybody."""
    return render(request, "offline.html")
