"""What the environment says, read once by settings. Bad values are refused with their name."""

import math
import os
import secrets
import sys
import zoneinfo
from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on", "y"}
NO = {"0", "false", "no", "off", "n"}
DATABASES = {"postgres", "postgresql", "psql", "pgsql", "sqlite"}
MAIL_SERVERS = {"smtp", "smtps", "smtp+tls", "smtp+ssl"}
MAILBOXES = {"imap", "imaps", "imap+tls"}
WEB_SERVERS = {"http", "https"}
TRANSLATOR = "https://translate.google.com/?sl=auto&tl={language}&text={text}&op=translate"
BROKERS = {"redis", "rediss", "unix"}


class Environment:
    """Reads variables as what they must be; an empty one counts as not set.

    Every fault is an ImproperlyConfigured that names the variable and says what to write. A value
    that may hold a password is never repeated.
    """

    def __init__(self, root: Path) -> None:
        self._env = environ.Env()
        dotenv = root / ".env"
        if dotenv.is_file():
            # Real variables win over the file.
            self._env.read_env(dotenv)

    def text(self, name: str, default: str = "") -> str:
        # Straight from the mapping: a secret that starts with '$' is no reference to another variable.
        value = self._env.ENVIRON.get(name, "").strip()
        if any(not character.isprintable() for character in value):
            raise ImproperlyConfigured(f"{name} holds a line break or another invisible character.")
        return value or default

    def words(self, name: str) -> list[str]:
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def switch(self, name: str, *, default: bool) -> bool:
        value = self.text(name).lower()
        if value and value not in YES | NO:
            raise ImproperlyConfigured(f"{name} is {value!r}; write true or false.")
        return value in YES if value else default

    def whole(self, name: str, *, default: int) -> int:
        value = self.text(name)
        if value and not (value.isascii() and value.isdecimal()):
            raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number, 0 or more.")
        return int(value) if value else default

    def seconds(self, name: str, *, default: float, least: float) -> float:
        value = self.text(name)
        try:
            number = float(value) if value else default
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number >= least):
            raise ImproperlyConfigured(
                f"{name} is {value!r}; write a number of seconds, {least:g} or more."
            )
        return number

    def choice(self, name: str, choices: Collection[str], *, default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ImproperlyConfigured(
                f"{name} is {value!r}; write one of {', '.join(sorted(choices))}."
            )
        return value

    def time_zone(self, name: str) -> str:
        value = self.text(name, "UTC")
        if value not in zoneinfo.available_timezones():
            raise ImproperlyConfigured(
                f"{name} is {value!r}; write a zone's name, like Europe/Madrid."
            )
        return value

    def folder(self, name: str, *, default: Path) -> Path:
        path = Path(self.text(name, str(default))).expanduser().resolve()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise ImproperlyConfigured(
                f"{name} is '{path}', which cannot be made: {fault.strerror}."
            ) from fault
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            raise ImproperlyConfigured(
                f"{name} is '{path}', which this user may not read and write."
            )
        return path

    def address(self, name: str, schemes: Collection[str], example: str) -> str:
        """A server's address; empty when not set."""
        value = self.text(name)
        if not value:
            return ""
        try:
            parts = urlsplit(value)
            # Several hosts with commas between them are for the driver to read.
            is_good = parts.scheme in schemes and ("," in parts.netloc or parts.port != 0)
        except ValueError:
            is_good = False
        if not is_good:
            raise ImproperlyConfigured(
                f"{name} is no address of that kind; write it like {example}"
            )
        return value

    def link(self, name: str, default: str, *, needs: str) -> str:
        """A page's address with a blank in it; 'off' means that none is offered."""
        value = self.text(name, default)
        if value.lower() in NO:
            return ""
        if needs not in value or urlsplit(value).scheme not in WEB_SERVERS:
            raise ImproperlyConfigured(
                f"{name} is {value!r}; write an address that holds {needs}, or off."
            )
        return value

    def database(self, name: str) -> dict[str, Any]:
        """Django's settings of the database; empty when not set."""
        example = "postgres://user:password@host:5432/name"
        if not self.address(name, DATABASES, example):
            return {}
        found: dict[str, Any] = self._env.db_url_config(self.text(name))
        if not found.get("NAME"):
            raise ImproperlyConfigured(f"{name} names no database; write it like {example}")
        return found

    def mail_server(self, name: str) -> dict[str, Any]:
        """Django's EMAIL_* settings; empty when not set."""
        example = "smtp+tls://user:password@host:587"
        if not self.address(name, MAIL_SERVERS, example):
            return {}
        found: dict[str, Any] = self._env.email_url_config(self.text(name))
        if not found.get("EMAIL_HOST"):
            raise ImproperlyConfigured(f"{name} names no host; write it like {example}")
        return found


def user_of(address: str) -> str:
    """The user whom a server's address names, if that is a mail address; else ''."""
    user = unquote(urlsplit(address).username or "")
    return user if user.count("@") == 1 else ""


def own_secret(data_dir: Path) -> str:
    """The embedded default's secret: made once, kept in DATA_DIR, readable by its owner alone.

    Safe when several processes start at once: the first to create the file wins.
    """
    path = data_dir / "secret-key"
    if not path.exists():
        draft = data_dir / f"secret-key.{os.getpid()}.{secrets.token_hex(4)}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def base_url(value: str) -> str:
    """Check that BASE_URL is an absolute http(s) address without a path, and drop a last slash."""
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ImproperlyConfigured(
            f"BASE_URL is {value!r}; write the address people use, like https://parley.example"
        )
    return value.rstrip("/")


def required(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is not set. {why}")


def refuse(fault: ImproperlyConfigured) -> NoReturn:
    """End the process as every entry point does on a fault in the settings: one line, exit 2."""
    sys.stderr.write(f"parley: {' '.join(str(fault).split())}\n")
    sys.exit(2)
