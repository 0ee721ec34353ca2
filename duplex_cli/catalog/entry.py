"""What the catalogue says of a model: plain data, see docs/models.md for the file format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["interaction", "transcription", "translation", "speech", "vad", "ocr", "endofturn"]
ROLES: tuple[str, ...] = get_args(Role)

Kind = Literal["download", "built", "bundled"]
"""download: fetched from a source; built: made here from another entry; bundled: inside a Python package."""


@dataclass(frozen=True, slots=True)
class PypiPart:
    """A file inside a wheel: `pypi:package==version/member`."""

    package: str
    version: str
    member: str

    def __str__(self) -> str:
        return f"pypi:{self.package}=={self.version}"


@dataclass(frozen=True, slots=True)
class HubPart:
    """A file of a Hugging Face repository: `hf:owner/name/path@revision`."""

    repo: str
    path: str
    revision: str

    def __str__(self) -> str:
        return f"hf:{self.repo}"


Part = PypiPart | HubPart

_PYPI = re.compile(r"^pypi:([A-Za-z0-9._-]+)==([A-Za-z0-9.!+_-]+)/(.+)$")
_HUB = re.compile(r"^hf:([^/@\s]+/[^/@\s]+)/([^@\s]+)@([^@\s]+)$")


def parse_part(text: str) -> Part:
    """One source in words. Raises ValueError saying which forms there are."""
    if match := _PYPI.match(text):
        return PypiPart(*match.groups())
    if match := _HUB.match(text):
        return HubPart(*match.groups())
    raise ValueError(f"{text!r} is neither pypi:package==version/member nor hf:owner/name/path@revision")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model on this machine."""

    name: str
    size: int
    """Bytes; only about right where `sha256` is empty."""
    sha256: str
    """Hex digest; empty where only the hub's own record of the file is known (docs/models.md)."""
    sources: tuple[tuple[Part, ...], ...] = ()
    """In the order in which they are tried; the parts of one source are joined in order."""
    use: str = "model"
    """What it is for: "model", "projector", "tokenizer" ..."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of the catalogue."""

    name: str
    role: str
    kind: Kind
    title: str
    licence: str
    licence_url: str
    licence_note: str
    format: str
    """The stream or chat format that it needs: "micro-turn", "gemma", "chatml", "raw" ..."""
    modalities: tuple[str, ...]
    languages: tuple[str, ...]
    files: tuple[ModelFile, ...]
    min_vram_gb: float
    """GPU or unified memory (GB, 10^9 bytes) from which it is recommended; 0: runs on a CPU."""
    verified: bool
    """Whether its bytes have been fetched and run by this project, rather than read about."""
    note: str
    built_from: str = ""
    adapter: str = ""
    keep: str = ""
    recipe: int = 0
    """Raised when the building code changes, so that a model built by the old code is built again."""
    package: str = ""

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files)

    @property
    def is_folder(self) -> bool:
        """Whether `ensure` answers with the folder rather than with the one file."""
        return len(self.files) > 1

    def file(self, use: str) -> ModelFile | None:
        """The file of that use, or None."""
        return next((file for file in self.files if file.use == use), None)
