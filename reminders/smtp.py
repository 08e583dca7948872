"""Django's SMTP backend, with a talk that knows whether a mail was handed over."""

import smtplib
from collections.abc import Sequence

from django.core.mail.backends.smtp import EmailBackend

GO_AHEAD = 354


class Talk(smtplib.SMTP):
    """`was_handed_over`: the server has said 'go ahead' to the last mail's text.

    Before that, a connection that ends has cost nothing; after it, nobody knows."""

    was_handed_over = False

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        self.was_handed_over = False
        return super().mail(sender, options)

    def getreply(self) -> tuple[int, bytes]:
        code, words = super().getreply()
        if code == GO_AHEAD:
            self.was_handed_over = True
        return code, words


class EncryptedTalk(Talk, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return EncryptedTalk if self.use_ssl else Talk
