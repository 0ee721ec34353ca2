"""From the tools' JSON schemas to what the interaction model may write behind `call`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from duplex_cli.background.offer import Offer
from duplex_cli.interaction.call_forms import NUMBER, TEXT, Argument, CallForms
from duplex_cli.interaction.protocol import CALL_VERBS


def forms_of(offers: Sequence[Offer]) -> CallForms:
    """The agenda's calls and those of `offers`, each argument of its schema's kind."""
    return CallForms(
        CALL_VERBS,
        {o.name: [_argument(o.properties.get(name, {})) for name in o.arguments] for o in offers},
    )


def _argument(schema: dict[str, Any]) -> Argument:
    choices = schema.get("enum")
    if choices:
        return tuple(str(choice) for choice in choices)
    if schema.get("type") == "boolean":
        return ("yes", "no", "on", "off", "true", "false")
    return NUMBER if schema.get("type") in ("integer", "number") else TEXT
