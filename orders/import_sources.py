"""Which exports there are, and where a person gets each: words for the import page."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ImportSource:
    """`formats` are the importers that read it."""

    title: Any
    how: Any
    formats: tuple[str, ...]


SOURCES = (
    ImportSource(
        _("An order's page, or your order list, copied"),
        _(
            "Open it in the browser, select everything (Ctrl+A), copy it (Ctrl+C) and paste it here. "
            "It has the state, the day, the store, the items and the total of each order."
        ),
        ("order-page",),
    ),
    ImportSource(
        _("AliExpress's own data backup"),
        _(
            "Account settings, then Privacy: ask for your data; a link to an Excel file comes by "
            "mail. It has every order with its times, but neither shops nor currencies."
        ),
        ("aliexpress-user-data-backup",),
    ),
    ImportSource(
        _("Shopper Inventory or My Purchases Collector"),
        _("Browser extensions: open your order list, collect, then export as CSV or JSON."),
        ("shopper-inventory-csv", "shopper-inventory-json"),
    ),
    ImportSource(
        _("Your order list as the page loads it"),
        _(
            "Open your orders with the browser's developer tools on Network, scroll to the end, "
            "and save everything as HAR; or copy one answer and paste it here."
        ),
        ("order-list",),
    ),
    ImportSource(
        _("AliExpress Order Export"),
        _("A script that writes two CSV files, orders and order lines: bring both, in any order."),
        ("order-export-orders", "order-export-lines"),
    ),
    ImportSource(
        _("AliExpress Order Downloader"),
        _("It copies a table: paste it here, with its header or without. It knows parcels."),
        ("order-downloader",),
    ),
    ImportSource(
        _("AliExpress Orders Scrapper"),
        _("A browser extension whose CSV has each order's total and first product."),
        ("orders-scrapper",),
    ),
    ImportSource(
        _("Order mails"),
        _(
            "Save AliExpress's mails about orders from your mail program (.eml, mbox, or a zip of "
            "them). They tell when something was shipped, and the parcel's number."
        ),
        ("order-mail",),
    ),
    ImportSource(
        _("webshop-order-scraper"),
        _("Its JSON file, of AliExpress or of any other shop."),
        ("webshop-orders",),
    ),
    ImportSource(_("Temu"), _("A CSV of your Temu orders, as My Purchases exports it."), ("temu",)),
)
