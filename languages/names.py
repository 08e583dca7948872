"""Names of cities, countries, languages and currencies in a language (CLDR). No Django."""

from languages.moments import locale_of


def city_name(zone: str, language: str) -> str:
    """The city that a time zone is named after: 'Asia/Shanghai' is 'Shanghai' or 'Schanghai'."""
    plain = zone.rsplit("/", 1)[-1].replace("_", " ")
    if language.startswith("en"):
        return plain
    known = locale_of(language).time_zones.get(zone, {})
    return str(known.get("city", plain))


def country_name(code: str, language: str) -> str:
    """'DE' is 'Germany' or 'Allemagne'; the code itself where CLDR does not know it."""
    return str(locale_of(language).territories.get(code, code))
