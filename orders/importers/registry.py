"""The formats that can be imported, recognised by content. Imports no Django."""

from typing import Protocol

from languages.sentences import say
from orders.importers.flat_tables import OrderDownloader, OrdersScrapper, Temu
from orders.importers.order_export import Lines, Orders
from orders.importers.order_list import OrderList
from orders.importers.order_mail import OrderMail
from orders.importers.order_page import OrderPage
from orders.importers.parsed import ParsedFile, UnreadableFile
from orders.importers.shopper_inventory import Csv, Json
from orders.importers.user_data_backup import UserDataBackup
from orders.importers.webshop_orders import WebshopOrders


class Importer(Protocol):
    name: str
    label: str

    def recognises(self, content: bytes) -> bool: ...

    def read(self, content: bytes) -> ParsedFile: ...


IMPORTERS: tuple[Importer, ...] = (
    UserDataBackup(),
    Csv(),
    Json(),
    OrderList(),
    WebshopOrders(),
    Orders(),
    Lines(),
    OrdersScrapper(),
    Temu(),
    OrderMail(),
    OrderDownloader(),
    # Any text that names an order: the last to be asked.
    OrderPage(),
)


def format_names() -> list[str]:
    return [importer.name for importer in IMPORTERS]


def choose(content: bytes, name: str | None = None) -> Importer:
    """The importer of that name, or the one that recognises the content; raise UnreadableFile."""
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(say("the file is empty"))
    for importer in IMPORTERS:
        if name in (None, importer.name) and importer.recognises(content):
            return importer
    if name:
        raise UnreadableFile(say("this is not a file of the format {name}", name=name))
    raise UnreadableFile(
        say("this is none of the known exports; docs/imports.md lists them and how to get one")
    )
