"""PortAudio's list of sound devices: found by name, with a sentence for each way in which they are not."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from duplex_cli.errors import UserError

Kind = Literal["input", "output"]

WORD = {"input": "microphone", "output": "loudspeaker"}
WITHOUT = {
    "input": "plug one in, or use --no-mic, or --from talk.wav",
    "output": "plug one in, or use --no-voice to print only",
}


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One microphone or loudspeaker as PortAudio lists it."""

    index: int
    name: str
    system: str
    """PortAudio's host API, such as "ALSA" or "Core Audio"."""
    channels: int
    rate: int
    """The device's own sample rate, 1/s."""
    default: bool


def portaudio() -> ModuleType:
    """The `sounddevice` module. Raises UserError where the PortAudio library is missing."""
    try:
        import sounddevice
    except OSError as error:
        raise UserError(
            "the PortAudio library is missing; install it (Debian and Ubuntu: apt install libportaudio2, "
            "Fedora: dnf install portaudio), or use --no-mic --no-voice, or --from talk.wav"
        ) from error
    return sounddevice


def rescan() -> None:
    """Look for devices anew: PortAudio freezes its list at the start. Ends every open stream."""
    sound = portaudio()
    sound._terminate()
    sound._initialize()


def sound_devices(kind: Kind) -> list[SoundDevice]:
    """All microphones or loudspeakers, PortAudio's default first. Raises UserError without PortAudio."""
    sound = portaudio()
    try:
        default = sound.query_devices(kind=kind)["index"]
    except (sound.PortAudioError, ValueError):
        default = -1
    devices = [
        _device(index, info, kind, index == default)
        for index, info in enumerate(sound.query_devices())
        if info[f"max_{kind}_channels"] > 0
    ]
    return sorted(devices, key=lambda device: not device.default)


def _device(index: int, info: dict[str, Any], kind: Kind, default: bool) -> SoundDevice:
    return SoundDevice(
        index=index,
        name=str(info["name"]),
        system=str(portaudio().query_hostapis(info["hostapi"])["name"]),
        channels=int(info[f"max_{kind}_channels"]),
        rate=round(info["default_samplerate"]),
        default=default,
    )


def find_device(wanted: str | int | None, kind: Kind, system: str | None = None) -> SoundDevice:
    """The device of that index, or whose name contains `wanted` in any case; None is the default.

    A name that fits exactly comes before one that contains it, and a device of the sound `system`
    before others (both ends of one stream must be of one system). Raises UserError.
    """
    devices = sound_devices(kind)
    if not devices:
        raise UserError(f"no {WORD[kind]} was found; {WITHOUT[kind]}")
    if wanted is None:
        fits = devices
    elif isinstance(wanted, int) or wanted.isdigit():
        fits = [device for device in devices if device.index == int(wanted)]
    else:
        name = wanted.casefold()
        fits = [device for device in devices if name in device.name.casefold()]
        fits.sort(key=lambda device: device.name.casefold() != name)
    if not fits:
        names = ", ".join(dict.fromkeys(f'"{device.name}"' for device in devices))
        raise UserError(f'there is no {WORD[kind]} "{wanted}"; choose one of {names} (see duplex devices)')
    if system is not None:
        fits.sort(key=lambda device: device.system != system)
    return fits[0]
