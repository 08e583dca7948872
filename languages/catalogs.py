"""Renews the catalogs in locale/ from the texts of the code: `python -m languages.catalogs`.

What is translated already stays; a new text comes in empty, one that is gone goes out. The compiled
catalogs are written too and kept in the repository, so that nobody needs gettext to run Parley.
"""

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from languages.extraction import texts_of

ROOT = Path(__file__).resolve().parent.parent
# Django's code of each language besides English, and the name of its folder.
FOLDERS = {"es": "es", "fr": "fr", "de": "de", "pt-br": "pt_BR"}
HEADER = "# Parley's texts in {language}. docs/translating.md says how to fill this in."
# A date that changes with each run would make every renewal a difference.
CREATED = datetime(2026, 11, 25, tzinfo=UTC)


def catalog_file(language: str, root: Path = ROOT) -> Path:
    return root / "locale" / FOLDERS[language] / "LC_MESSAGES" / "django.po"


def template(root: Path = ROOT) -> Catalog:
    """Every text once, with the files in which it stands."""
    found = Catalog(project="Parley", creation_date=CREATED, revision_date=CREATED)
    for text in texts_of(root):
        message = found.get(text.msgid, text.context or None)
        plural = text.plural or (message.id[1] if message and message.pluralizable else "")
        found.add(
            (text.msgid, plural) if plural else text.msgid,
            locations=[(text.place, 0)],
            context=text.context or None,
            auto_comments=text.comments,
        )
    return found


def read(language: str, root: Path = ROOT) -> Catalog:
    path = catalog_file(language, root)
    if not path.exists():
        return Catalog(
            locale=FOLDERS[language],
            project="Parley",
            version="1",
            msgid_bugs_address="the issues of the project",
            last_translator="Parley",
            language_team="Parley",
            revision_date=CREATED,
        )
    with path.open("rb") as file:
        return read_po(file, locale=FOLDERS[language])


def renew(catalog: Catalog, texts: Catalog) -> None:
    """Bring a catalog in line with the texts; what is gone goes, and nothing is guessed."""
    # A copy: a catalog takes the messages themselves in, and would hand its words to the next one.
    catalog.update(deepcopy(texts), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False


def compiled(catalog: Catalog) -> bytes:
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def write(catalog: Catalog, language: str, root: Path = ROOT) -> None:
    path = catalog_file(language, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment = HEADER.format(language=language)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, sort_by_file=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def main(languages: Sequence[str] = tuple(FOLDERS)) -> None:
    texts = template()
    for language in languages:
        catalog = read(language)
        renew(catalog, texts)
        write(catalog, language)
        empty = sum(bool(message.id) and not is_translated(message) for message in catalog)
        print(f"{language}: {len(catalog)} texts, {empty} without a translation")  # noqa: T201


def is_translated(message: Message) -> bool:
    string = message.string
    return bool(string) if isinstance(string, str) else bool(string) and all(string or ())


if __name__ == "__main__":
    main()
