"""The words of an HTML page, as a person would read them. Imports no Django.

Total, and in one pass however the page is broken: what parses HTML in the standard library takes
minutes over some pages of a few hundred kilobytes.
"""

import html
import re

TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
HIDDEN = frozenset({"script", "style", "head", "template", "title"})
BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)


def text_of_page(page: str) -> str:
    lines = (" ".join(line.split()) for line in "".join(_pieces(page)).split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(page: str) -> list[str]:
    pieces: list[str] = []
    low, at = page.lower(), 0
    unended: set[str] = set()
    while (begin := page.find("<", at)) >= 0:
        pieces.append(_words(page[at:begin]))
        if page.startswith("<!--", begin):
            at = _behind(low, "-->", begin)
            continue
        found = TAG.match(page, begin)
        if found is None and not page.startswith(("<!", "<?", "</"), begin):
            pieces.append("<")
            at = begin + 1
            continue
        at = _behind(page, ">", begin)
        name = found.group(1).lower() if found else ""
        if name in BLOCKS:
            pieces.append("\n")
        if name in HIDDEN - unended and page[begin + 1] != "/":
            end = low.find(f"</{name}", at)
            if end < 0:
                unended.add(name)
            else:
                at = _behind(low, ">", end)
    pieces.append(_words(page[at:]))
    return pieces


def _behind(text: str, mark: str, begin: int) -> int:
    """Where the text goes on behind the mark; its end where the mark is missing."""
    found = text.find(mark, begin)
    return found + len(mark) if found >= 0 else len(text)


def _words(data: str) -> str:
    """A line break of the source is no line of the page."""
    return html.unescape(data).replace("\n", " ").replace("\r", " ")
