"""A browser that is signed in, where the way in is not what is tested."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext

from households.models import User


def sign_in(context: BrowserContext, user: User, base_url: str) -> None:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    # Its name's prefix lets a browser take it from a secure address only; this host counts as one.
    address = base_url.replace("http://", "https://")
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": address, "secure": True}]
    )
