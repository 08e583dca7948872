"""Addresses that came from outside, made safe to link to."""

from urllib.parse import urlsplit

from django import template

register = template.Library()


@register.filter
def web_address(address: object) -> str:
    """The address when it is one of the web (http or https), else nothing."""
    text = str(address or "").strip()
    if text.startswith("//"):
        text = "https:" + text
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    # Browsers drop control characters inside an address, so what is checked would not be what opens.
    return text if is_web and text.isprintable() and "\\" not in text else ""
