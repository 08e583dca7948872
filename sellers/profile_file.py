"""Reads a marketplace profile from its TOML file; says file, key and reason when it is wrong."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path

from sellers.calendar import WEEKDAYS, Peak
from sellers.check_file import read_checks
from sellers.drawings import Drawing, draw
from sellers.profile_table import MOST_DAYS, Table
from sellers.profiles import (
    Afterwards,
    Band,
    BandCode,
    Carrier,
    Channel,
    Issue,
    LadderStep,
    Profile,
    ProfileError,
    StartsAt,
    UsualSeller,
    UsualWeek,
    Window,
)

# What an address may leave to be filled in.
BLANKS = {"order", "item", "store"}
ESCALATIONS = ("dispute", "support", "appeal")


def read_profile(path: Path) -> Profile:
    """Read and check one profile; raise ProfileError naming file, key and reason."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise ProfileError(f"{path.name}: {fault}") from fault
    table = Table(path.name, "", entries)
    channels = {name: _channel(name, entry) for name, entry in table.tables("channels")}
    protection = table.table("protection")
    windows = {name: _window(name, entry) for name, entry in table.tables("windows")}
    profile = Profile(
        code=path.stem,
        name=table.words("name"),
        support_name=table.words("support_name"),
        clock=table.zone("clock"),
        checked_on=table.read("checked_on", date),
        protection_days=_protection_days(protection),
        safety_margin=protection.days("safety_margin_days"),
        confirming_ends_it=protection.read("confirming_ends_it", bool),
        protection_source=protection.source(),
        bands=_bands(table),
        usual_seller=_usual_seller(table.table("usual_seller")),
        channels=channels,
        issues={name: _issue(name, entry) for name, entry in table.tables("issues")},
        windows=windows,
        ladder=_ladder(table, channels),
        carriers=tuple(_carrier(name, entry) for name, entry in table.tables("carriers")),
        links=_links(table.table("links")),
        order_number_pattern=_pattern(table, "order_number_pattern"),
        peaks=_peaks(table),
        checks=read_checks(table),
        afterwards=_afterwards(table, windows),
    )
    protection.nothing_left()
    table.nothing_left()
    return profile


def _protection_days(table: Table) -> int:
    days = table.read("days", int)
    if not 0 < days <= MOST_DAYS:
        raise table.fault("days", f"is {days}, not between 1 and {MOST_DAYS}")
    return days


def _pattern(table: Table, key: str) -> str:
    pattern = table.read(key, str)
    try:
        re.compile(pattern)
    except re.error as fault:
        raise table.fault(key, f"is no regular expression: {fault}") from fault
    return pattern


def _bands(table: Table) -> Mapping[BandCode, Band]:
    bands = {}
    for name, entry in table.tables("bands"):
        try:
            code = BandCode(name)
        except ValueError:
            raise entry.fault("", "is not one of the three bands") from None
        bands[code] = Band(
            code=code,
            label=entry.words("label"),
            upper=entry.days("upper_days"),
            source=entry.source(),
        )
        entry.nothing_left()
    for code in BandCode:
        if code not in bands:
            raise table.fault(f"bands.{code}", "is missing")
    return bands


def _hours(table: Table, key: str) -> tuple[time, time] | None:
    """'09:00-22:00', or '' for a day off; '24:00' is the end of the day."""
    text = table.read(key, str)
    if not text:
        return None
    match = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text)
    if match is None:
        raise table.fault(key, f"{text!r} is not like '09:00-18:00'")
    numbers = [int(number) for number in match.groups()]
    try:
        opens = time(numbers[0], numbers[1])
        closes = time.max if numbers[2:] == [24, 0] else time(numbers[2], numbers[3])
    except ValueError:
        raise table.fault(key, f"{text!r} holds no time of day") from None
    return opens, closes


def _usual_seller(table: Table) -> UsualSeller:
    seller = UsualSeller(
        country=table.read("country", str),
        time_zone=table.zone("time_zone"),
        weeks=_usual_weeks(table),
        response_rate=table.read("response_rate", float),
    )
    if not re.fullmatch("[A-Z]{2}", seller.country):
        raise table.fault("country", f"{seller.country!r} is not a country code like CN")
    if not 0 < seller.response_rate < 1:
        raise table.fault("response_rate", "is not between 0 and 1")
    table.source()
    table.nothing_left()
    return seller


def _usual_weeks(table: Table) -> tuple[UsualWeek, ...]:
    weeks = []
    for index, entry in enumerate(table.read("weeks", list)):
        row = Table(table.file, f"{table.path}.weeks[{index}]", entry)
        hours = {day: _hours(row, day) for day in WEEKDAYS}
        week = UsualWeek(name=row.read("name", str), part=row.read("part", float), hours=hours)
        if not any(hours.values()):
            raise row.fault("mon", "no day of the week has hours")
        row.nothing_left()
        weeks.append(week)
    if abs(sum(week.part for week in weeks) - 1) > 1e-6 or any(w.part <= 0 for w in weeks):
        raise table.fault("weeks", "the parts are not above 0, or do not add up to 1")
    return tuple(sorted(weeks, key=lambda week: -week.part))


def _channel(name: str, table: Table) -> Channel:
    channel = Channel(
        code=name,
        name=table.words("name"),
        where=table.words("where"),
        url=table.address("url", BLANKS, ""),
        speed=table.read("speed", float),
        reaches=table.read("reaches", str),
        advised_letters=table.read("advised_letters", int, 1000),
        opens=table.texts("opens", []),
        drawing=_drawing(table) if "drawing" in table.entries else None,
        source=table.source(),
    )
    if channel.reaches not in {"seller", "marketplace"}:
        raise table.fault("reaches", "is neither 'seller' nor 'marketplace'")
    if channel.speed <= 0:
        raise table.fault("speed", "is not above 0")
    for kind in channel.opens:
        if kind not in ESCALATIONS:
            raise table.fault("opens", f"{kind!r} is none of {', '.join(ESCALATIONS)}")
    table.nothing_left()
    return channel


def _drawing(channel: Table) -> Drawing:
    table = channel.table("drawing")
    page, rows = table.words("page"), table.read("rows", list)
    table.nothing_left()
    if any(not isinstance(row, list) or any(type(t) is not str for t in row) for row in rows):
        raise table.fault("rows", "is not a list of lists of texts")
    try:
        return draw(page, rows)
    except ValueError as fault:
        raise table.fault("rows", str(fault)) from fault


def _issue(name: str, table: Table) -> Issue:
    escalation = table.read("escalation", str)
    if escalation not in {"dispute", "support"}:
        raise table.fault("escalation", f"{escalation!r} is neither 'dispute' nor 'support'")
    issue = Issue(
        code=name,
        label=table.words("label"),
        first_ask=table.words("first_ask"),
        evidence=table.lists_of_words("evidence"),
        escalation=escalation,
        needs_order=table.read("needs_order", bool),
        waits_for_parcel=table.read("waits_for_parcel", bool, False),
        sources=(table.source(),),
    )
    table.nothing_left()
    return issue


def _window(name: str, table: Table) -> Window:
    starts = table.one_of("starts", StartsAt)
    window = Window(
        code=name,
        label=table.words("label"),
        starts=starts,
        opens_after=_offset(table, "opens") or timedelta(),
        closes_after=_offset(table, "closes"),
        closes_from=table.one_of("closes_from", StartsAt, starts.value),
        needs=table.words("needs", ""),
        one_shot=table.read("one_shot", bool, False),
        source=table.source(),
    )
    closes = window.closes_after
    if closes is not None and window.closes_from is starts and closes < window.opens_after:
        raise table.fault("closes_after_days", "lies before the window opens")
    table.nothing_left()
    return window


def _offset(table: Table, verb: str) -> timedelta | None:
    """'opens_after_days = 10', or 'opens_before_days = 7' for so long before."""
    after, before = f"{verb}_after_days", f"{verb}_before_days"
    if before in table.entries:
        return -table.days(before)
    return table.days(after) if after in table.entries else None


def _ladder(table: Table, channels: Mapping[str, Channel]) -> tuple[LadderStep, ...]:
    steps = []
    for index, entry in enumerate(table.read("ladder", list)):
        rung = Table(table.file, f"ladder[{index}]", entry)
        step = LadderStep(
            kind=rung.read("kind", str),
            label=rung.words("label"),
            channels=rung.texts("channels", []),
            one_shot=rung.read("one_shot", bool, False),
        )
        if step.kind not in {"retry", "escalate", "appeal"}:
            raise rung.fault("kind", f"{step.kind!r} is not retry, escalate or appeal")
        for code in step.channels:
            if code not in channels:
                raise rung.fault("channels", f"{code!r} is not one of the channels above")
        rung.nothing_left()
        steps.append(step)
    return tuple(steps)


def _afterwards(table: Table, windows: Mapping[str, Window]) -> tuple[Afterwards, ...]:
    rows = []
    for index, entry in enumerate(table.read("afterwards", list, [])):
        row = Table(table.file, f"afterwards[{index}]", entry)
        kind, who = row.read("kind", str), row.read("who", str)
        if kind not in ESCALATIONS:
            raise row.fault("kind", f"{kind!r} is none of {', '.join(ESCALATIONS)}")
        if who not in {"seller", "marketplace", "you"}:
            raise row.fault("who", f"{who!r} is not seller, marketplace or you")
        window, edge = row.read("window", str, ""), row.read("edge", str, "closes")
        if window and window not in windows:
            raise row.fault("window", f"{window!r} is not one of the windows above")
        if edge not in {"opens", "closes"}:
            raise row.fault("edge", f"{edge!r} is neither 'opens' nor 'closes'")
        starts = row.one_of("starts", StartsAt, StartsAt.DISPUTE_OPENED.value)
        after = row.days("after_days") if "after_days" in row.entries else None
        if window and after is not None:
            raise row.fault("after_days", "is there beside a window, which has its own days")
        source = windows[window].source if window else row.source()
        rows.append(
            Afterwards(
                kind=kind,
                who=who,
                text=row.words("text"),
                window=window,
                edge=edge,
                starts=starts,
                after=after,
                source=source,
            )
        )
        row.nothing_left()
    return tuple(rows)


def _peaks(table: Table) -> tuple[Peak, ...]:
    peaks = []
    for index, entry in enumerate(table.read("peaks", list, [])):
        row = Table(table.file, f"peaks[{index}]", entry)
        peak = Peak(
            name=row.words("name"),
            starts=_month_day(row, "starts"),
            ends=_month_day(row, "ends"),
            pace=row.read("pace", float),
        )
        if not 0 < peak.pace <= 1:
            raise row.fault("pace", "is not above 0 and at most 1")
        row.source()
        row.nothing_left()
        peaks.append(peak)
    return tuple(peaks)


def _month_day(table: Table, key: str) -> tuple[int, int]:
    text = table.read(key, str)
    try:
        day = date.fromisoformat(f"2024-{text}")
    except ValueError:
        raise table.fault(key, f"{text!r} is not like '11-08'") from None
    return day.month, day.day


def _carrier(name: str, table: Table) -> Carrier:
    carrier = Carrier(
        code=name,
        name=table.read("name", str),
        pattern=_pattern(table, "pattern"),
        url=table.address("url", {"number"}),
    )
    if "{number}" not in carrier.url:
        raise table.fault("url", "does not hold {number}")
    table.source()
    table.nothing_left()
    return carrier


def _links(table: Table) -> Mapping[str, str]:
    return {key: table.address(key, BLANKS) for key in list(table.entries)}
