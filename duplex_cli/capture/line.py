"""A sound device, in a process of its own, that may be pulled out while the session goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

import duplex_cli
from duplex_cli import clock
from duplex_cli.capture.exchange import Exchange, Pacer
from duplex_cli.capture.sound_host import HEADER, Choice, Opened
from duplex_cli.errors import UserError

STALLED_S = 0.5
"""A device that has given no sound for so long is taken as pulled out: 50 blocks. Chosen, not measured: a
healthy virtual card never reached it at a load average of 6 on two cores."""

FIRST_BLOCK_S = 3.0
"""How long an open device may take to its first block. Chosen generously, as wireless headsets wake slowly;
the virtual card took well under 1 s."""

OPEN_S = 20.0
"""How long finding and opening the device may take, with a cold disk and slow drivers."""

LOOK_S = 0.1
"""How often the supervisor looks at the device."""

MUTE = "the sound device does not answer; plug it in anew, or choose another (see duplex devices)"
BROKEN = (
    "the sound system of this machine fails (PortAudio ended at once); mend it (see duplex doctor), "
    "or use --no-mic --no-voice, or --from talk.wav"
)


class HostProcess:
    """The parent's side of `sound_host`: each block heard is passed to the exchange, its answer played."""

    def __init__(self, exchange: Exchange, choice: Choice) -> None:
        self._exchange = exchange
        package_parent = str(Path(duplex_cli.__file__).parents[1])
        search = [package_parent, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "duplex_cli.capture.sound_host", json.dumps(asdict(choice))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(search)},
        )
        self.opened: Opened | None = None
        self.error = ""
        self.dropouts = 0
        self.moved = False
        """Whether the device has given a block yet."""
        self._answered = threading.Event()
        self._thread = threading.Thread(target=self._run, name="duplex-sound", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> Opened:
        """What was opened. Raises UserError with the reason if it could not be."""
        self._answered.wait(seconds)
        if self.opened is None:
            raise UserError(self.error or (MUTE if self._process.poll() is None else BROKEN))
        return self.opened

    def _run(self) -> None:
        source, sink = self._process.stdout, self._process.stdin
        if source is None or sink is None:
            return
        try:
            answer = source.readline()
            if not answer:
                self._process.wait()
                return
            told = json.loads(answer)
            if "error" in told:
                self.error = told["error"]
                return
            self.opened = Opened(**told)
            self._answered.set()
            while len(header := source.read(HEADER.size)) == HEADER.size:
                size, self.dropouts = HEADER.unpack(header)
                data = source.read(4 * size)
                if len(data) < 4 * size:
                    return
                self.moved = True
                spoken = self._exchange.move(self, np.frombuffer(data, dtype=np.float32))
                sink.write(spoken.tobytes())
                sink.flush()
        except (BrokenPipeError, ValueError):
            return  # ended while we wrote, or closed by `end`
        finally:
            self._answered.set()

    @property
    def running(self) -> bool:
        return self._process.poll() is None and self._thread.is_alive()

    def end(self) -> None:
        """End the process at once, whatever its driver is doing."""
        self._process.kill()
        self._process.wait()
        self._thread.join(timeout=1.0)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue


class Line:
    """Opens the devices, watches them, and keeps the exchange moving while they are away.

    The thread of the host process or, while the device is away, that of a pacer moves samples; a
    supervisor thread ends and restarts the host. `close` ends the supervisor, then the host and pacer.
    """

    def __init__(self, exchange: Exchange, choice: Choice) -> None:
        self._exchange = exchange
        self._choice = choice
        self.opened = Opened("", "", 0.0, 0.0)
        self.unplugged = False
        self._old_dropouts = 0
        self._host: HostProcess | None = None
        self._pacer: Pacer | None = None
        self._closing = threading.Event()
        self._supervisor = threading.Thread(target=self._watch, name="duplex-sound-watch", daemon=True)

    def open(self) -> None:
        """Open the devices and start to watch them. Raises UserError."""
        host = HostProcess(self._exchange, self._choice)
        try:
            self.opened = host.wait(OPEN_S)
        except UserError:
            host.end()
            raise
        self._host = host
        self._exchange.hand_over(host)
        self._supervisor.start()

    @property
    def dropouts(self) -> int:
        return self._old_dropouts + (self._host.dropouts if self._host else 0)

    def _watch(self) -> None:
        # A stall must be seen twice in a row: when the whole machine was stopped for a while, the
        # device gets the chance to give a block before it is given up.
        seen, seen_at, overdue = self._exchange.passed, clock.monotonic(), 0
        while not self._closing.wait(LOOK_S):
            host, now = self._host, clock.monotonic()
            if host is None:
                continue
            if self.unplugged:
                self._welcome(host)
                seen, seen_at, overdue = self._exchange.passed, now, 0
            elif self._exchange.passed != seen:
                seen, seen_at, overdue = self._exchange.passed, now, 0
            else:
                overdue += now - seen_at > (STALLED_S if host.moved else FIRST_BLOCK_S)
            if overdue >= 2 or not host.running:
                self._lose(host, now - seen_at)

    def _lose(self, host: HostProcess, late_s: float) -> None:
        """Give the device up, and have a new process look for it until it is back.

        From here the pacer drives, and makes up for the time since the last block.
        """
        if not self.unplugged:
            self.unplugged = True
            self._pacer = Pacer(self._exchange, late_s)
            self._pacer.start()
        self._old_dropouts += host.dropouts
        host.end()
        self._host = HostProcess(self._exchange, replace(self._choice, patient=True))

    def _welcome(self, host: HostProcess) -> None:
        """Give the session's time back to the device, once it really gives blocks."""
        if not host.moved or host.opened is None:
            return
        self.opened = host.opened
        self._exchange.hand_over(host)
        if self._pacer is not None:
            self._pacer.close()
            self._pacer = None
        self.unplugged = False

    def close(self) -> None:
        """End the supervisor, the host process and the pacer. Takes well under a second."""
        self._closing.set()
        self._exchange.hand_over(None)
        if self._supervisor.is_alive():
            self._supervisor.join()
        if self._host is not None:
            self._host.end()
        if self._pacer is not None:
            self._pacer.close()
