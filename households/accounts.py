"""How allauth signs people up and in here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from households.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_IS_OPEN)

    def new_user(self, request: HttpRequest) -> User:
        """Speaks, at first, the language in which the browser asked for the page."""
        user: User = super().new_user(request)
        user.language = get_language() or settings.LANGUAGE_CODE
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        """Before allauth asks where to go: a one-time password is spent by having worked."""
        super().login(request, user)
        if user.password_is_one_time:
            user.password_is_one_time = False
            user.set_unusable_password()
            user.save(update_fields=["password", "password_is_one_time"])
            update_session_auth_hash(request, user)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever came in with a one-time password chooses their own first."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            return reverse("account_set_password")
        return str(super().get_login_redirect_url(request))
