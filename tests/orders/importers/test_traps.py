"""Every trap that real exports are known to hold."""

import base64
import contextlib
import io
import json
import os
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.importers import registry
from orders.importers.parsed import UnreadableFile
from tests.orders.importers.files import (
    INVENTORY_HEADER,
    inventory,
    read,
    read_one,
    sample,
    workbook,
)

NUMBER = "3069099405659913"
BACKUP = ("order_id", "parent_orderid", "gmt_create_order_time", "order_status", "item_name")


@pytest.mark.parametrize("number", ["3.07E+15", "3,07E+15", "3.0690994056599E+15", "3E15"])
def test_a_number_that_a_spreadsheet_rounded_is_refused_with_the_reason(number):
    parsed = read(inventory({"Order ID": number}, {"Title": "whole"}))
    (fault,) = parsed.rejected
    assert (fault.row, fault.field) == (2, "Order ID")
    assert "spreadsheet" in fault.error
    assert [order.number for order in parsed.orders] == [NUMBER]


def test_a_number_that_excel_keeps_as_a_number_is_refused():
    content = workbook([BACKUP, ("1", 17, "2026-02-21 07:44:46", "FINISH", "Pen")])
    content = _with_sheet(content, b"<v>17</v>", b"<v>3.0690994056599099E+15</v>")
    (fault,) = read(content).rejected
    assert "spreadsheet" in fault.error


@pytest.mark.parametrize("guarded", [f'="{NUMBER}"', f"'{NUMBER}", f" {NUMBER} ", f"{NUMBER}.0"])
def test_a_number_that_was_guarded_from_a_spreadsheet_is_whole(guarded):
    assert read_one(inventory({"Order ID": guarded})).number == NUMBER


@pytest.mark.parametrize(
    "number", ["", "12345", "x" * 300, "٣٠٦٩٠٩٩٤٠٥٦٥٩٩١٣", "3069099405659913;1"]
)
def test_what_is_no_order_number_is_refused(number):
    (fault,) = read(inventory({"Order ID": number})).rejected
    assert fault.field == "Order ID"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("'=1+1", "=1+1"),
        ("'-10 % lamp", "-10 % lamp"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ('=HYPERLINK("https://evil.example","Lamp")', "Lamp"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("'tis a lamp", "'tis a lamp"),
        ("two\r\nlines\tof text", "two lines of text"),
        ("null\0byte", "nullbyte"),
    ],
)
def test_formulas_and_odd_characters_become_plain_text(cell, shown):
    assert read_one(inventory({"Title": cell})).items[0].title == shown


def test_a_lone_surrogate_in_json_is_dropped():
    rows = json.loads(sample("shopper-inventory.json"))[:1]
    rows[0]["title"] = "Lamp \ud800 blue\0"
    assert read_one(json.dumps(rows)).items[0].title == "Lamp blue"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://",
        "ftp://x.example/",
        "https://[oops",
        "http://x/" + "a" * 2000,
    ],
)
def test_an_odd_address_is_left_out(url):
    assert read_one(inventory({"Product Url": url})).items[0].url == ""


def test_an_address_without_scheme_gets_one():
    assert (
        read_one(inventory({"Product Url": "//x.example/1"})).items[0].url == "https://x.example/1"
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_every_encoding_that_spreadsheets_save_is_read(encoding):
    text = inventory({"Title": "Lampe für Küche", "Price": "28,90€", "Order ID": NUMBER})
    (item,) = read_one(text.encode(encoding)).items
    assert (item.title, item.unit_price_minor, item.currency) == ("Lampe für Küche", 2890, "EUR")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_separator_and_line_end_is_read(separator, end):
    assert read_one(inventory({}, separator=separator, end=end)).items[0].quantity == 1


def test_a_line_for_excel_and_empty_lines_come_before_the_header():
    text = "\nsep=,\n" + inventory({"Qty": "many"})
    (fault,) = read(text).rejected
    assert (fault.row, fault.field) == (4, "Qty")


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    lines = inventory({}, {"Qty": "0"}).splitlines()
    text = "\n".join([*lines[:2], "", *lines[2:]])
    assert [fault.row for fault in read(text).rejected] == [4]


def test_names_of_columns_may_be_spelt_in_any_case():
    assert read_one(inventory({}).replace("Order ID", "order id")).number == NUMBER


def test_a_row_with_a_missing_quote_is_refused_rather_than_shifted():
    lines = inventory({}).splitlines()
    (fault,) = read("\n".join([lines[0], lines[1] + ",more", ""])).rejected
    assert "more cells" in fault.error


def test_the_same_row_twice_is_one_item():
    assert len(read_one(inventory({}, {})).items) == 1


def test_two_rows_that_differ_are_two_items():
    assert len(read_one(inventory({}, {"SKU ID": "12000044304276429"})).items) == 2


@pytest.mark.parametrize("status", ["Ausstehende Lieferung", "ממתין למשלוח", "", "?" * 300])
def test_an_unknown_status_never_fails_a_row(status):
    assert read_one(inventory({"Status": status})).status_text == status[:80]


def test_bad_rows_are_named_while_the_rest_goes_in():
    parsed = read(
        inventory(
            {"Order Date": "soon"},
            {"Qty": "-1"},
            {"Price": "free"},
            {"Order ID": "8211744661738042"},
        )
    )
    assert [(f.row, f.field) for f in parsed.rejected] == [
        (2, "Order Date"),
        (3, "Qty"),
        (4, "Price"),
    ]
    assert [order.number for order in parsed.orders] == ["8211744661738042"]
    assert parsed.rows == 4


def test_tab_separated_rows_come_without_their_header():
    body = sample("order-downloader.tsv").split(b"\n", 1)[1]
    assert len(read(body).orders) == 24
    broken = body.replace(b"\t110.38\t", b"\tfree\t", 1)
    assert [fault.row for fault in read(broken).rejected] == [1]


def test_a_cell_may_name_several_parcels():
    body = sample("order-downloader.tsv").replace(
        b"LP00297482617446", b"lp00297482617446, RB123456785GB", 1
    )
    order = next(o for o in read(body).orders if o.number == "4583420941597242")
    assert [p.number for p in order.parcels] == ["LP00297482617446", "RB123456785GB"]


def test_a_title_with_a_bar_is_one_item_where_the_file_says_one():
    header = "order_id,order_date,total_price_text,order_title,order_titles,order_line_count"
    row = f"{NUMBER},2026-02-20,US $1.00,Lamp | blue,Lamp | blue,1"
    assert [i.title for i in read_one(f"{header}\n{row}\n").items] == ["Lamp | blue"]


def test_jsonp_and_har_hold_the_same_orders():
    plain = sample("order-list.json")
    text = plain.decode()
    answers = [
        {"text": f" mtopjsonp3({text});"},
        {"text": base64.b64encode(plain).decode(), "encoding": "base64"},
    ]
    expected = [order.number for order in read(plain).orders]
    assert [order.number for order in read(f"mtopjsonp1({text})").orders] == expected
    for answer in answers:
        har = {"log": {"entries": [{"response": {"content": answer}}, {"response": None}]}}
        assert [order.number for order in read(json.dumps(har)).orders] == expected


def test_a_block_of_the_order_list_without_orders_is_named():
    content = '{"data": {"data": {"pc_om_list_order_1": 5, "pc_om_list_order_2": {"fields": []}}}}'
    assert [fault.field for fault in read(content).rejected] == ["orderId", "orderId"]


@pytest.mark.parametrize(
    ("reason", "paid", "status"),
    [
        ("buyer_accept_goods", "true", "Completed"),
        ("buyer_accept_goods_timeout", "true", "Completed"),
        ("seller_send_goods_timeout", "true", "Cancelled"),
        ("seller_response_issue_timeout", "true", "Cancelled"),
        ("something_new", "true", "FINISH"),
        ("", "false", "Cancelled"),
    ],
)
def test_a_finished_order_is_completed_or_cancelled_by_its_reason(reason, paid, status):
    header = (*BACKUP, "end_reason", "is_success_pay")
    row = ("1", NUMBER, "2026-02-21 07:44:46", "FINISH", "Pen", reason, paid)
    assert read_one(workbook([header, row])).status_text == status


def test_a_workbook_that_is_another_one_says_so():
    with pytest.raises(UnreadableFile, match="Order Information"):
        read(workbook([("a", "b")], sheet="Budget"))


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 120_000_000)
    return content.getvalue()


def test_a_zip_bomb_is_refused():
    with pytest.raises(UnreadableFile, match="unpacks"):
        read(_bomb())


def _with_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with a change in its first sheet that openpyxl would not write."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(changed, "w") as target:
        for entry in source.infolist():
            body = source.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                assert old in body
                body = body.replace(old, new)
            target.writestr(entry.filename, body)
    return changed.getvalue()


def test_a_sheet_that_claims_to_be_huge_is_read_at_once():
    content = workbook([BACKUP, ("1", NUMBER, "2026-02-21 07:44:46", "FINISH", "Pen")])
    content = _with_sheet(content, b'ref="A1:E2"', b'ref="A1:XFD1048576"')
    assert read_one(content).number == NUMBER


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n\t",
        b"\0" * 100,
        b"PK\x03\x04" + b"xl/" + b"\xff" * 500,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" + b"9" * 10_000 + b"]",
        b"{",
        b'{"metadata": {}, "orders": 5, "order_url": ""}',
        ("," * 100_000).encode(),
        INVENTORY_HEADER.encode() + b'\n"never closed' + b"x" * 200_000,
        b'[{"orderId": 1, "storePageUrl": ""}, 5]',
    ],
)
def test_a_broken_file_is_refused_in_words(content):
    with pytest.raises(UnreadableFile) as refusal:
        read(content)
    assert str(refusal.value)


def test_a_row_of_a_hundred_thousand_columns_is_one_bad_row():
    text = inventory({}) + "x," * 100_000 + "\n"
    assert [fault.row for fault in read(text).rejected] == [3]


def test_a_header_without_rows_holds_no_orders():
    assert read(INVENTORY_HEADER + "\n").orders == []


def test_random_bytes_are_no_export():
    for _ in range(50):
        with pytest.raises(UnreadableFile):
            read(os.urandom(4096))


@pytest.mark.parametrize("importer", registry.IMPORTERS, ids=lambda importer: importer.name)
@settings(max_examples=40, deadline=None)
@given(
    content=st.binary(max_size=400)
    | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
)
def test_no_content_makes_a_reader_stumble(importer, content):
    importer.recognises(content)
    with contextlib.suppress(UnreadableFile):
        importer.read(content)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.parametrize(
    "file", ["shopper-inventory.json", "webshop-orders.json", "order-list.json"]
)
@settings(max_examples=60, deadline=None)
@given(value=ANYTHING, place=st.integers(0, 60))
def test_a_value_of_any_kind_anywhere_in_json_is_at_most_a_bad_row(file, value, place):
    whole = json.loads(sample(file))
    spots = []
    waiting = [whole]
    while waiting and len(spots) <= place:
        current = waiting.pop(0)
        for key in current if isinstance(current, dict) else range(len(current)):
            spots.append((current, key))
            if isinstance(current[key], dict | list):
                waiting.append(current[key])
    spot, key = spots[min(place, len(spots) - 1)]
    spot[key] = value
    with contextlib.suppress(UnreadableFile):
        read(json.dumps(whole))
