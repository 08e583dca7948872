"""Words of people that run the other way than the sentence around them."""

import unicodedata

TURNING = {"R", "AL", "LRE", "RLE", "LRO", "RLO", "LRI", "RLI", "FSI"}


def isolated(words: str) -> str:
    """Words that run from right to left, or turn the writing round, leave the sentence as it is."""
    if TURNING.isdisjoint(map(unicodedata.bidirectional, words)):
        return words
    return f"\N{FIRST STRONG ISOLATE}{words}\N{POP DIRECTIONAL ISOLATE}"
