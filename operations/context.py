"""What every page shows of the tour, while a member takes it."""

from django.http import HttpRequest

from operations.tour import card_for


def tour(request: HttpRequest) -> dict[str, object]:
    """No query: the member's row was read at the door."""
    member, match = getattr(request, "member", None), request.resolver_match
    if member is None or member.tour_step is None or match is None:
        return {}
    return {"tour": card_for(member, match.url_name or "")}
