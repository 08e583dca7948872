"""Whose parcel a tracking number is, and where it is followed. Imports no Django."""

import re
from urllib.parse import quote

from languages.sentences import SaidError, say
from sellers.profiles import Carrier, Profile

# Follows the numbers of most carriers; for those that the marketplace's profile does not know.
ANY_CARRIER_URL = "https://t.17track.net/en#nums={number}"
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{4,58}[A-Z0-9]")
ROUNDED_BY_A_SPREADSHEET = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)


class NumberError(SaidError):
    """The text is no tracking or order number; says why."""


def tidy_tracking_number(text: str) -> str:
    """The number as carriers print it, in capitals without spaces; raise NumberError."""
    number = "".join(text.split()).upper()
    if is_rounded(number):
        raise NumberError(
            say(
                "{text} is a number that a spreadsheet has shortened; copy it from the order's page.",
                text=text,
            )
        )
    if not NUMBER.fullmatch(number):
        raise NumberError(
            say("A tracking number has 6 to 60 letters and digits, like LP00724622449605.")
        )
    return number


def is_rounded(number: str) -> bool:
    """Whether a spreadsheet turned the number into something like 3.07E+15, losing its digits."""
    return ROUNDED_BY_A_SPREADSHEET.fullmatch(number.strip()) is not None


def recognise_carrier(profile: Profile | None, number: str) -> Carrier | None:
    """The first carrier of the profile whose pattern the whole number fits."""
    for carrier in profile.carriers if profile else ():
        if re.fullmatch(carrier.pattern, number):
            return carrier
    return None


def tracking_url(profile: Profile | None, number: str, carrier_name: str = "") -> str:
    """Where to follow the number: the named carrier's page, the recognised one's, or any carrier's."""
    by_name = {carrier.name.lower(): carrier for carrier in (profile.carriers if profile else ())}
    carrier = by_name.get(carrier_name.lower()) or recognise_carrier(profile, number)
    template = carrier.url if carrier else ANY_CARRIER_URL
    return template.replace("{number}", quote(number, safe=""))
