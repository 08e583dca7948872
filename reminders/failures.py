"""Why a message did not go, in words for the operator: what a server's answer means, and what to do.

Imports no Django."""

import re

from languages.sentences import Sentence, say

# The first that fits counts: the narrow ones stand before the wide ones.
EXPLAINED: tuple[tuple[str, Sentence], ...] = (
    (
        r"^5\d\d[ -]5\.1\.(?:1|2|3|6|10)\b",
        say(
            "The recipient's server knows no such address. No more is sent there until its member says that it works."
        ),
    ),
    (
        r"^5(?:3[045])\b|\bauthentication (?:failed|required)|credentials",
        say("The mail server refused user or password: look under Mail settings."),
    ),
    (
        r"^4\d\d\b.*(?:gr[ea]ylist|later|too many|rate)",
        say(
            "The server put it off: greylisting, or too many at once. Such a mail is tried for three days."
        ),
    ),
    (
        r"^[45]\d\d[ -][45]\.7\.|\b(?:spf|dkim|dmarc|spam|blocked|blacklist|policy)|relay",
        say(
            "The server does not let this sender send, or takes the mail for spam: look at SPF, DKIM and DMARC under Mail settings."
        ),
    ),
    (r"5\.2\.2\b|4\.2\.2\b|quota|full", say("The recipient's mailbox is full.")),
    (r"^4\d\d\b", say("The server put it off. Such a mail is tried for three days.")),
    (r"^5\d\d\b", say("The server refused it for good.")),
    (
        r"certificate|ssl|tls",
        say("No encrypted connection came about: look under Mail settings."),
    ),
    (
        r"name or service not known|no address associated|name resolution|nodename",
        say("The mail server's name has no address: is the host in EMAIL_URL spelt right?"),
    ),
    (
        r"connection refused",
        say("Nothing listens at the mail server's address. It goes when the server is back."),
    ),
    (r"timed out|in time", say("It did not answer in time. It is tried again.")),
    (
        r"the connection ended before an answer",
        say("The server may have taken it: it goes once more, under the same Message-ID."),
    ),
    (
        r"the connection ended",
        say("The connection ended before the mail was taken. It is tried again."),
    ),
    (r"^cannot be (?:written|sent)", say("A fault of Parley's own: the log has its trace.")),
)
COMPILED = tuple((re.compile(pattern, re.IGNORECASE), words) for pattern, words in EXPLAINED)


def explained(error: str) -> str:
    """A sentence for what is kept as `last_error` or a try's `detail`; '' where nothing is known.

    Parley's own reasons are sentences and need no explaining."""
    if isinstance(error, Sentence):
        return ""
    return next((words for pattern, words in COMPILED if pattern.search(error)), "")
