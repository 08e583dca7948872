"""How allauth signs people up and in here."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import user_logged_in
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from households.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_IS_OPEN)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever came in with a one-time password chooses their own first."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            return reverse("account_set_password")
        return str(super().get_login_redirect_url(request))


@receiver(user_logged_in)
def spend_one_time_password(request: HttpRequest, user: User, **_details: object) -> None:
    """A one-time password has worked now, and does not work again."""
    if user.password_is_one_time:
        user.password_is_one_time = False
        user.set_unusable_password()
        user.save(update_fields=["password", "password_is_one_time"])
        update_session_auth_hash(request, user)
