"""The operator's page of the mail settings, and its test."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from operations.mail_check import check_mail, mail_settings


class TestMailForm(forms.Form):
    to = forms.EmailField(label=_("Send a test to"))


def mail_page(request: HttpRequest) -> HttpResponse:
    form = TestMailForm(request.POST or None, initial={"to": getattr(request.user, "email", "")})
    findings = None
    if request.method == "POST" and form.is_valid():
        findings = check_mail(form.cleaned_data["to"])
    context = {
        **admin.site.each_context(request),
        "title": _("Mail settings"),
        "form": form,
        "findings": findings,
        "set": mail_settings(),
    }
    return render(request, "admin/mail.html", context, status=422 if form.errors else 200)
