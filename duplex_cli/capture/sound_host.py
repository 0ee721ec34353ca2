"""The process that owns the sound device, so that a driver that hangs can be ended by ending it.

Measured: when PipeWire dies, Debian's PortAudio spins in its ALSA thread for ever, prints millions of
lines and cannot be closed. In a process of its own it is killed instead, and a new process also sees
devices that were plugged in since (PortAudio freezes its list). Besides, its callback has the
interpreter for itself.

    python -m duplex_cli.capture.sound_host '{"mic": null, "speaker": null, ...}'

Standard output: one JSON line (the devices opened, or {"error": sentence}), then for each block HEADER
and float32 samples heard, 16 kHz mono. Standard input: as many float32 samples to play for every block
heard, in order; each sounds LEAD after the block it answers. It ends when standard input ends.
"""

from __future__ import annotations

import io
import json
import os
import queue
import signal
import struct
import sys
import threading
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from duplex_cli import clock
from duplex_cli.capture.audio import SampleQueue, Sound, silence
from duplex_cli.capture.device_stream import DeviceStream
from duplex_cli.capture.soundcards import find_device, portaudio, rescan
from duplex_cli.errors import UserError
from duplex_cli.stream import SAMPLE_RATE

HEADER = struct.Struct("<II")
"""Number of samples that follow, and dropouts so far."""

LEAD = SAMPLE_RATE * 40 // 1000
"""Samples that speech is ahead of the loudspeaker: 40 ms, in which the session must answer a block. Python
passes its lock on every 5 ms, so this bears several busy threads (docs/capture.md has what was measured)."""

RETRY_S = 1.0
"""How often a device that is away is looked for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which devices to open; part of a name, an index, or None for the default."""

    mic: str | int | None = None
    speaker: str | int | None = None
    want_mic: bool = True
    want_speaker: bool = True
    patient: bool = False
    """Look for the devices each second until they are there, instead of telling an error."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened. Delays in seconds: from the air to us, and from us to the air."""

    mic: str
    speaker: str
    mic_delay_s: float
    speaker_delay_s: float


class Jitter:
    """Between the pipe and the callback: every sample has its place in time, and a late one is dropped.

    So speech keeps its distance to the microphone, which the echo canceller has learnt.
    """

    def __init__(self) -> None:
        self._samples = SampleQueue()
        self._samples.push(silence(LEAD))
        self._missed = 0
        self.gaps = 0
        """Blocks for which the session's answer came too late."""

    def push(self, spoken: Sound) -> None:
        late = min(self._missed, spoken.size)
        self._missed -= late
        self._samples.push(spoken[late:])

    def take(self, n: int) -> Sound:
        out = self._samples.take(n)
        self._missed += n - out.size
        self.gaps += out.size < n
        return np.concatenate([out, silence(n - out.size)]) if out.size < n else out


def open_device(choice: Choice, move: Any) -> tuple[DeviceStream, Opened]:
    """Find and start the devices. Raises UserError."""
    mic = find_device(choice.mic, "input") if choice.want_mic else None
    system = mic.system if mic else None
    speaker = find_device(choice.speaker, "output", system) if choice.want_speaker else None
    stream = DeviceStream(mic, speaker, move)
    lead_s = LEAD / SAMPLE_RATE
    return stream, Opened(
        mic=mic.name if mic else "",
        speaker=speaker.name if speaker else "",
        mic_delay_s=stream.mic_delay_s,
        speaker_delay_s=stream.speaker_delay_s + lead_s if speaker else 0.0,
    )


def _open_patiently(choice: Choice, move: Any) -> tuple[DeviceStream, Opened]:
    sound = portaudio()
    while True:
        try:
            return open_device(choice, move)
        except (UserError, sound.PortAudioError):
            if not choice.patient:
                raise
        clock.pause(RETRY_S)
        try:
            rescan()
        except sound.PortAudioError:
            continue


def _receive(source: io.BufferedReader, jitter: Jitter) -> None:
    """Play what comes; the end of the input is the end of the process, whatever the driver is doing."""
    while data := source.read1(4096):
        while len(data) % 4:
            data += source.read(4 - len(data) % 4) or bytes(4 - len(data) % 4)
        jitter.push(np.frombuffer(data, dtype=np.float32))
    os._exit(0)


def _own_stderr() -> None:
    """Keep standard error for Python; what the C libraries write to it would tear the terminal view."""
    ours = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = os.fdopen(ours, "w", buffering=1)


def main() -> int:
    choice = Choice(**json.loads(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the session decides when we end
    _own_stderr()
    out, jitter = sys.stdout.buffer, Jitter()
    heard_blocks: queue.SimpleQueue[Sound] = queue.SimpleQueue()

    def move(heard: Sound) -> Sound:
        heard_blocks.put(heard)
        return jitter.take(heard.size)

    threading.Thread(target=_receive, args=(io.BufferedReader(io.FileIO(0)), jitter), daemon=True).start()
    try:
        stream, opened = _open_patiently(choice, move)
    except UserError as error:
        out.write(json.dumps({"error": str(error)}).encode() + b"\n")
        out.flush()
        return 2
    try:
        out.write(json.dumps(asdict(opened)).encode() + b"\n")
        while stream.active or not heard_blocks.empty():
            try:
                heard = heard_blocks.get(timeout=0.1)
            except queue.Empty:
                continue
            out.write(HEADER.pack(heard.size, stream.dropouts + jitter.gaps) + heard.tobytes())
            out.flush()
    except BrokenPipeError:
        pass  # the session is gone
    os._exit(0)  # not by PortAudio's own clean-up, which hangs on a dead device


if __name__ == "__main__":
    sys.exit(main())
