"""`manage.py import_orders`, as the contract has it."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from orders.importers.registry import format_names
from orders.models import Order
from tests.orders.importers.files import EXPORTS, inventory
from tests.stock import Home, make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Home:
    return make_home()


def run(*arguments: object) -> tuple[dict[str, object], str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_orders", *map(str, arguments), "--json", stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def test_it_reports_what_it_did(home):
    path = EXPORTS / "shopper-inventory.csv"
    figures, _ = run(path, "--household", "home")
    assert figures == {
        "format": "shopper-inventory-csv",
        "rows": 35,
        "created": 24,
        "updated": 0,
        "unchanged": 0,
        "rejected": [],
    }
    assert run(path, "--household", "home")[0]["unchanged"] == 24


def test_a_dry_run_writes_nothing(home):
    figures, _ = run(EXPORTS / "temu-orders.csv", "--household", "home", "--dry-run")
    assert figures["created"] == 6
    assert not Order.objects.exists()


def test_a_bad_row_is_one_line_with_file_row_and_field(home, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(inventory({"Order ID": "3.07E+15"}, {}))
    figures, err = run(path, "--household", "home")
    assert (figures["created"], len(figures["rejected"])) == (1, 1)
    (line,) = err.splitlines()
    assert line.startswith(f"{path}: row 2: Order ID: ")


def test_a_file_of_bad_rows_alone_is_a_failure(home, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(inventory({"Order ID": "3.07E+15"}))
    with pytest.raises(CommandError, match="no order could be read"):
        run(path, "--household", "home")


def test_people_get_lines_rather_than_json(home):
    out = io.StringIO()
    path = str(EXPORTS / "temu-orders.csv")
    call_command("import_orders", path, "--household", "home", stdout=out)
    assert "created: 6" in out.getvalue()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere.csv", "No such file"), ("", "directory"), ("README.md", "known exports")],
)
def test_what_cannot_be_read_is_said_in_one_line(home, name, reason):
    with pytest.raises(CommandError, match=reason) as refusal:
        run(EXPORTS / name, "--household", "home")
    assert "\n" not in str(refusal.value)


def test_an_unknown_household_is_named(home):
    with pytest.raises(CommandError, match="nobody"):
        run(EXPORTS / "temu-orders.csv", "--household", "nobody")


def test_a_file_above_the_limit_is_refused(home, tmp_path: Path, settings):
    settings.IMPORT_MAX_BYTES = 10
    with pytest.raises(CommandError, match="larger"):
        run(EXPORTS / "temu-orders.csv", "--household", "home")


def test_an_unknown_format_is_bad_usage_that_lists_the_known(home):
    with pytest.raises(CommandError) as refusal:
        run(EXPORTS / "temu-orders.csv", "--household", "home", "--format", "excel")
    assert all(name in str(refusal.value) for name in format_names())
