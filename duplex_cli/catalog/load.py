"""Reads and checks models/catalog.toml. A mistake in it is a UserError that names file, model and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from duplex_cli import paths
from duplex_cli.catalog.entry import ROLES, Entry, Kind, ModelFile, parse_part
from duplex_cli.errors import UserError

_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]*$")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")

_MODEL_KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "role": str,
    "title": str,
    "licence": str,
    "licence_url": str,
    "licence_note": str,
    "format": str,
    "modalities": list,
    "languages": list,
    "file": list,
    "min_vram_gb": (int, float),
    "verified": bool,
    "note": str,
    "built_from": str,
    "adapter": str,
    "keep": str,
    "recipe": int,
    "package": str,
}
_NEEDED = ("name", "role", "title", "licence", "licence_url", "format", "modalities", "file")
_FILE_KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "size": int,
    "sha256": str,
    "sources": list,
    "use": str,
}


class Catalog(Mapping[str, Entry]):
    """The entries by name, in the file's order. An unknown name is a UserError with the nearest ones."""

    def __init__(self, entries: list[Entry], source: Path) -> None:
        self._entries = {entry.name: entry for entry in entries}
        self.source = source

    def __getitem__(self, name: str) -> Entry:
        entry = self._entries.get(name)
        if entry is None:
            near = difflib.get_close_matches(name, self._entries, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "see: duplex models list"
            raise UserError(f"there is no model {name!r} in the catalogue; {hint}")
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def default_catalog() -> Catalog:
    """The catalogue that duplex brings, read once."""
    return _load_once(paths.resource("models/catalog.toml"))


def load(path: Path) -> Catalog:
    """Read a catalogue. Raises UserError naming the file, the model and the key that is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"cannot read the catalogue {path} ({error}); mend or reinstall it") from error
    tables = data.get("model")
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise UserError(f"{path}: there is no [[model]]; a catalogue is a list of such tables")
    entries = [_entry(table, f"{path}: model {number}") for number, table in enumerate(tables, 1)]
    names = [entry.name for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"{path}: model {name!r}: there are two of that name; rename one")
    for entry in entries:
        if entry.built_from and entry.built_from not in names:
            raise UserError(
                f"{path}: model {entry.name!r}: built_from: no model {entry.built_from!r}; name one there is"
            )
    return Catalog(entries, path)


_load_once = lru_cache(maxsize=1)(load)


def _entry(table: dict[str, Any], where: str) -> Entry:
    if isinstance(table.get("name"), str):
        where = f"{where.rsplit(':', 1)[0]}: model {table['name']!r}"
    _check(table, _MODEL_KEYS, _NEEDED, where)
    if not _NAME.match(table["name"]):
        _wrong(where, "name", "use small letters, digits, '.', '_' and '-'")
    if table["role"] not in ROLES:
        _wrong(where, "role", f"{table['role']!r} is none of {', '.join(ROLES)}")
    for key in ("modalities", "languages"):
        if not all(isinstance(item, str) for item in table.get(key, [])):
            _wrong(where, key, "give a list of strings")
    kind: Kind = "built" if table.get("built_from") else "bundled" if table.get("package") else "download"
    if not table["file"] or not all(isinstance(item, dict) for item in table["file"]):
        _wrong(where, "file", "give at least one [[model.file]]")
    return Entry(
        name=table["name"],
        role=table["role"],
        kind=kind,
        title=table["title"],
        licence=table["licence"],
        licence_url=table["licence_url"],
        licence_note=table.get("licence_note", ""),
        format=table["format"],
        modalities=tuple(table["modalities"]),
        languages=tuple(table.get("languages", ())),
        files=tuple(_file(item, kind, where) for item in table["file"]),
        min_vram_gb=float(table.get("min_vram_gb", 0)),
        verified=table.get("verified", True),
        note=table.get("note", ""),
        built_from=table.get("built_from", ""),
        adapter=table.get("adapter", ""),
        keep=table.get("keep", ""),
        recipe=table.get("recipe", 0),
        package=table.get("package", ""),
    )


def _file(table: dict[str, Any], kind: Kind, where: str) -> ModelFile:
    where = f"{where}: file {table.get('name', '?')!r}"
    _check(table, _FILE_KEYS, ("name", "size"), where)
    name = Path(table["name"])
    if name.is_absolute() or ".." in name.parts:
        _wrong(where, "name", "it must stay inside the model's folder")
    sha256 = table.get("sha256", "")
    if sha256 and not _SHA256.match(sha256):
        _wrong(where, "sha256", "give 64 hexadecimal digits")
    sources = []
    for source in table.get("sources", []):
        texts = source if isinstance(source, list) else [source]
        try:
            sources.append(tuple(parse_part(str(text)) for text in texts))
        except ValueError as error:
            _wrong(where, "sources", str(error))
    if kind == "download" and not sources:
        _wrong(where, "sources", "give at least one")
    if kind == "download" and not sha256 and not all(str(p).startswith("hf:") for s in sources for p in s):
        _wrong(where, "sha256", "only a file of the hub may go without (the hub keeps a record of its own)")
    return ModelFile(table["name"], table["size"], sha256, tuple(sources), table.get("use", "model"))


def _check(
    table: dict[str, Any], keys: dict[str, type | tuple[type, ...]], needed: tuple[str, ...], where: str
) -> None:
    for key, value in table.items():
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            _wrong(where, key, f"unknown key{f'; did you mean {near[0]}?' if near else ''}")
        wanted = keys[key]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            names = " or ".join(t.__name__ for t in (wanted if isinstance(wanted, tuple) else (wanted,)))
            _wrong(where, key, f"must be {names}, not {type(value).__name__}")
    for key in needed:
        if key not in table:
            _wrong(where, key, "is missing; add it")


def _wrong(where: str, key: str, what: str) -> None:
    raise UserError(f"{where}: {key}: {what}")
