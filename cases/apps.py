from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from cases.services.handing_over import pass_on_cases
        from cases.services.replanning import (
            replan_for_orders,
            replan_for_person,
            replan_for_seller,
        )
        from cases.viewer_links import end_links_of
        from households.announcements import member_left, zone_changed
        from orders.announcements import orders_changed
        from sellers.announcements import seller_changed

        member_left.subscribe(pass_on_cases)
        member_left.subscribe(end_links_of)
        zone_changed.subscribe(replan_for_person)
        orders_changed.subscribe(replan_for_orders)
        seller_changed.subscribe(replan_for_seller)
