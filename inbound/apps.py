from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "inbound"

    def ready(self) -> None:
        from anymail.signals import inbound

        from inbound.webhook import take_in_event

        inbound.connect(take_in_event, dispatch_uid="inbound.take_in_event")
