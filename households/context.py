"""What every page shows of the person's households."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from households.models import Membership


def my_households(request: HttpRequest) -> dict[str, object]:
    """The person's memberships: read at the door of a household, elsewhere when they are shown."""
    if (mine := getattr(request, "memberships", None)) is not None:
        return {"my_households": mine}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}

    def read() -> list[Membership]:
        return list(Membership.objects.active().of_user(user))

    return {"my_households": SimpleLazyObject(read)}
