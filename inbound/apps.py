from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboundConfig(AppConfig):
    name = "inbound"
    verbose_name = _("Mail that came in")

    def ready(self) -> None:
        from anymail.signals import inbound

        from inbound.webhook import take_in_event

        inbound.connect(take_in_event, dispatch_uid="inbound.take_in_event")
