"""Other languages than English by the espeak-ng that may be installed; a separate program, nothing linked."""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import cache

import numpy as np
import numpy.typing as npt
import soundfile

from duplex_cli.errors import UserError
from duplex_cli.speech.loudness import clause_clip
from duplex_cli.speech.spoken_form import plain
from duplex_cli.speech.synthesis import Speaker, Voice, check_rate, resampled

Samples = npt.NDArray[np.float32]

WORDS_A_MINUTE = 175
"""espeak-ng's own default pace, our rate 1.0."""

TIMEOUT_S = 10.0
"""A clause takes it some 20 ms; after ten seconds it hangs."""


def open_speaker(language: str = "en", name: str = "", rate: float = 1.0) -> Speaker | None:
    """The voice for a BCP-47 language: hibari's `name` (or its default) for English, else espeak-ng.

    None where this machine has no voice for the language: remarks are then only printed.
    Raises UserError as `Voice` does.
    """
    if language.split("-")[0].lower() in ("en", ""):
        return Voice(name, rate) if name else Voice(rate=rate)
    check_rate(rate)
    spoken = _espeak_language(language)
    return EspeakVoice(spoken, rate) if spoken else None


class EspeakVoice:
    """espeak-ng in one of its languages, started anew for each clause."""

    def __init__(self, language: str, rate: float = 1.0) -> None:
        self._command = [
            "espeak-ng",
            "-v",
            language,
            "-s",
            str(round(WORDS_A_MINUTE * rate)),
            "--stdin",
            "--stdout",
        ]

    def say(self, text: str) -> Samples:
        """One clause as float32[n] at 16 kHz, trimmed and levelled. Raises UserError if espeak-ng fails."""
        spoken = plain(text)
        if not any(c.isalnum() for c in spoken):
            return np.zeros(0, np.float32)
        try:
            # By standard input, so that no text is ever taken for an option.
            done = subprocess.run(
                self._command, input=spoken.encode(), capture_output=True, timeout=TIMEOUT_S, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise UserError("espeak-ng could not speak; reinstall it, or use --no-voice") from error
        samples, rate = _read_wav(done.stdout)
        return clause_clip([resampled(samples, rate)], text)

    def warm_up(self) -> None:
        """Bring the program and its data into the file cache."""
        self.say("1")


def _read_wav(wav: bytes) -> tuple[Samples, int]:
    """espeak-ng does not know the length when it writes the header, so it is set right here."""
    data = wav.index(b"data") + 8
    fixed = wav[:4] + (len(wav) - 8).to_bytes(4, "little") + wav[8 : data - 4]
    fixed += (len(wav) - data).to_bytes(4, "little") + wav[data:]
    samples, rate = soundfile.read(io.BytesIO(fixed), dtype="float32")
    return np.asarray(samples, np.float32), rate


@cache
def _espeak_language(language: str) -> str | None:
    """espeak-ng's name for a BCP-47 language, or None without espeak-ng or without that language."""
    if shutil.which("espeak-ng") is None:
        return None
    try:
        listed = subprocess.run(["espeak-ng", "--voices"], capture_output=True, timeout=TIMEOUT_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    known = [line.split()[1].lower() for line in listed.stdout.decode().splitlines()[1:] if line.strip()]
    wanted = language.lower()
    base = wanted.split("-")[0]
    # Some languages are listed by country alone: French is fr-be, fr-ch and fr-fr.
    by_country = [name for name in known if name.startswith(f"{base}-")]
    return next((name for name in (wanted, base, f"{base}-{base}", *by_country) if name in known), None)
