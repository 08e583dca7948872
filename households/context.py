"""What every page shows of the person's households."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from households.models import Membership


def my_households(request: HttpRequest) -> dict[str, object]:
    """The person's memberships, read only when a page shows them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}

    def read() -> list[Membership]:
        mine = Membership.objects.active().filter(user=user).select_related("household")
        return list(mine.order_by("household__name", "id"))

    return {"my_households": SimpleLazyObject(read)}
