"""The cache on disk: what is there, whether it is whole, one writer at a time.

A model lies in models_dir()/NAME/. Beside its files stands `.verified.json`, which says that a file of that
size and time of change had that sha256: so a start need not read 250 MB to trust them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import filelock

from duplex_cli import paths
from duplex_cli.catalog.entry import Entry, ModelFile

State = Literal["ready", "missing", "truncated", "damaged"]

_STAMPS = ".verified.json"
_BLOCK = 1 << 20


def folder(entry: Entry) -> Path:
    """The model's folder, which need not exist."""
    return paths.models_dir() / entry.name


def sha256_of(path: Path) -> str:
    """Hex digest of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _read_stamps(where: Path) -> dict[str, dict[str, int | str]]:
    try:
        stamps = json.loads((where / _STAMPS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _write_stamps(where: Path, stamps: dict[str, dict[str, int | str]]) -> None:
    draft = where / f"{_STAMPS}.{os.getpid()}"
    try:
        draft.write_text(json.dumps(stamps, indent=1, sort_keys=True), encoding="utf-8")
        draft.replace(where / _STAMPS)
    except OSError:  # a read-only cache is usable, it is only read in full each time
        draft.unlink(missing_ok=True)


def stamped_sha256(path: Path) -> str:
    """The digest that was found in this very file (same size, same time of change), or ''."""
    stamp = _read_stamps(path.parent).get(path.name)
    if not stamp:
        return ""
    about = path.stat()
    same = stamp.get("size") == about.st_size and stamp.get("mtime_ns") == about.st_mtime_ns
    return str(stamp.get("sha256", "")) if same else ""


def stamp(path: Path, sha256: str) -> None:
    """Note that the file as it is now has that digest."""
    about = path.stat()
    stamps = _read_stamps(path.parent)
    stamps[path.name] = {"size": about.st_size, "mtime_ns": about.st_mtime_ns, "sha256": sha256}
    _write_stamps(path.parent, stamps)


def forget(path: Path) -> None:
    """Drop what was noted of the file, so that its next use reads it in full."""
    stamps = _read_stamps(path.parent)
    if stamps.pop(path.name, None) is not None:
        _write_stamps(path.parent, stamps)


def state_of(path: Path, file: ModelFile, *, read: bool) -> State:
    """Whether `path` holds what the catalogue says of `file`.

    A wrong size is seen at once. The content is read (and stamped) where no stamp speaks for it; with
    `read` it is read in any case. A file whose digest only the hub knows is held to its stamp.
    """
    if not path.is_file():
        return "missing"
    if file.sha256 and path.stat().st_size != file.size:
        return "truncated"
    known = stamped_sha256(path)
    wanted = file.sha256 or str(_read_stamps(path.parent).get(path.name, {}).get("sha256", ""))
    if known and known == wanted and not read:
        return "ready"
    found = sha256_of(path)
    if found != wanted:
        if file.sha256:  # else the stamp is the only record of what it should be
            forget(path)
        return "damaged"
    if known != found:
        stamp(path, found)
    return "ready"


def state_in_package(path: Path, file: ModelFile, *, read: bool) -> State:
    """The same for a file inside an installed package: nothing is noted there, and its size is trusted."""
    if not path.is_file():
        return "missing"
    if path.stat().st_size != file.size:
        return "truncated"
    return "damaged" if read and sha256_of(path) != file.sha256 else "ready"


def set_aside(path: Path) -> Path:
    """Move a damaged file out of the way, over an older one of that kind; returns where it went."""
    aside = path.with_name(path.name + ".damaged")
    path.replace(aside)
    forget(path)
    return aside


@contextmanager
def locked(entry: Entry, waiting: Callable[[], None]) -> Iterator[None]:
    """One process at a time may change a model. `waiting` is called once if another one is at it."""
    room = paths.writable(paths.models_dir() / ".locks")
    lock = filelock.FileLock(room / f"{entry.name}.lock")
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def remove(entry: Entry) -> int:
    """Delete the model's folder; returns the bytes freed."""
    where = folder(entry)
    if not where.exists():
        return 0
    freed = sum(path.stat().st_size for path in where.rglob("*") if path.is_file())
    shutil.rmtree(where)
    return freed
