from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class SellersConfig(AppConfig):
    name = "sellers"
    verbose_name = _("Sellers")

    def ready(self) -> None:
        """A wrong profile or holidays file stops the start, with file, key and reason."""
        from sellers.profiles import ProfileError, load_profiles
        from sellers.public_holidays import HolidayFileError, check_overrides

        try:
            load_profiles()
        except ProfileError as fault:
            raise ImproperlyConfigured(f"marketplace profile {fault}") from fault
        try:
            check_overrides()
        except HolidayFileError as fault:
            raise ImproperlyConfigured(f"holidays {fault}") from fault
