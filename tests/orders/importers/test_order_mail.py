import io
import sys
import zipfile
from datetime import date
from email.header import Header

import pytest

from orders.importers.order_mail_subjects import read_subject
from orders.importers.parsed import UnreadableFile
from tests.orders.importers.files import EXPORTS, mail, read, read_one, sample

NUMBER = "3069099405659913"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (f"Order {NUMBER}: order confirmed", "Awaiting shipment"),
        (f"Order {NUMBER}: order shipped", "Shipped"),
        (f"Order {NUMBER}: collected by the carrier", "Shipped"),
        (f"Order {NUMBER}: delivery update", ""),
        (f"Order {NUMBER}: awaiting confirmation", "Delivered"),
        (f"Order {NUMBER}: how did it go?", "Completed"),
        (f"order {NUMBER}: Order Confirmed", "Awaiting shipment"),
        (f"Your order {NUMBER} is closed", "Closed"),
        (f"Bestellung {NUMBER}: Bestellbestätigung", "Awaiting shipment"),
        (f"Bestellung {NUMBER}: Versandbereit", "Awaiting shipment"),
        (f"Bestellung {NUMBER}: Bestellung versandt", "Shipped"),
        (f"Bestellung {NUMBER}: teilweise versandt", "Shipped"),
        (f"Bestellung {NUMBER}: Paket im Transit", "Shipped"),
        # Literally 'being delivered', and it only means that the carrier has it.
        (f"Bestellung {NUMBER}: Wird zugestellt", "Shipped"),
        (f"Bestellung {NUMBER}: auf Bestätigung wird gewartet", "Delivered"),
        (f"Bestellung {NUMBER}: wie ist es gelaufen?", "Completed"),
        (f"WG: Fwd: Order {NUMBER}: order shipped", "Shipped"),
        (f"Order {NUMBER}: words of next year", ""),
    ],
)
def test_each_subject_names_the_order_and_its_status(words, status):
    subject = read_subject(words)
    assert (subject.order, subject.status) == (NUMBER, status)


@pytest.mark.parametrize(
    ("words", "parcel", "status"),
    [
        ("Package LP00724622449605: left the departure region", "LP00724622449605", "Shipped"),
        ("Package LP00724622449605: at customs", "LP00724622449605", "Shipped"),
        ("Package LP00724622449605 is out for delivery", "LP00724622449605", "Shipped"),
        ("Package LP00724622449605 has been delivered", "LP00724622449605", "Delivered"),
        ("Packstück LP00724622449605: Vom Kurier abgeholt", "LP00724622449605", "Shipped"),
        ("Zollabfertigung für LP00724622449605 wurde beendet", "LP00724622449605", "Shipped"),
        ("운송장 번호 LP00724622449605: 배송 완료", "LP00724622449605", "Delivered"),
    ],
)
def test_a_subject_may_name_a_parcel(words, parcel, status):
    subject = read_subject(words)
    assert (subject.parcel, subject.status) == (parcel, status)


def test_the_samples_tell_status_day_and_parcel():
    orders = [read_one(sample(f"mail/{n}.eml")) for n in range(6)]
    assert [order.status_text for order in orders] == [
        *("Awaiting shipment", "Shipped", "Delivered"),
        *("Awaiting shipment", "Shipped", "Delivered"),
    ]
    assert orders[0].placed_on == date(2026, 8, 25)
    assert orders[1].shipped_on == date(2026, 9, 19)
    assert [p.number for p in orders[1].parcels] == ["LP00297482617446"]


def test_a_part_of_an_order_on_its_way_starts_no_protection():
    assert read_one(mail(f"Order {NUMBER}: partially shipped")).shipped_on is None


def test_one_mail_may_tell_of_several_orders():
    subject = Header("2 Bestellungen wurden bestätigt: 3069099405659913", "utf-8").encode()
    body = "https://www.aliexpress.com/p/order/index.html?x=1&amp;o_ids=3069099405659913,8211744661738042"
    orders = read(mail(subject, body)).orders
    assert [order.number for order in orders] == [NUMBER, "8211744661738042"]
    assert {order.status_text for order in orders} == {"Awaiting shipment"}


def test_a_mail_about_a_parcel_finds_its_orders_in_the_links():
    body = "https://www.aliexpress.com/p/tracking/index.html?tradeOrderId=3069099405659913"
    order = read_one(mail("Package LP00724622449605 has been delivered", body))
    assert (order.number, order.delivered_on) == (NUMBER, date(2026, 8, 25))
    assert [p.number for p in order.parcels] == ["LP00724622449605"]


def test_a_forwarded_mail_through_a_relay_is_read():
    sender = "transaction_at_notice_aliexpress_com_x1@privaterelay.appleid.com"
    assert read_one(mail(f"FW: Order {NUMBER}: order shipped", sender=sender)).number == NUMBER


@pytest.mark.parametrize("subject", ["Big sale today", "", "Package LP00724622449605: at customs"])
def test_a_mail_that_names_no_order_is_a_bad_row(subject):
    parsed = read(mail(subject))
    assert [(fault.row, fault.field) for fault in parsed.rejected] == [(1, "Subject")]


def test_a_zip_and_an_mbox_hold_many_mails():
    files = sorted((EXPORTS / "mail").glob("*.eml"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in files:
            archive.write(file, file.name)
    mbox = b"".join(b"From - Mon Nov 23\n" + file.read_bytes() + b"\n\n" for file in files)
    for content in (packed.getvalue(), mbox):
        parsed = read(content)
        assert (parsed.rows, len(parsed.orders), parsed.rejected) == (6, 6, [])


def many_mails(count: int) -> dict[str, bytes]:
    """As many mails in each of the files that hold several."""
    content = mail(f"Order {NUMBER}: order confirmed")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.eml", content)
    return {
        "zip": packed.getvalue(),
        "mbox": b"\n\n".join([b"From - Mon Nov 23\n" + content] * count),
    }


@pytest.mark.parametrize("kind", ["zip", "mbox"])
def test_a_file_of_more_mails_than_orders_send_is_refused_in_words(kind, monkeypatch):
    monkeypatch.setattr("orders.importers.order_mail.MAX_MAILS", 3)
    assert read(many_mails(3)[kind]).rows == 3
    with pytest.raises(UnreadableFile, match="far more than order mails"):
        read(many_mails(4)[kind])


def test_a_mail_without_a_good_date_tells_no_day():
    content = mail(f"Order {NUMBER}: order confirmed").replace(
        b"Tue, 25 Aug 2026", b"Noneday, 99 Xyz 0"
    )
    assert read_one(content).placed_on is None


def calls_to_read(subject: str) -> int:
    """How many functions are called to decode such a mail: its work, on any machine.

    Splitting it into lines is not counted: nothing can be quicker than that."""
    called = 0

    def count(frame, event, _argument):
        nonlocal called
        called += event == "call" and "feedparser" not in frame.f_code.co_filename

    content = mail(subject=subject)
    # What the first mail of a process compiles and keeps is nobody's work here.
    read(content)
    sys.setprofile(count)
    try:
        read(content)
    finally:
        sys.setprofile(None)
    return called


@pytest.mark.parametrize(
    "word",
    [" =?utf-8?b?w6Q=?=\n", " =?utf-8?q?=C3=A4?=\n", " =?x?\n", " ä\n", " <\n"],
    ids=["base64", "quoted", "broken", "raw", "marks"],
)
def test_a_huge_subject_costs_no_more_than_a_long_one(word):
    start = f"Order {NUMBER}: order shipped"
    assert calls_to_read(start + word * 8_000) <= 2 * calls_to_read(start + word * 2_000)


def test_a_huge_subject_is_read_to_the_order_at_its_start():
    content = mail(subject=f"Order {NUMBER}: order shipped" + " =?utf-8?b?w6Q=?=\n" * 20_000)
    assert read_one(content).number == NUMBER


def test_huge_headers_of_parts_cost_no_more_than_long_ones():
    start = "text/plain"
    short, long = (
        calls_to_read(f"Order {NUMBER}: order shipped\nContent-Type: {start}" + '; a="b"\n ' * n)
        for n in (2_000, 8_000)
    )
    assert long <= 2 * short
