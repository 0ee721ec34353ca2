"""Everything on this machine that can be heard through, spoken through or looked at."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from duplex_cli.capture.soundcards import WITHOUT, WORD, Kind, SoundDevice, sound_devices
from duplex_cli.errors import UserError

PROBED_CAMERAS = 3
"""Cameras tried by number where the system has no list of them that we can read; each try takes seconds."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was found, each as a plain dictionary, and a sentence with the mend for each kind that was not."""

    microphones: list[dict[str, Any]] = field(default_factory=list)
    loudspeakers: list[dict[str, Any]] = field(default_factory=list)
    monitors: list[dict[str, Any]] = field(default_factory=list)
    windows: list[dict[str, Any]] = field(default_factory=list)
    cameras: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def take_inventory() -> Inventory:
    """Look for everything. Never raises: what cannot be had becomes a note."""
    notes: list[str] = []
    return Inventory(
        microphones=_noted(notes, lambda: _sound("input")),
        loudspeakers=_noted(notes, lambda: _sound("output")),
        monitors=_noted(notes, _monitors),
        windows=_noted(notes, _windows),
        cameras=_noted(notes, _cameras),
        notes=notes,
    )


def _noted(notes: list[str], look: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    try:
        return look()
    except UserError as error:
        if str(error) not in notes:
            notes.append(str(error))
        return []


def _sound(kind: Kind) -> list[dict[str, Any]]:
    devices: list[SoundDevice] = sound_devices(kind)
    if not devices:
        raise UserError(f"no {WORD[kind]} was found; {WITHOUT[kind]}")
    return [asdict(device) for device in devices]


def _monitors() -> list[dict[str, Any]]:
    from duplex_cli.capture.screen import monitors

    return [{"number": number, **box} for number, box in enumerate(monitors(), start=1)]


def _windows() -> list[dict[str, Any]]:
    from duplex_cli.capture.windows import list_windows

    return [asdict(window) for window in list_windows()]


def _cameras() -> list[dict[str, Any]]:
    found = _linux_cameras() if sys.platform.startswith("linux") else _probed_cameras()
    if not found:
        raise UserError("no camera was found; plug one in, or use --from video.mp4")
    return found


def _linux_cameras() -> list[dict[str, Any]]:
    """From the kernel's list, which opens none of them. A camera's second node carries metadata only."""
    found: list[dict[str, Any]] = []
    for node in sorted(Path("/sys/class/video4linux").glob("video*"), key=lambda p: int(p.name[5:])):
        try:
            name, index = (node / "name").read_text().strip(), (node / "index").read_text().strip()
        except OSError:
            continue
        if index == "0":
            found.append({"number": int(node.name[5:]), "name": name, "path": f"/dev/{node.name}"})
    return found


def _probed_cameras() -> list[dict[str, Any]]:
    from duplex_cli.capture.camera import CameraSource

    found: list[dict[str, Any]] = []
    for number in range(PROBED_CAMERAS):
        try:
            CameraSource(number).close()
        except UserError:
            break
        found.append({"number": number, "name": f"camera {number}", "path": ""})
    return found
