"""JSON as exports hold it: plain, as JSONP, or inside a HAR file. Imports no Django."""

import json
import re
from typing import Any

from languages.sentences import say
from orders.importers.parsed import UnreadableFile
from orders.importers.reading import decoded

JSONP = re.compile(r"^\s*[\w.$]+\s*\((.*)\)\s*;?\s*$", re.DOTALL)


def loads(content: bytes) -> Any:
    """The JSON value of a file, a JSONP call's argument included; raise UnreadableFile."""
    text = decoded(content).strip()
    called = JSONP.match(text)
    try:
        return json.loads(called.group(1) if called else text)
    except ValueError as fault:
        raise UnreadableFile(
            say("this is not whole JSON ({fault})", fault=str(fault)[:80])
        ) from fault
    except RecursionError as fault:
        raise UnreadableFile(say("this JSON is nested too deeply")) from fault


def looks_like_json(content: bytes) -> bool:
    text = decoded(content[:2000]).lstrip()
    return text[:1] in ("{", "[") or bool(re.match(r"[\w.$]+\s*\(\s*[{\[]", text))
