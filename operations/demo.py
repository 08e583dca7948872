"""A demo household for an empty database."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from cases.sweep import sweep
from households.models import User
from households.services import create_household, make_sign_in_link
from operations.examples import make_examples

DEMO_EMAIL = "demo@parley.example"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Demo:
    email: str
    password: str
    sign_in_url: str


@transaction.atomic
def make_demo_household(*, now: datetime) -> Demo | None:
    """Make it where nobody is yet; None when the database has a person already.

    A demo that nobody has entered yet gets a new way in: the first may have scrolled away.
    """
    unused = User.objects.filter(
        email=DEMO_EMAIL, password_is_one_time=True, last_login__isnull=True
    ).first()
    if unused is not None:
        return _way_in(unused, now)
    if User.objects.exists():
        return None
    user = User.objects.create_user(
        DEMO_EMAIL,
        None,
        name="Robin",
        time_zone="Europe/Madrid",
        password_is_one_time=True,
        is_staff=True,
        is_superuser=True,
    )
    member = create_household(name="Home", owner=user, now=now - 30 * DAY, is_demo=True)
    make_examples(member=member, now=now)
    # What the story above let pass comes due at once, as it would have day by day.
    sweep(now=now)
    return _way_in(user, now)


def _way_in(user: User, now: datetime) -> Demo:
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.save(update_fields=["password"])
    return Demo(user.email, password, make_sign_in_link(user, now=now))
