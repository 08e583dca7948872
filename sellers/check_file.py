"""Reads the seller checks of a marketplace profile: [checks] and one table a check. No Django."""

from sellers.profile_table import Table
from sellers.profiles import CheckRule, SellerChecks

# The figures that each check is judged by.
FIGURES: dict[str, tuple[str, ...]] = {
    "rating": ("good_from", "fair_from", "careful_from"),
    "comments": ("bad_from_flags",),
    "badges": (),
    "store": ("good_age", "fair_age", "good_stars", "fair_stars"),
    "answer": ("good_hours", "good_share"),
    "offer": ("much_cheaper", "too_fast"),
    "protection": (),
    "dealings": ("good_orders", "trouble_share"),
}


def read_checks(profile: Table) -> SellerChecks:
    table = profile.table("checks")
    checks = SellerChecks(
        badges=table.lists_of_words("known_badges"),
        known_share=_share(table, "known_share"),
        good_from=table.read("good_from", float),
        avoid_below=table.read("avoid_below", float),
        rules={code: _rule(table, code) for code in FIGURES},
    )
    table.source()
    if not 0 <= checks.avoid_below < checks.good_from <= 100:
        raise table.fault("good_from", "is not above avoid_below and at most 100")
    table.nothing_left()
    return checks


def _rule(checks: Table, code: str) -> CheckRule:
    table = checks.table(code)
    rule = CheckRule(
        where=table.words("where"),
        weight=table.read("weight", float),
        decides=table.read("decides", bool, False),
        figures={name: table.read(name, float) for name in FIGURES[code]},
        source=table.source(),
    )
    if rule.weight <= 0:
        raise table.fault("weight", "is not above 0")
    table.nothing_left()
    return rule


def _share(table: Table, key: str) -> float:
    share = table.read(key, float)
    if not 0 < share <= 1:
        raise table.fault(key, f"is {share:g}, not a share above 0 and at most 1")
    return share
