"""Hands mails to the mail server over one connection, and says what came of each."""

import logging
import smtplib

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from reminders.models import DeliveryTry

log = logging.getLogger(__name__)
Result = DeliveryTry.Result
# So many cuts one after another are no fault of the mails.
MOST_CUTS = 3
GOODBYE = 421
TOO_LARGE = frozenset({452, 552})


class MailServer:
    """The server of the settings; nothing is opened before the first mail."""

    def __init__(self) -> None:
        self.backend: BaseEmailBackend = get_connection()
        self._cuts = 0

    def hand_over(self, mail: EmailMessage) -> tuple[str, str]:
        """What came of it, and the server's words.

        Many servers end a connection after so many mails, or after a while: then the mail that
        meets this goes over a new one. A mail that meets it there too waits alone, and the next
        are sent; until so many in a row are cut off that it must be the server.
        """
        is_new = self._opened()
        if isinstance(is_new, tuple):
            return is_new
        result, detail = self._try(mail)
        if result == Result.CUT and not is_new:
            again = self._opened()
            result, detail = again if isinstance(again, tuple) else self._try(mail)
        self._cuts = self._cuts + 1 if result == Result.CUT else 0
        if self._cuts >= MOST_CUTS:
            return Result.UNREACHABLE, detail
        return result, detail

    def close(self) -> None:
        try:
            self.backend.close()
        except (OSError, smtplib.SMTPException):
            log.info("the mail server had gone before the connection was closed")

    def _opened(self) -> bool | tuple[str, str]:
        """Whether the connection is a new one; or that there is none, and why."""
        try:
            return self.backend.open() is not False
        except (OSError, smtplib.SMTPException) as fault:
            self.close()
            return Result.UNREACHABLE, str(fault)

    def _try(self, mail: EmailMessage) -> tuple[str, str]:
        try:
            self.backend.send_messages([mail])
        except Exception as fault:
            result, detail = self._told(fault)
            if result in (Result.CUT, Result.UNCERTAIN, Result.UNREACHABLE) or self._has_ended():
                self.close()
            return result, detail
        return Result.ACCEPTED, ""

    def _told(self, fault: Exception) -> tuple[str, str]:
        match fault:
            case smtplib.SMTPRecipientsRefused():
                result, detail = _by_code(*next(iter(fault.recipients.values())))
                return Result.TURNED_AWAY if result == Result.REFUSED else result, detail
            case smtplib.SMTPSenderRefused() if fault.smtp_code == GOODBYE:
                return Result.CUT, _words(fault.smtp_code, fault.smtp_error)
            case smtplib.SMTPSenderRefused() if fault.smtp_code in TOO_LARGE:
                return _by_code(fault.smtp_code, fault.smtp_error)
            case smtplib.SMTPSenderRefused() | smtplib.SMTPHeloError():
                # Its quarrel is with Parley and not with this mail: the next would hear the same.
                return Result.UNREACHABLE, _words(fault.smtp_code, fault.smtp_error)
            case smtplib.SMTPResponseException():
                return _by_code(fault.smtp_code, fault.smtp_error)
            case smtplib.SMTPServerDisconnected() | TimeoutError() | ConnectionError():
                if self._was_handed_over():
                    return Result.UNCERTAIN, f"the connection ended before an answer: {fault}"
                return Result.CUT, f"the connection ended before the mail was taken: {fault}"
            case smtplib.SMTPNotSupportedError():
                return Result.REFUSED, str(fault)
            case OSError():  # SMTPException is one too
                return Result.UNREACHABLE, str(fault)
        log.error("a mail cannot be sent", exc_info=fault)
        return Result.REFUSED, f"cannot be sent: {fault}"

    def _was_handed_over(self) -> bool:
        """True also where a backend cannot tell."""
        talk = getattr(self.backend, "connection", None)
        return bool(getattr(talk, "was_handed_over", True))

    def _has_ended(self) -> bool:
        """A server that says 421 hangs up behind it."""
        talk = getattr(self.backend, "connection", None)
        return talk is not None and getattr(talk, "sock", None) is None


def _by_code(code: int, words: bytes | str) -> tuple[str, str]:
    return Result.DEFERRED if 400 <= code < 500 else Result.REFUSED, _words(code, words)


def _words(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
