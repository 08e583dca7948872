import subprocess
import sys
from datetime import date

import pytest

from orders.importers.dates import day
from orders.importers.parsed import FieldError


@pytest.mark.parametrize(
    "text",
    [
        "Feb 21, 2026",
        "Feb. 21, 2026",
        "February 21, 2026",
        "21 Feb 2026",
        "2/21/2026",
        "21/2/2026",
        "2026-02-21",
        "2026/02/21",
        "2026-02-21 07:44:46",
        "2026-02-21T07:44:46Z",
        "2026-02-21T07:44:46.123+02:00",
        "21.02.2026",
        "10:31 Feb. 21 2026",
        "2026年2月21日",
        "21 févr. 2026",
        "21 февр. 2026 г.",
        "21 lut 2026",
        "21 de feb. de 2026",
    ],
)
def test_every_spelling_of_a_day_is_read(text):
    assert day(text, "Order Date") == date(2026, 2, 21)


def test_an_american_day_has_its_month_first():
    assert day("3/4/2026", "Order Date") == date(2026, 3, 4)


def test_a_german_day_has_its_day_first():
    assert day("12.03.2024", "Order Date") == date(2024, 3, 12)


def test_a_month_that_begins_like_march_is_another_one():
    assert day("21 marraskuu 2026".replace("marraskuu", "mars"), "d") == date(2026, 3, 21)
    with pytest.raises(FieldError):
        day("marraskuu 21, 2026", "d")


@pytest.mark.parametrize(
    "text", ["2026-02-30", "yesterday", "Feb 21", "46074", "0001-01-01", "3.07E+15", "x" * 500]
)
def test_what_is_no_day_is_refused_by_name(text):
    with pytest.raises(FieldError) as refusal:
        day(text, "Order Date")
    assert refusal.value.field == "Order Date"


def test_quick_forms_do_not_load_the_slow_library():
    code = (
        "import sys; from orders.importers.dates import day; "
        "day('Feb 21, 2026', 'd'); day('2/21/2026', 'd'); sys.exit('dateparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
