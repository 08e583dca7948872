"""Reads what a seller wrote: an automatic reply, a promise with its date, red flags. No Django.

What to look for stands in the .toml files here, one a language; the modules only apply it. A
reading never guesses: what is not clearly a promise is none.
"""

from cases.seller_words.findings import FlagCode, MessageReading, Promise, PromiseKind, RedFlag
from cases.seller_words.reading import read_message

__all__ = ["FlagCode", "MessageReading", "Promise", "PromiseKind", "RedFlag", "read_message"]
