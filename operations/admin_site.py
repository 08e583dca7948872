"""The operator's dashboard: the stock admin, with the queues on its front."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _


class OperatorSite(admin.AdminSite):
    site_header = _("Parley, for the operator")
    site_title = "Parley"
    index_title = _("The instance")
    index_template = "admin/operator_index.html"

    def get_urls(self) -> list[Any]:
        # The models are not loaded when the site is.
        from operations.mail_views import mail_page
        from operations.operator_views import believe_clock_page, held_outbox_page

        pages = [
            path("mail/", self.admin_view(mail_page), name="mail"),
            path("clock/", self.admin_view(believe_clock_page), name="believe_clock"),
            path("outbox/", self.admin_view(held_outbox_page), name="held_outbox"),
        ]
        return [*pages, *super().get_urls()]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        from operations.dashboard import gather  # the models are not loaded when the site is

        context = {"dashboard": gather(now=request.now), **(extra_context or {})}  # type: ignore[attr-defined]
        return super().index(request, context)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Signing in goes through the same door as everybody's, with its limits."""
        from allauth.account.decorators import secure_admin_login  # needs the apps to be there

        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer


class OperatorAdminConfig(AdminConfig):
    default_site = "operations.admin_site.OperatorSite"
