"""A profile: one TOML file that says what a session is for, with which senses, voice and limits.

`load` reads and checks it; every error names the key and the file, and the mend. Unknown keys are
errors, because a misspelt threshold that is silently ignored is a bug nobody finds.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from duplex_cli.errors import UserError

Ratio = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Positive = Annotated[float, msgspec.Meta(gt=0.0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0.0)]


class Senses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which senses are on, and where they look and listen."""

    microphone: bool = True
    language: Literal["en", "es", "multi"] = "en"
    """What is spoken: "en" hears English (fast), the others go through the multilingual transcriber."""
    far: bool = True
    """Whether speech from further off than the user's usual place is told to the model: somebody else's
    talk."""
    device: str = ""
    """Microphone by a part of its name; empty is the system's default."""
    screen: bool = False
    monitor: int = 0
    """0 is all monitors as one picture, 1 the first."""
    region: str = ""
    """x,y,width,height in pixels of the monitor."""
    window: str = ""
    """A part of a window's title."""
    scale: Annotated[float, msgspec.Meta(ge=1.0, le=4.0)] = 1.0
    """Times that the type on the screen is larger than usual (HiDPI): pictures are shrunk by it."""
    camera: bool = False
    motion: bool = False
    """Count repeated movements in the camera (or screen, or video) picture."""
    fps: Positive = 10.0
    """Pictures looked at a second."""


class Privacy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is never looked at. Entries are parts of window titles or application names; * is any text."""

    deny: tuple[str, ...] = ()
    """These windows are blacked out; while one has the keyboard nothing is captured."""
    allow: tuple[str, ...] = ()
    """If not empty, only these windows are looked at."""
    private_windows: bool = True
    """Hide private browser windows, password prompts and password managers, where the platform tells them."""
    secrets: bool = True
    """Mask keys, tokens, passwords and card numbers in what is read."""


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Faults that tools of the trade find in what is being written."""

    tools: bool = False
    """Ask those that are installed: ruff, oxlint, shellcheck."""
    types: bool = False
    """A type checker, too: pyright or basedpyright, seconds of a core after each pause."""
    path: str = ""
    """A folder whose files are watched and judged, besides code on the screen."""


class VoiceOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How remarks sound. They are always printed."""

    speak: bool = True
    name: str = "heart"
    """Voice name: one of hibari's (heart, emma, fenrir, fable, kore)."""
    rate: Annotated[float, msgspec.Meta(ge=0.5, le=2.0)] = 1.0
    device: str = ""


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the model's wish to act is enough."""

    threshold: Ratio = 0.35
    """Probability of acting at which to speak after something was heard."""
    seen: Ratio = 0.7
    """The same where something was only seen: nobody spoke, so a remark must be the more certain."""
    calls: Ratio = 0.4
    """The same for calls, which are not heard and can be undone."""
    reminders: Ratio = 0.6
    """The same for a call that turns out to set a reminder: an unwanted one is heard, later."""
    hysteresis: Ratio = 0.15
    at_once: bool = False
    """Judge the pause after the last words in the same tick: an answer 0.2 s sooner for a step more."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits in code on what the model may say unasked. Reminders that were asked for are not limited."""

    remarks_per_hour: NotNegative = 240.0
    cooldown_s: NotNegative = 0.0
    repeat_s: NotNegative = 60.0
    """The same words are not said again within so many seconds; 0 allows it (translation, counting)."""
    overlap: bool = True
    """Whether a remark may begin while the user is speaking."""
    yields: bool = True
    """Whether the user can interrupt by speaking; False where all remarks are meant to overlap
    (translation)."""
    on_due_only: bool = False
    """Speak nothing but reminders that fall due."""


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which interaction model, and how much of it per tick."""

    name: str = "duplex-270m"
    context: Annotated[int, msgspec.Meta(ge=256, le=131072)] = 1024
    tokens_per_tick: Annotated[int, msgspec.Meta(ge=1, le=64)] = 6
    threads: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    """0 leaves it to the rules that `duplex doctor` shows."""
    gpu_layers: Annotated[int, msgspec.Meta(ge=-1)] = -1
    native: Literal["off", "beside", "instead"] = "off"
    """Whether the model itself hears and sees: not, beside the words heard, or in place of them."""
    projector: str = ""
    """GGUF file of the model's projector; empty takes the one that the catalogue names for the model."""
    picture_tokens: Annotated[int, msgspec.Meta(ge=0, le=4096)] = 0
    """Tokens a second that pictures may cost, and the most of one picture; 0: what the machine carries."""
    url: str = ""
    """A llama-server that runs the same model: it decides, the local one takes over when the link dies."""
    slot: Annotated[int, msgspec.Meta(ge=0)] = 0
    """The server's slot; one session each."""


Level = Literal["read", "write", "outside"]
"""What a tool may do: read what is here, change something here, or reach beyond this machine."""


class ToolServer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[tools.NAME]: an MCP server whose tools may be called. Exactly one of `command` and `url`."""

    command: tuple[str, ...] = ()
    """Program and arguments of a server that is spoken to over its stdin and stdout."""
    url: str = ""
    """Address of a server over HTTP: http://127.0.0.1:8000/mcp"""
    env: tuple[str, ...] = ()
    """Names of environment variables that the program is given; their values never stand in a profile."""
    only: tuple[str, ...] = ()
    """The tools offered; empty is all. A small model chooses well among some five."""
    level: Level = "outside"
    """Level of its tools. What a server says of itself counts for nothing here."""
    levels: dict[str, Level] = {}
    """Level of single tools."""
    timeout_s: Positive = 20.0


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the session may do on request, and what of it without asking first."""

    builtin: tuple[Literal["recall", "find_file", "read_file", "search_files"], ...] = ()
    """Tools that duplex brings (docs/work.md)."""
    paths: tuple[str, ...] = ()
    """Folders whose files may be found and read; --path adds to them."""
    unasked: tuple[Level, ...] = ("read",)
    """Levels of tools that run without asking; the others wait for a yes."""
    timeout_s: Positive = 10.0
    """Of the built-in tools."""


class BackgroundMind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[background]: the model that hard questions are put to. At most one of `model` and `url`."""

    model: str = ""
    """A GGUF file or a name of `duplex models list`, run here at lower priority."""
    url: str = ""
    """An OpenAI-compatible engine: http://127.0.0.1:11434/v1"""
    name: str = ""
    """The model's name there."""
    key_variable: str = ""
    """The environment variable that holds the engine's key."""
    tokens: Annotated[int, msgspec.Meta(ge=8, le=8192)] = 160
    """Longest answer."""
    context: Annotated[int, msgspec.Meta(ge=256, le=131072)] = 2048
    timeout_s: Positive = 120.0
    """An answer that has not ended then is given up."""
    stale_s: Positive = 90.0
    """An answer this long after the question is shown, not said."""

    @property
    def there(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self.model or self.url)


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a scripted session: exactly one of `say` and `call`."""

    at: NotNegative
    say: str = ""
    """Spoken word for word at that second."""
    call: str = ""
    """A call as the model would make it: "every four seconds: breathe in / breathe out"."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole profile. `task` is what the model is told, in plain words."""

    name: str
    task: str
    summary: str = ""
    senses: Senses = Senses()
    privacy: Privacy = Privacy()
    code: Code = Code()
    voice: VoiceOut = VoiceOut()
    gate: Gate = Gate()
    policy: Policy = Policy()
    model: Model = Model()
    work: Work = Work()
    tools: dict[str, ToolServer] = {}
    background: BackgroundMind = BackgroundMind()
    script: tuple[Step, ...] = ()
    duration_s: NotNegative = 0.0
    """End the session by itself after so many seconds; 0 goes on until stopped."""


def load(path: Path, overrides: dict[str, Any] | None = None) -> Profile:
    """Read a profile file; `overrides` are dotted keys and values put over it.

    Raises UserError naming the file and the key.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(
            f"profile {path} cannot be read ({error.strerror}); duplex profiles lists those there are"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not valid TOML: {error}; mend that line") from error
    data.setdefault("name", path.stem)
    for key, value in (overrides or {}).items():
        _put(data, key, value)
    return check(data, str(path))


def check(data: dict[str, Any], origin: str) -> Profile:
    """Turn plain data into a Profile. `origin` names it in errors. Raises UserError."""
    try:
        profile = msgspec.convert(data, Profile)
    except msgspec.ValidationError as error:
        raise UserError(f"{origin}: {_explain(str(error))}") from error
    for number, step in enumerate(profile.script, 1):
        if bool(step.say) == bool(step.call):
            raise UserError(f"{origin}: script step {number} needs either `say` or `call`; give exactly one")
    for name, server in profile.tools.items():
        if bool(server.command) == bool(server.url):
            raise UserError(f"{origin}: tools.{name} needs either `command` or `url`; give exactly one")
    if profile.background.model and profile.background.url:
        raise UserError(f"{origin}: background has both `model` and `url`; keep the one to be asked")
    if not profile.task.strip():
        raise UserError(f"{origin}: `task` is empty; say in a sentence what the assistant is for")
    return profile


def to_data(profile: Profile) -> dict[str, Any]:
    """The profile as plain JSON-ready data, as a journal keeps it; `check` reads it back."""
    return msgspec.to_builtins(profile)


def parse_override(text: str) -> tuple[str, Any]:
    """ "gate.threshold=0.7" -> ("gate.threshold", 0.7). Values are read as TOML, else taken as text.

    Raises UserError if there is no "=".
    """
    key, equals, raw = text.partition("=")
    if not equals or not key.strip():
        raise UserError(f"--profile-set {text!r} is not key=value; write for example gate.threshold=0.7")
    try:
        value = tomllib.loads(f"v = {raw.strip()}")["v"]
    except tomllib.TOMLDecodeError:
        value = raw.strip()
    return key.strip(), value


def _put(data: dict[str, Any], dotted: str, value: Any) -> None:
    *path, last = dotted.split(".")
    for name in path:
        data = data.setdefault(name, {})
        if not isinstance(data, dict):
            raise UserError(f"--profile-set {dotted}: {name} is not a table; duplex profiles shows the keys")
    data[last] = value


def _explain(message: str) -> str:
    """msgspec's message with the key in front and the mend behind."""
    text, _, where = message.partition(" - at `$")
    key = where.rstrip("`").lstrip(".")
    if text.startswith("Object contains unknown field"):
        field = text.rpartition("`")[0].rpartition("`")[2]
        full = f"{key}.{field}" if key else field
        return f"unknown key `{full}`; remove it or correct its spelling (docs/profiles.md lists all keys)"
    if text.startswith("Object missing required field"):
        field = text.rpartition("`")[0].rpartition("`")[2]
        return f"the key `{field}` is missing; add it"
    return f"`{key}`: {text[0].lower()}{text[1:]}; give a value of that kind"
