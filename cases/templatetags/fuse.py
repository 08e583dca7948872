"""The fuse as a picture: written in one go, since a list holds many of them."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cases.fuse import Fuse, Label

register = template.Library()


@register.simple_tag
def fuse(line: Fuse, words: str) -> SafeString:
    """`words` say the same to whoever does not see the picture."""
    parts = [
        f'<svg class="fuse" width="100%" height="44" role="img" aria-label="{escape(words)}">',
        '<line class="rail" x1="1%" y1="16" x2="99%" y2="16" />',
        f'<line class="burnt" x1="1%" y1="16" x2="{line.now:.1f}%" y2="16" />',
        *(
            f'<rect class="band" x="{band.x:.1f}%" y="9" width="{band.width:.1f}%" height="14" rx="7" />'
            for band in line.bands
        ),
        *(f'<circle class="sent" cx="{x:.1f}%" cy="16" r="6" />' for x in line.sent),
        *(f'<circle class="step" cx="{x:.1f}%" cy="16" r="6" />' for x in line.steps),
        _upright("now", line.now, 4, 28),
        _upright("safe", line.safe, 2, 30) if line.safe is not None else "",
        '<rect class="end" x="98.4%" y="8" width="1.6%" height="16" />'
        if line.end is not None
        else "",
        *(_text(label) for label in line.labels),
        "</svg>",
    ]
    # Figures, our own words and what was escaped.
    return mark_safe("".join(parts))  # noqa: S308


def _upright(name: str, x: float, top: int, bottom: int) -> str:
    return f'<line class="{name}" x1="{x:.1f}%" y1="{top}" x2="{x:.1f}%" y2="{bottom}" />'


def _text(label: Label) -> str:
    minor = 'class="minor" ' if label.is_minor else ""
    return (
        f'<text {minor}x="{label.x:.1f}%" y="41" text-anchor="{label.anchor}">'
        f"{escape(label.text)}</text>"
    )
