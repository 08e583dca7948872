"""Names of cities, countries, languages and currencies in a language (CLDR). No Django."""

from languages.moments import locale_of

# Unions and test codes that CLDR lists beside countries.
NO_COUNTRY = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"})


def city_name(zone: str, language: str) -> str:
    """The city that a time zone is named after: 'Asia/Shanghai' is 'Shanghai' or 'Schanghai'."""
    plain = zone.rsplit("/", 1)[-1].replace("_", " ")
    if language.startswith("en"):
        return plain
    known = locale_of(language).time_zones.get(zone, {})
    return str(known.get("city", plain))


def zone_name(zone: str, language: str) -> str:
    """'America/New York', and the city's own name beside it where the language has another."""
    plain, city = zone.replace("_", " "), city_name(zone, language)
    return plain if plain.endswith(city) else f"{plain} ({city})"


def country_name(code: str, language: str) -> str:
    """'DE' is 'Germany' or 'Allemagne'; the code itself where CLDR does not know it."""
    return str(locale_of(language).territories.get(code, code))


def countries(language: str) -> list[tuple[str, str]]:
    """Code and name of every country, by name."""
    known = [
        (code, country_name(code, language))
        for code in map(str, locale_of(language).territories)
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    ]
    return sorted(known, key=lambda country: country[1])


def language_name(code: str, language: str) -> str:
    """'de' is 'German' or 'alemán'; the code itself where CLDR does not know it."""
    return str(locale_of(language).languages.get(code, code))
