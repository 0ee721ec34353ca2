"""A sound card and a screen without hardware, for tests that run `duplex` as a user would.

    with virtual_sound() as sound, virtual_screen(1280, 800) as screen:
        env = {**os.environ, **sound.env, **screen.env}
        child = subprocess.Popen([sys.executable, "-m", "duplex_cli", ...], env=env)
        with sound.recording(tmp_path / "heard.wav"):
            sound.play("speech.wav")
            screen.type("hello")

Sound is PipeWire in a private XDG_RUNTIME_DIR with two null sinks: the monitor of `duplex_mic` is the
default microphone, `duplex_speaker` is the default loudspeaker. It works as root in a container, and
leaves the user's own sound and display alone. What is missing raises RuntimeError with the packages to
install: a test must then fail, not skip.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from duplex_cli import clock

MIC_SINK = "duplex_mic"
SPEAKER_SINK = "duplex_speaker"

SOUND_PROGRAMS = {
    "dbus-daemon": "dbus-daemon",
    "pipewire": "pipewire",
    "wireplumber": "wireplumber",
    "pipewire-pulse": "pipewire-pulse",
    "pactl": "pulseaudio-utils",
    "paplay": "pulseaudio-utils",
    "parec": "pulseaudio-utils",
}
SCREEN_PROGRAMS = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "xterm": "xterm"}
ALSA_PLUGIN = "99-pipewire-default.conf"
"""Routes ALSA's default device (what PortAudio opens) to PipeWire; from Debian's pipewire-alsa."""

READY_S = 20.0
"""How long a daemon may take to come up. Under 2 s on an idle machine; CI machines share cores."""


def _require(programs: Mapping[str, str], extra: Sequence[str] = ()) -> None:
    packages = {package for program, package in programs.items() if shutil.which(program) is None}
    packages.update(extra)
    if packages:
        names = " ".join(sorted(packages))
        raise RuntimeError(f"this test needs programs that are not installed; run: apt-get install {names}")


def _until(true: Callable[[], bool], what: str, seconds: float = READY_S) -> None:
    give_up = clock.monotonic() + seconds
    while not true():
        if clock.monotonic() > give_up:
            raise RuntimeError(f"{what} did not come up within {seconds:.0f} s")
        clock.pause(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)


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
            _until(lambda: (Path(run) / "bus").exists(), "dbus-daemon")
        self._spawn("pipewire", "pipewire")
        _until(lambda: (Path(run) / "pipewire-0").exists(), "pipewire")
        self._spawn("wireplumber", "wireplumber")
        self._spawn("pipewire-pulse", "pipewire-pulse")
        _until(self._answers, "pipewire-pulse")
        self.plug(MIC_SINK)
        self.plug(SPEAKER_SINK)

    def crash(self) -> None:
        """Kill the whole sound system, as when its daemon dies; `start()` brings it back."""
        for name in ("pipewire-pulse", "wireplumber", "pipewire"):
            daemon = self._daemons.pop(name)
            daemon.kill()
            daemon.wait(timeout=5)
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

        _until(is_default, f"the virtual device {wanted}")

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
            _stop(player)

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
                _until(lambda: raw.stat().st_size > 0, "the recorder of the virtual loudspeaker")
                yield Path(wav)
            finally:
                recorder.send_signal(signal.SIGINT)
                _stop(recorder)
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
                _stop(self._daemons.pop(name))


@contextmanager
def virtual_sound() -> Iterator[VirtualSound]:
    """A private sound system with one microphone and one loudspeaker, stopped at the end."""
    has_plugin = any(
        Path(d, ALSA_PLUGIN).exists() for d in ("/etc/alsa/conf.d", "/usr/share/alsa/alsa.conf.d")
    )
    _require(SOUND_PROGRAMS, () if has_plugin else ("pipewire-alsa",))
    with tempfile.TemporaryDirectory(prefix="duplex-sound-", ignore_cleanup_errors=True) as folder:
        sound = VirtualSound(Path(folder))
        try:
            sound.start()
            yield sound
        finally:
            sound.close()


class VirtualScreen:
    """A running virtual screen; made by `virtual_screen()`."""

    def __init__(self, display: str, stack: ExitStack) -> None:
        self.display = display
        self.env = {"DISPLAY": display, "XDG_SESSION_TYPE": "x11", "WAYLAND_DISPLAY": ""}
        self._stack = stack

    @property
    def _full_env(self) -> dict[str, str]:
        return {**os.environ, **self.env}

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program on the screen; it is ended with the screen."""
        process = subprocess.Popen(
            command,
            env=self._full_env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(_stop, process)
        return process

    def xdotool(self, *arguments: str) -> str:
        """Output of `xdotool ARGUMENTS`."""
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self._full_env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"xdotool {' '.join(arguments)} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def open_terminal(
        self,
        title: str,
        command: Sequence[str] = ("cat",),
        geometry: str = "80x24+40+40",
        font_size: int = 14,
    ) -> subprocess.Popen[bytes]:
        """An xterm with this title that shows what is typed; `geometry` is columns x rows + place in pixels.

        Returns once it is in front and has the keyboard.
        """
        process = self.run(
            *("xterm", "-T", title, "-geometry", geometry, "-fa", "DejaVu Sans Mono", "-fs", str(font_size)),
            *("-bg", "white", "-fg", "black", "-bc", "+sb", "-e", *command),
        )
        self.xdotool("search", "--sync", "--onlyvisible", "--name", title, "windowactivate", "--sync")
        return process

    def type(self, text: str, delay_ms: int = 20) -> None:
        """Type text into the window that has the keyboard; a newline is the Return key."""
        for index, line in enumerate(text.split("\n")):
            if index:
                self.xdotool("key", "Return")
            if line:
                self.xdotool("type", "--delay", str(delay_ms), "--", line)

    def key(self, *names: str) -> None:
        """Press keys by their X names, such as "ctrl+l"."""
        self.xdotool("key", *names)


@contextmanager
def virtual_screen(width: int = 1280, height: int = 800) -> Iterator[VirtualScreen]:
    """A private X11 screen with a window manager, stopped at the end."""
    _require(SCREEN_PROGRAMS)
    with ExitStack() as stack:
        read_end, write_end = os.pipe()
        server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write_end),
                "-screen",
                "0",
                f"{width}x{height}x24",
                "-nolisten",
                "tcp",
            ],
            pass_fds=(write_end,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(_stop, server)
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start; run it by hand to see why: Xvfb :99")
        screen = VirtualScreen(f":{number}", stack)
        screen.run("openbox")

        def managed() -> bool:
            try:
                screen.xdotool("get_num_desktops")
            except RuntimeError:
                return False
            return True

        _until(managed, "the window manager openbox")
        yield screen
