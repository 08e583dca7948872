"""The sample exports, and small files made for one trap each."""

import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from orders.importers import registry
from orders.importers.parsed import ParsedFile, ParsedOrder

EXPORTS = Path(__file__).resolve().parents[2] / "exports"
SAMPLES = {
    "shopper-inventory.csv": "shopper-inventory-csv",
    "shopper-inventory.json": "shopper-inventory-json",
    "aliexpress_user_data_backup.xlsx": "aliexpress-user-data-backup",
    "order-export-orders.csv": "order-export-orders",
    "order-export-lines.csv": "order-export-lines",
    "order-list.json": "order-list",
    "orders-scrapper.csv": "orders-scrapper",
    "order-downloader.tsv": "order-downloader",
    "webshop-orders.json": "webshop-orders",
    "temu-orders.csv": "temu",
}
INVENTORY_HEADER = (
    "Order Date,Order ID,Title,Qty,Price,Store,Product ID,SKU ID,Attributes,Price Info,Currency,"
    "Status,Product Url,Product Image Url,Store Url,Tags"
)
INVENTORY_CELLS = {
    "Order Date": "2026-02-20",
    "Order ID": "3069099405659913",
    "Title": "Ultrasonic cleaner 6 L",
    "Qty": "1",
    "Price": "US $120.95",
    "Store": "Lantern Tools Store",
    "Product ID": "1005008226693966",
    "SKU ID": "12000044304276428",
    "Attributes": "Color: 6L",
    "Price Info": "",
    "Currency": "",
    "Status": "Completed",
    "Product Url": "https://www.aliexpress.com/item/1005008226693966.html",
    "Product Image Url": "",
    "Store Url": "https://www.aliexpress.com/store/1103582642",
    "Tags": "",
}


def sample(name: str) -> bytes:
    return (EXPORTS / name).read_bytes()


def inventory(*rows: dict[str, str], separator: str = ",", end: str = "\n") -> str:
    """A Shopper Inventory CSV with a row for each, which names only the cells that matter."""
    lines = [INVENTORY_HEADER.replace(",", separator)]
    for row in rows:
        cells = (INVENTORY_CELLS | row).values()
        lines.append(separator.join('"' + cell.replace('"', '""') + '"' for cell in cells))
    return end.join([*lines, ""])


def read(content: bytes | str) -> ParsedFile:
    """As an import reads it: recognised by its content."""
    content = content.encode() if isinstance(content, str) else content
    return registry.choose(content).read(content)


def read_one(content: bytes | str) -> ParsedOrder:
    parsed = read(content)
    assert parsed.rejected == []
    (order,) = parsed.orders
    return order


def workbook(rows: Sequence[Sequence[object]], sheet: str = "Order Information") -> bytes:
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def mail(subject: str, body: str = "", sender: str = "transaction@notice.aliexpress.com") -> bytes:
    return (
        f"From: AliExpress <{sender}>\nTo: household@example.org\nSubject: {subject}\n"
        "Date: Tue, 25 Aug 2026 12:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n"
        f"{body}\n"
    ).encode()
