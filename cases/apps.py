from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from cases.services.replanning import replan_for_orders, replan_for_seller
        from orders.announcements import orders_changed
        from sellers.announcements import seller_changed

        orders_changed.subscribe(replan_for_orders)
        seller_changed.subscribe(replan_for_seller)
