"""A page of a marketplace as a line drawing, the button that is looked for marked."""

from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from languages.saying import said
from sellers.drawings import LINE, WIDTH, Drawing, Shape, lay_out

register = template.Library()


@register.simple_tag
def drawing(plan: Drawing) -> SafeString:
    """The picture alone: whoever shows it says the same in words beside it."""
    return _drawn(plan, get_language())


@cache
def _drawn(plan: Drawing, _language: str | None) -> SafeString:
    try:
        sheet = lay_out(plan, said)
    except ValueError:
        # Words that a translation has made too long must not take the page away.
        sheet = lay_out(plan, str)
    return format_html(
        '<svg class="drawing" viewBox="-4 -4 {} {}" aria-hidden="true">'
        '<rect class="sheet" width="{}" height="{}" rx="10" />{}</svg>',
        WIDTH + 8,
        sheet.height + 8,
        WIDTH,
        sheet.height,
        format_html_join("", "{}", ((_shape(shape),) for shape in sheet.shapes)),
    )


def _shape(shape: Shape) -> SafeString:
    return format_html(
        '<g class="{}">{}{}</g>',
        "marked" if shape.is_marked else "shape",
        _ring(shape) if shape.is_marked else "",
        _PAINTERS.get(shape.kind, _box)(shape),
    )


def _ring(shape: Shape) -> SafeString:
    return format_html(
        '<rect class="ring" x="{}" y="{}" width="{}" height="{}" rx="11" />',
        *(shape.x - 5, shape.y - 5, shape.width + 10, shape.height + 10),
    )


def _box(shape: Shape) -> SafeString:
    """A button, a field, the search bar or a picture; its words, if any, in the middle."""
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}" />{}',
        "press" if shape.kind == "button" else shape.kind,
        *(shape.x, shape.y, shape.width, shape.height),
        6 if shape.kind == "picture" else shape.height / 2,
        _words(shape),
    )


def _words(shape: Shape) -> SafeString:
    """Its lines, about its middle."""
    first = shape.centre + 4 - LINE * (len(shape.lines) - 1) / 2
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        ((shape.middle, first + LINE * number, text) for number, text in enumerate(shape.lines)),
    )


def _bars(shape: Shape, parts: int) -> SafeString:
    """Text that need not be read: one or more thick lines, the last one shorter."""
    step = shape.height / parts
    return format_html_join(
        "",
        '<rect class="words" x="{}" y="{}" width="{}" height="{}" rx="3" />',
        (
            (
                shape.x,
                shape.y + number * step,
                round(shape.width * (0.6 if parts > 1 and number == parts - 1 else 1), 1),
                min(step, 6) if parts > 1 else shape.height,
            )
            for number in range(parts)
        ),
    )


def _tabs(shape: Shape) -> SafeString:
    part = (shape.width - 3 * 14) / 4
    return format_html_join(
        "",
        '<rect class="words" x="{}" y="{}" width="{}" height="6" rx="3" />',
        ((round(shape.x + n * (part + 14), 1), shape.y + 3, round(part, 1)) for n in range(4)),
    )


def _envelope(shape: Shape) -> SafeString:
    x, y, w, h = shape.x, shape.y, shape.width, shape.height
    return format_html(
        '<rect class="press" x="{}" y="{}" width="{}" height="{}" rx="4" />'
        '<path class="stroke" d="M{} {}L{} {}L{} {}" />',
        *(x, y, w, h, x + 3, y + 5, shape.middle, y + h * 0.6, x + w - 3, y + 5),
    )


def _bubble(shape: Shape) -> SafeString:
    x, y, w, h = shape.x, shape.y, shape.width, shape.height
    return format_html(
        '<path class="press" d="M{} {}h{}a5 5 0 0 1 5 5v{}a5 5 0 0 1 -5 5h{}l-6 6v-6h-2a5 5 0 0 1 -5 '
        '-5v{}a5 5 0 0 1 5 -5z" />',
        *(x + 5, y, w - 10, h - 16, -(w - 18), -(h - 16)),
    )


def _person(shape: Shape) -> SafeString:
    return format_html(
        '<circle class="picture" cx="{}" cy="{}" r="{}" />',
        *(shape.middle, shape.centre, shape.width / 2),
    )


_PAINTERS = {
    "title": lambda shape: _bars(shape, 1),
    "line": lambda shape: _bars(shape, 1),
    "lines": lambda shape: _bars(shape, 3),
    "tabs": _tabs,
    "space": lambda _shape: SafeString(""),
    "envelope": _envelope,
    "bubble": _bubble,
    "person": _person,
}
