"""What the operator reads beside a message that did not go."""

import pytest

from reminders.failures import explained


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("550 5.1.1 <a@b>: no such user", "knows no such address"),
        ("535 5.7.8 bad credentials", "refused user or password"),
        ("530 5.7.0 authentication required", "refused user or password"),
        ("550 5.7.1 SPF check failed", "SPF, DKIM and DMARC"),
        ("550 5.7.26 this mail is unauthenticated", "SPF, DKIM and DMARC"),
        ("554 message looks like spam", "SPF, DKIM and DMARC"),
        ("550 relaying denied", "does not let this sender send"),
        ("552 5.2.2 over quota", "mailbox is full"),
        ("451 4.7.1 greylisted, come back later", "put it off: greylisting"),
        ("450 4.2.0 hm", "The server put it off."),
        ("554 5.0.0 no", "refused it for good"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "encrypted connection"),
        ("STARTTLS extension not supported by server.", "encrypted connection"),
        ("[Errno -2] Name or service not known", "has no address"),
        ("[Errno 111] Connection refused", "Nothing listens"),
        ("timed out", "did not answer in time"),
        ("the connection ended before an answer: x", "the same Message-ID"),
        ("the connection ended before the mail was taken: x", "before the mail was taken"),
        ("cannot be written: KeyError", "Parley's own"),
        ("the case was settled", ""),
        ("", ""),
    ],
)
def test_each_failure_is_explained(error: str, words: str) -> None:
    assert words in explained(error)
    assert bool(words) is bool(explained(error))
