"""Says, of a message as one types it, what a good message to a seller needs. Imports no Django.

What to look for stands in the .toml files here, one a language; the modules only apply it. It
advises and never blocks: every finding has a code and the figures that make its sentence.
"""

from cases.message_check.checking import check_message
from cases.message_check.findings import CheckCode, CheckFacts, Finding

__all__ = ["CheckCode", "CheckFacts", "Finding", "check_message"]
