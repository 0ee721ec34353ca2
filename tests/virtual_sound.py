"""A sound card without hardware, for tests that run `duplex` as a user would.

    with virtual_sound() as sound:
        child = subprocess.Popen([sys.executable, "-m", "duplex_cli", ...], env={**os.environ, **sound.env})
        with sound.recording(tmp_path / "heard.wav"):
            sound.play("speech.wav")

It is PipeWire in a private XDG_RUNTIME_DIR with two null sinks: the monitor of `duplex_mic` is the default
microphone, `duplex_speaker` is the default loudspeaker. It works as root in a container, and leaves the
user's own sound alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from duplex_cli import clock
from tests.programs import require, stop, until

MIC_SINK = "duplex_mic"
SPEAKER_SINK = "duplex_speaker"

SOUND_PROGRAMS = ("dbus-daemon", "pipewire", "wireplumber", "pipewire-pulse", "pactl", "paplay", "parec")
ALSA_PLUGIN = "99-pipewire-default.conf"
"""Routes ALSA's default device (what PortAudio opens) to PipeWire; from Debian's pipewire-alsa."""


class VirtualSound:
    """A running virtual sound card; made by `virtual_sound()`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        run = folder / "run"
        run.mkdir(mode=0o700)
        self.env = {
            "XDG_RUNTIME_DIR": str(run),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={run}/bus",
            "PULSE_SERVER": f"unix:{run}/pulse/native",
            "PIPEWIRE_RUNTIME_DIR": str(run),
            "PULSE_RUNTIME_PATH": str(run / "pulse"),
        }
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}
        self._modules: dict[str, str] = {}

    @property
    def _full_env(self) -> dict[str, str]:
        return {**os.environ, **self.env}

    def _spawn(self, name: str, *command: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            self._daemons[name] = subprocess.Popen(
                command, env=self._full_env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def pactl(self, *arguments: str) -> str:
        """Output of `pactl ARGUMENTS`. Raises RuntimeError with its message if it fails."""
        done = subprocess.run(
            ["pactl", *arguments], env=self._full_env, capture_output=True, text=True, timeout=10, check=False
        )
        if done.returncode:
            raise RuntimeError(f"pactl {' '.join(arguments)} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def _answers(self) -> bool:
        try:
            self.pactl("info")
        except (RuntimeError, subprocess.TimeoutExpired):
            return False
        return True

    def start(self) -> None:
        """Start all daemons and plug both devices in."""
        run = self.env["XDG_RUNTIME_DIR"]
        if "dbus" not in self._daemons:
            address = self.env["DBUS_SESSION_BUS_ADDRESS"]
            self._spawn("dbus", "dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
            until(lambda: (Path(run) / "bus").exists(), "dbus-daemon")
        self._spawn("pipewire", "pipewire")
        until(lambda: (Path(run) / "pipewire-0").exists(), "pipewire")
        self._spawn("wireplumber", "wireplumber")
        self._spawn("pipewire-pulse", "pipewire-pulse")
        until(self._answers, "pipewire-pulse")
        self.plug(MIC_SINK)
        self.plug(SPEAKER_SINK)

    def crash(self) -> None:
        """Kill the whole sound system, as when its daemon dies; `start()` brings it back."""
        for name in ("pipewire-pulse", "wireplumber", "pipewire"):
            daemon = self._daemons.pop(name)
            daemon.kill()
            daemon.wait(timeout=5)
        # A killed daemon leaves its sockets behind, and `start` would take them for the new one's: the
        # session manager then calls nobody, gives up, and no device ever becomes the default.
        run = Path(self.env["XDG_RUNTIME_DIR"])
        for left in (*run.glob("pipewire-*"), *run.glob("pulse/*")):
            left.unlink()
        self._modules.clear()

    def plug(self, sink: str) -> None:
        """Make the device there (again) and the default of its kind."""
        self._modules[sink] = self.pactl(
            "load-module",
            "module-null-sink",
            f"sink_name={sink}",
            "rate=48000",
            "channels=2",
            f"sink_properties=device.description={sink}",
        )
        wanted = f"{sink}.monitor" if sink == MIC_SINK else sink
        kind = "source" if sink == MIC_SINK else "sink"

        def is_default() -> bool:
            try:
                self.pactl(f"set-default-{kind}", wanted)
            except RuntimeError:  # the session manager has not announced the node yet
                return False
            return self.pactl(f"get-default-{kind}") == wanted

        until(is_default, f"the virtual device {wanted}")

    def unplug(self, sink: str) -> None:
        """Pull the device out."""
        self.pactl("unload-module", self._modules.pop(sink))

    def play(self, wav: str | Path) -> None:
        """Play a WAV file into the virtual microphone; returns when it has been played."""
        subprocess.run(self._play_command(wav), env=self._full_env, check=True, timeout=600)

    @contextmanager
    def playing(self, wav: str | Path) -> Iterator[None]:
        """Play a WAV file into the virtual microphone while the block runs."""
        player = subprocess.Popen(self._play_command(wav), env=self._full_env)
        try:
            yield
        finally:
            stop(player)

    def _play_command(self, wav: str | Path) -> list[str]:
        return ["paplay", f"--device={MIC_SINK}", "--latency-msec=30", str(wav)]

    @contextmanager
    def recording(self, wav: str | Path) -> Iterator[Path]:
        """Record what the virtual loudspeaker plays while the block runs: 16 kHz mono 16-bit WAV."""
        raw = Path(f"{wav}.raw")
        with raw.open("wb") as sink:
            recorder = subprocess.Popen(
                [
                    "parec",
                    f"--device={SPEAKER_SINK}.monitor",
                    "--raw",
                    "--format=s16le",
                    "--rate=16000",
                    "--channels=1",
                    "--latency-msec=30",
                ],
                env=self._full_env,
                stdout=sink,
            )
            try:
                until(lambda: raw.stat().st_size > 0, "the recorder of the virtual loudspeaker")
                yield Path(wav)
            finally:
                recorder.send_signal(signal.SIGINT)
                stop(recorder)
        with wave.open(str(wav), "wb") as out:
            out.setparams((1, 2, 16_000, 0, "NONE", ""))
            out.writeframes(raw.read_bytes())
        raw.unlink()

    def record(self, seconds: float, wav: str | Path) -> Path:
        """Record the virtual loudspeaker for so many seconds of real time."""
        with self.recording(wav) as path:
            clock.pause(seconds)
        return path

    def close(self) -> None:
        for name in ("pipewire-pulse", "wireplumber", "pipewire", "dbus"):
            if name in self._daemons:
                stop(self._daemons.pop(name))


@contextmanager
def virtual_sound() -> Iterator[VirtualSound]:
    """A private sound system with one microphone and one loudspeaker, stopped at the end."""
    has_plugin = any(
        Path(d, ALSA_PLUGIN).exists() for d in ("/etc/alsa/conf.d", "/usr/share/alsa/alsa.conf.d")
    )
    require(*SOUND_PROGRAMS, packages=() if has_plugin else ("pipewire-alsa",))
    with tempfile.TemporaryDirectory(prefix="duplex-sound-", ignore_cleanup_errors=True) as folder:
        sound = VirtualSound(Path(folder))
        try:
            sound.start()
            yield sound
        finally:
            sound.close()
