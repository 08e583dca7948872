from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class SellersConfig(AppConfig):
    name = "sellers"

    def ready(self) -> None:
        """A wrong marketplace profile stops the start, with file, key and reason."""
        from sellers.profiles import ProfileError, load_profiles

        try:
            load_profiles()
        except ProfileError as fault:
            raise ImproperlyConfigured(f"marketplace profile {fault}") from fault
