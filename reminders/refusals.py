"""What a server's final 'no' about a recipient says of the address. Imports no Django."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

# RFC 3463, section 3.2, and RFC 7505: no such mailbox, system or address, moved, takes no mail.
NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
ENHANCED = re.compile(r"\A\d{3}[ -](?P<code>5\.\d{1,3}\.\d{1,3})\b")
# Of the mailbox (5.2) or the address (5.1); the other classes are about the mail or its sender.
ABOUT_RECIPIENT = ("5.1.", "5.2.")
SENDERS_ADDRESS = frozenset({"5.1.7", "5.1.8"})
# What a server means by a bare 550 is in its words alone.
ABOUT_SENDER = re.compile(
    r"relay|authenticat|\b(?:spf|dkim|dmarc|spam|blocked|blacklist|policy)", re.I
)
REFUSALS, OVER = 3, timedelta(days=1)


def is_no_address(answer: str) -> bool:
    """Whether one such answer is enough, like '550 5.1.1 no such user'."""
    found = ENHANCED.match(answer)
    return found is not None and found["code"] in NO_SUCH_ADDRESS


def counts(answer: str) -> bool:
    """Whether the answer is about the recipient at all, and not about the mail or who sends it."""
    found = ENHANCED.match(answer)
    if found is not None:
        code = found["code"]
        return code.startswith(ABOUT_RECIPIENT) and code not in SENDERS_ADDRESS
    return not ABOUT_SENDER.search(answer)


def is_a_run(refused: Iterable[tuple[str, datetime]]) -> bool:
    """Whether refusals without a mail taken between them are enough: three mails, over a day.

    `refused`: which mail, and when."""
    first: dict[str, datetime] = {}
    for mail, at in refused:
        first[mail] = min(at, first.get(mail, at))
    return len(first) >= REFUSALS and max(first.values()) - min(first.values()) >= OVER
