"""A session as one HTML page that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from duplex_cli.display.glyphs import duration_text, moment_text
from duplex_cli.display.page_data import page_data

_PAGE = files("duplex_cli.display") / "page"

SCRIPTS = ("session.js", "drawing.js", "hands.js")
"""One script in three files: in this order they make one block."""

_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
"""Written so inside <script>, no text can end the element or open a comment; JSON reads them back."""


def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader("duplex_cli.display", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["moment"] = moment_text
    env.filters["duration"] = duration_text
    return env


def _hash(text: str) -> str:
    """The source expression that lets exactly this inline text through the page's policy."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _settings_rows(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as (dotted key, value) rows."""
    rows: list[tuple[str, str]] = []
    for key, value in settings.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            rows += _settings_rows(value, f"{name}.")
        else:
            rows.append((name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
    return rows


def timeline_html(
    header: Mapping[str, Any],
    turns: Iterable[Mapping[str, Any]],
    remarks: Iterable[Mapping[str, Any]],
    media: Mapping[str, str] | None = None,
) -> str:
    """The page of one session, complete: styles, script, data and pictures are inside.

    Args:
        header: "session", "profile", "task", "model", "started" (unix seconds), "machine", "senses" (a list
            of names) and "settings" (the profile, nested or flat; its gate.threshold is drawn). All optional.
        turns: micro-turns as `stream.to_json` gives them, oldest first, each with "cost_ms" and, where ticks
            were missed before it, "missed". Gone through once, so it may be a generator.
        remarks: {"at", "end", "text", "kind", "p", "remark"} each, times in seconds of session time. The
            remark numbered N has the id `remark-N` in the page.
        media: pictures by the name that percepts carry in "frame", as `data:image/...` URIs; thumbnails of
            some 320 pixels do. They are thinned evenly where they exceed `page_data.MAX_FRAME_CHARS`.

    Raises KeyError or ValueError if the turns are not micro-turns.
    """
    data, totals = page_data(header, turns, remarks, media or {})
    css = (_PAGE / "timeline.css").read_text(encoding="utf-8")
    parts = (_PAGE / name for name in SCRIPTS)
    script = '"use strict";\n{\n' + "".join(part.read_text(encoding="utf-8") for part in parts) + "}\n"
    started = header.get("started")
    begun = datetime.fromtimestamp(float(started), UTC).astimezone() if started is not None else None
    machine = header.get("machine") or ""
    if isinstance(machine, Mapping):
        machine = ", ".join(value for _, value in _settings_rows(machine))
    payload = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_IN_SCRIPT)
    return (
        _environment()
        .get_template("timeline.html.j2")
        .render(
            policy=f"default-src 'none'; img-src data:; style-src {_hash(css)}; script-src {_hash(script)}; "
            "base-uri 'none'; form-action 'none'",
            css=Markup(css),
            script=Markup(script),
            data=Markup(payload),
            session=str(header.get("session") or "session"),
            profile=str(header.get("profile") or ""),
            task=str(header.get("task") or ""),
            model=str(header.get("model") or ""),
            senses=[str(sense) for sense in header.get("senses") or ()],
            machine=str(machine),
            begun=begun,
            settings=_settings_rows(header.get("settings") or {}),
            totals=totals,
            tick_ms=data["tick_ms"],
            remarks=data["remarks"],
        )
    )
