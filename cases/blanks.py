"""The {blanks} of a household's own messages: a literal map, filled in one pass. Imports no Django.

What a person typed is never read as a template again, and nothing but these names is looked up.
"""

import re
from collections.abc import Mapping

from cases.messages import MessageFacts, words_of

BLANKS = ("order", "item", "tracking", "amount", "date", "sent", "details", "seller")
BLANK = re.compile(r"\{([A-Za-z_]{1,30})\}")


def unknown_blanks(text: str) -> list[str]:
    """The names in braces that no case can fill in, as they were typed."""
    return sorted({name for name in BLANK.findall(text) if name not in BLANKS})


def words_for_blanks(facts: MessageFacts, seller: str, language: str) -> dict[str, str]:
    words = words_of(facts, language)
    return {name: seller if name == "seller" else words[name] for name in BLANKS}


def fill(text: str, words: Mapping[str, str]) -> str:
    """Put in what is known; a blank without a fact stays as it is, to be seen and filled by hand."""
    return BLANK.sub(lambda blank: words.get(blank[1]) or blank[0], text)
