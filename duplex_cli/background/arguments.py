"""From the words behind a call to arguments that fit the tool's JSON schema. Pure.

The interaction model writes what was said ("email: Anna, I'm late"). Which argument gets which words is
decided here and never guessed: as many parts as there are arguments, numbers from words, choices only as they
stand in the schema, and the whole checked against the schema before anything runs.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import jsonschema
from text_to_num import alpha2digit

from duplex_cli.background.offer import Offer

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_FIGURES = re.compile(r"-?\d+(?:\.\d+)?")
_NAMED = re.compile(r"^\s*(?P<name>\w+)\s*=\s*(?P<value>.+)$", re.DOTALL)


class Unfit(ValueError):
    """Words that do not fill the tool's arguments; `str()` is a line for the view."""


def parse(offer: Offer, text: str) -> dict[str, Any]:
    """The arguments in `text`, valid under the offer's schema. Raises Unfit.

    `text` is a JSON object, "name=value" parts, or the bare values in the order of `offer.arguments`,
    parted by commas; the last value keeps further commas.
    """
    text = text.strip()
    given = _json_object(text)
    if given is None:
        given = {name: _value(offer, name, words) for name, words in _parts(offer, text).items()}
    try:
        jsonschema.validate(given, offer.schema)
    except jsonschema.ValidationError as error:
        where = ".".join(str(part) for part in error.absolute_path)
        raise Unfit(f"{offer.name}: {where + ': ' if where else ''}{error.message[:120]}") from error
    return given


def _json_object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        given = json.loads(text)
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _parts(offer: Offer, text: str) -> dict[str, str]:
    names = offer.arguments
    if not text:
        return {}
    if not offer.properties:
        raise Unfit(f"{offer.name} takes no argument")
    pieces = [piece.strip() for piece in text.split(",")]
    named = [_NAMED.match(piece) for piece in pieces]
    if all(match and match["name"] in offer.properties for match in named):
        return {match["name"]: match["value"].strip() for match in named if match}
    if len(pieces) < len(names):
        raise Unfit(f"{offer.name} needs {', '.join(names)}; only {len(pieces)} given")
    head, tail = text.split(",", len(names) - 1)[: len(names) - 1], len(names) - 1
    values = [piece.strip() for piece in head] + [text.split(",", tail)[tail].strip()]
    return dict(zip(names, values, strict=True))


def _value(offer: Offer, name: str, words: str) -> Any:
    about = offer.properties.get(name, {})
    choices = about.get("enum")
    if choices is not None:
        fitting = [choice for choice in choices if _folded(str(choice)) == _folded(words)]
        if not fitting:
            raise Unfit(f"{offer.name}: {name} is one of {', '.join(map(str, choices))}, not {words!r}")
        return fitting[0]
    kind = about.get("type", "string")
    if kind in ("integer", "number"):
        return number(words, whole=kind == "integer", what=f"{offer.name}: {name}")
    if kind == "boolean":
        if words.lower() not in _TRUE | _FALSE:
            raise Unfit(f"{offer.name}: {name} is yes or no, not {words!r}")
        return words.lower() in _TRUE
    if kind == "array":
        return [part.strip() for part in re.split(r",| and ", words) if part.strip()]
    return words


def number(words: str, whole: bool, what: str) -> int | float:
    """The one number in `words`, in figures or in words ("thirty percent"). Raises Unfit naming `what`."""
    found = _FIGURES.findall(alpha2digit(words.lower().replace("-", " "), "en"))
    if len(found) != 1:
        raise Unfit(f"{what} is a number, not {words!r}")
    value = float(found[0])
    if whole and value != int(value):
        raise Unfit(f"{what} is a whole number, not {words!r}")
    return int(value) if whole else value


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()
