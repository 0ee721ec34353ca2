"""One HTTP client for all sources, set up as pip is, and downloads that resume."""

from __future__ import annotations

import ast
import hashlib
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from duplex_cli import clock
from duplex_cli.errors import UserError

CONNECT_S = 5.0
"""Time to give an unreachable host, seconds: two sources are told to be unreachable within ten."""
READ_S = 60.0
"""Time between two pieces of an answer, seconds; a package index may build its answer first."""
ATTEMPTS = 4
"""Times a broken transfer is taken up again where it stopped."""
RETRY_PAUSE_S = 0.5
"""Pause before the first new attempt, seconds; it doubles each time."""

_BLOCK = 1 << 18
_DEFAULT_INDEX = "https://pypi.org/simple"
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class SourceError(Exception):
    """One source did not give the file; the next one is tried. `str()` is a short reason."""


@dataclass(frozen=True, slots=True)
class Net:
    """How this machine reaches package indexes and hubs."""

    indexes: tuple[str, ...] = (_DEFAULT_INDEX,)
    find_links: tuple[str, ...] = ()
    ca: str = ""
    """File or folder of certificates; empty for the usual ones."""
    proxy: str = ""

    def client(self) -> httpx.Client:
        """A client to close after use. Raises UserError if the certificates cannot be read."""
        verify: ssl.SSLContext | bool = True
        if self.ca:
            try:
                is_folder = Path(self.ca).is_dir()
                verify = ssl.create_default_context(
                    cafile=None if is_folder else self.ca, capath=self.ca if is_folder else None
                )
            except (OSError, ssl.SSLError) as error:
                raise UserError(
                    f"cannot read the certificates {self.ca} ({error}); mend {' or '.join(_CA_VARIABLES)}"
                ) from error
        return httpx.Client(
            verify=verify,
            proxy=self.proxy or None,
            follow_redirects=True,
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            headers={"User-Agent": "duplex-cli", "Accept-Encoding": "identity"},
        )


def pip_settings() -> dict[str, str]:
    """What `pip config list` says, environment and files together, with pip's own precedence.

    Without pip (a uv environment) only PIP_* and uv's variables are read.
    """
    found: dict[str, dict[str, str]] = {}
    run = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    for line in run.stdout.splitlines() if run.returncode == 0 else ():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        try:
            found.setdefault(section, {})[key] = str(ast.literal_eval(value))
        except (ValueError, SyntaxError):
            continue
    settings: dict[str, str] = {}
    for variable, key in (("UV_INDEX_URL", "index-url"), ("UV_DEFAULT_INDEX", "index-url")):
        if value := os.environ.get(variable):
            settings[key] = value
    for section in ("global", "install", "download", ":env:"):
        settings |= found.get(section, {})
    for variable, value in os.environ.items():
        if variable.startswith("PIP_") and value:
            settings[variable[4:].lower().replace("_", "-")] = value
    return settings


def from_environment() -> Net:
    """The settings of this machine: pip's configuration, proxies and certificates of the environment."""
    settings = pip_settings()
    indexes: list[str] = []
    if settings.get("no-index", "").lower() not in ("1", "true", "yes", "on"):
        indexes.append(settings.get("index-url") or _DEFAULT_INDEX)
        indexes += settings.get("extra-index-url", "").split()
    ca = settings.get("cert") or next((os.environ[v] for v in _CA_VARIABLES if os.environ.get(v)), "")
    return Net(
        indexes=tuple(indexes),
        find_links=tuple(settings.get("find-links", "").split()),
        ca=ca,
        proxy=settings.get("proxy", ""),
    )


@dataclass(frozen=True, slots=True)
class Got:
    """A finished download."""

    sha256: str
    resumed: bool


def download(
    client: httpx.Client,
    url: str,
    part: Path,
    tell: Callable[[int, int], None],
    headers: Mapping[str, str] | None = None,
) -> Got:
    """Fetch `url` into `part`, going on from what is there; returns its digest, taken while it arrives.

    `tell(done, total)` is called with bytes, total 0 if unknown. A transfer that breaks is taken up again
    `ATTEMPTS` times, and what has come stays in `part` for the next call.
    Raises SourceError where the server refuses or the network fails.
    """
    started_with = part.stat().st_size if part.exists() else 0
    for attempt in range(ATTEMPTS):
        before = part.stat().st_size if part.exists() else 0
        try:
            return Got(_transfer(client, url, part, tell, headers or {}), resumed=started_with > 0)
        except httpx.HTTPStatusError as error:
            raise SourceError(f"{url_host(url)} answered {error.response.status_code}") from error
        except httpx.TransportError as error:
            came = part.exists() and part.stat().st_size > before
            if attempt + 1 == ATTEMPTS or not came:
                raise SourceError(f"{url_host(url)}: {error or type(error).__name__}") from error
            clock.pause(RETRY_PAUSE_S * 2**attempt)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceError(f"{url_host(url)}: {error or type(error).__name__}") from error
    raise AssertionError("unreachable: the last attempt returns or raises")


def url_host(url: str) -> str:
    """The host of a URL, for a message: never its user name and password."""
    try:
        return httpx.URL(url).host or url
    except httpx.InvalidURL:
        return "a wrong URL"


def _transfer(
    client: httpx.Client, url: str, part: Path, tell: Callable[[int, int], None], headers: Mapping[str, str]
) -> str:
    have = part.stat().st_size if part.exists() else 0
    wanted = {**headers, "Range": f"bytes={have}-"} if have else dict(headers)
    with client.stream("GET", url, headers=wanted) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            if answer.headers.get("Content-Range", "") == f"bytes */{have}":  # it had all come already
                tell(have, have)
                return _hash(part).hexdigest()
            part.unlink()
            return _transfer(client, url, part, tell, headers)
        answer.raise_for_status()
        goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT
        if goes_on and not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise SourceError(f"{url_host(url)} sent another range than was asked for")
        done = have if goes_on else 0
        digest = _hash(part) if goes_on else hashlib.sha256()
        total = done + int(answer.headers.get("Content-Length", 0))
        with part.open("ab" if goes_on else "wb") as file:
            for block in answer.iter_raw():  # as it comes: a block half full would be lost with the line
                file.write(block)
                digest.update(block)
                done += len(block)
                tell(done, total)
            file.flush()
            os.fsync(file.fileno())
    return digest.hexdigest()


def _hash(path: Path) -> hashlib._Hash:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest
