"""The colours of parley.css: contrast that can be read, and the same for browsers without OKLCH."""

import math
import re
from pathlib import Path

import pytest
from django.conf import settings

SHEET = Path(settings.ROOT, "static", "parley.css").read_text()
TOKENS = SHEET[SHEET.index("@layer tokens {") : SHEET.index("@layer base {")]
OKLCH = re.compile(r"--([\w-]+): oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\);")
HEX = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
DARK = "@media screen and (prefers-color-scheme: dark)"
Colour = tuple[float, float, float]


def srgb(lightness: float, chroma: float, hue: float) -> Colour:
    """OKLCH to gamma-encoded sRGB, clipped, by Ottosson's matrices."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    cone_l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    cone_m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    cone_s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * cone_l - 3.3077115913 * cone_m + 0.2309699292 * cone_s,
        -1.2684380046 * cone_l + 2.6097574011 * cone_m - 0.3413193965 * cone_s,
        -0.0041960863 * cone_l - 0.7034186147 * cone_m + 1.7076147010 * cone_s,
    )
    return tuple(_encoded(min(max(part, 0.0), 1.0)) for part in linear)  # type: ignore[return-value]


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _decoded(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: Colour, other: Colour) -> float:
    lights = sorted(
        0.2126 * _decoded(r) + 0.7152 * _decoded(g) + 0.0722 * _decoded(b)
        for r, g, b in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def hex_of(colour: Colour) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)


def schemes() -> dict[str, dict[str, Colour]]:
    by_day, _, rest = TOKENS.partition(DARK)
    by_night = rest.partition("@supports not")[0]
    read = [
        {name: srgb(float(x) / 100, float(c), float(h)) for name, x, c, h in OKLCH.findall(part)}
        for part in (by_day, by_night)
    ]
    return {"light": read[0], "dark": read[0] | read[1]}


SCHEMES = schemes()
READ = [
    *[(text, ground, 7.0) for text in ("ink", "soft") for ground in ("paper", "card")],
    ("paper", "ink", 7.0),  # the one dark button
    *[(turn, ground, 4.5) for turn in ("ours", "theirs", "market", "good") for ground in ("card",)],
    *[(turn, f"{turn}-wash", 4.5) for turn in ("ours", "theirs", "market", "good")],
    *[("ink", f"{turn}-wash", 7.0) for turn in ("ours", "theirs", "market", "good")],
    ("paper", "ours", 4.5),  # the badge
]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground", "least"), READ)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str, least: float) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[text], colours[ground]) >= least


@pytest.mark.parametrize("scheme", SCHEMES)
def test_browser_without_oklch_gets_the_same_colours(scheme: str) -> None:
    fallback = TOKENS.partition("@supports not")[2]
    by_day, _, by_night = fallback.partition(DARK)
    given = dict(HEX.findall(by_day if scheme == "light" else by_night))
    assert given == {name: hex_of(colour) for name, colour in SCHEMES[scheme].items()}


def test_colours_stand_in_the_tokens_only() -> None:
    elsewhere = SHEET.replace(TOKENS, "")
    printed = elsewhere[elsewhere.index("@media print") :]
    found = re.findall(r"#[0-9a-f]{3,8}\b(?![^{]*{)|oklch\(", elsewhere.replace(printed, ""))
    assert found in ([], ["oklch("])  # the veil behind a dialog
