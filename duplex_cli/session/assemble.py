"""Puts a session together from a profile and what the user asked for on the command line."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from duplex_cli import profile as profile_
from duplex_cli.capture.audio import AudioPort
from duplex_cli.capture.device_audio import DeviceAudio
from duplex_cli.capture.file_audio import FileAudio, NullAudio
from duplex_cli.capture.frames import FrameSpec
from duplex_cli.capture.media import sniff
from duplex_cli.capture.privacy import PrivacyRules
from duplex_cli.capture.soundcards import sound_devices
from duplex_cli.clock import wall
from duplex_cli.errors import UserError
from duplex_cli.profile import Profile
from duplex_cli.session.call_schema import forms_of
from duplex_cli.session.helpers import hire
from duplex_cli.session.journal import FRAMES, Journal
from duplex_cli.session.loop import Parts, Session
from duplex_cli.session.minds import ModelChoice, NativeChoice, header_of, native_eyes, start_mind
from duplex_cli.session.senses import Code, Hearing, Sense, Sight
from duplex_cli.session.speaking import PrintedSpeech, SpokenSpeech
from duplex_cli.session.state import State
from duplex_cli.session.workers import Worker
from duplex_cli.speech.playback import Playback
from duplex_cli.stream import Percept

EARS_NICE = 5
EYES_NICE = 10
VOICE_NICE = 2
CODE_NICE = 10
"""The model comes first, then the voice (a late word is heard), then ears, then eyes (facts.md, thread
discipline)."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for, on top of the profile."""

    session: str
    folder: Path | None
    """Where the journal goes, or None to keep none."""
    media: tuple[Path, ...] = ()
    fast: bool = False
    voice_file: Path | None = None
    model: ModelChoice | None = None
    ears_dir: Path | None = None
    """Folder of the transcriber's model, if there are ears."""
    background: Path | None = None
    """The background model's file, where the profile names one to be run here."""
    machine: str = ""
    script: tuple[Percept, ...] = ()
    """Percepts put in at their times, as if they had been perceived."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A session ready to run, and what has to be closed after it."""

    session: Session
    header: dict[str, Any]
    senses: tuple[str, ...]
    journal: Journal | None
    workers: dict[str, Worker]
    open: Callable[[], None]
    """Wait for all workers, then start the clock."""
    close: Callable[[], None]


def assemble(profile: Profile, options: Options) -> Assembled:
    """Start the workers and devices of a session. Raises UserError for anything the user can mend."""
    if options.model is None:
        raise ValueError("a session needs a model")
    source_kinds = [(path, sniff(path)) for path in options.media]
    sound = next((path for path, kind in source_kinds if kind["audio"]), None)
    pictures = next((path for path, kind in source_kinds if kind["video"]), None)
    playback = Playback()
    audio = _audio(profile, options, sound)
    spec = _frame_spec(profile, options, pictures)
    notes: list[Callable[[str], None]] = []

    def note(text: str) -> None:
        for tell in notes:
            tell(text)

    hired = hire(profile, options.session, options.background, note)
    mind, native = start_mind(
        options.model, hired.task, note, forms_of(hired.offers), profile.model.url, profile.model.slot
    )
    workers = {"model": mind.worker}
    senses: list[Sense] = []
    names: list[str] = []
    if options.ears_dir is not None and (sound is not None or not options.media):
        instead = native is not None and native.choice.mode == "instead"
        workers["ears"] = activity_worker() if instead else ears_worker(profile, options.ears_dir)
        senses.append(Hearing(workers["ears"], note))
        senses.extend(native.ear() if native is not None else [])
        names.append("microphone" if sound is None else "sound file")
    sight: Sight | None = None
    if spec is not None:
        pictures_dir = options.folder / FRAMES if options.folder is not None else None
        sees = native if native is not None and native.choice.token_px else None
        workers["eyes"] = eyes_worker(profile, pictures_dir, spec, sees.choice if sees else None)
        period_s = 1.0 / profile.senses.fps
        sight = (sees.sight if sees else Sight)(workers["eyes"], note, period_s)
        senses.append(sight)
        names.append({"video": "video file", "folder": "pictures"}.get(spec.kind, spec.kind))
    if profile.code.tools and (sight is not None or profile.code.path):
        workers["code"] = code_worker(profile)
        senses.append(Code(workers["code"], note, sight))
    speech: SpokenSpeech | PrintedSpeech = PrintedSpeech()
    if profile.voice.speak:
        kwargs = {"name": profile.voice.name, "rate": profile.voice.rate}
        workers["voice"] = Worker(
            "voice", "duplex_cli.session.speaking_host:SpeakingHost", kwargs, VOICE_NICE
        )
        speech = SpokenSpeech(workers["voice"], playback, note, synchronous=options.fast)
    header = _header(profile, options, tuple(names))
    header |= {"task": hired.task, "offers": msgspec.to_builtins(hired.offers)}
    journal = Journal(options.folder, header) if options.folder is not None else None
    state = State(profile=profile, mind=mind, day_s=header["day_s"], offers=hired.offers)
    session = Session(
        state,
        Parts(
            audio=audio,
            playback=playback,
            speech=speech,
            senses=senses,
            journal=journal,
            help=hired.help,
            fast=options.fast,
            script=options.script,
            duration_s=profile.duration_s,
            fed=bool(options.media),
            sound_fed=sound is not None,
        ),
    )
    notes.append(session.notes.append)

    def open_all() -> None:
        mind.wait_ready()
        for worker in workers.values():
            worker.wait_ready()
        try:
            audio.open(playback.render)
        except UserError as error:
            if not options.media:
                raise
            # A recording needs no loudspeaker: a listed device that cannot be opened must not stop it.
            note(f"{error}; going on without a loudspeaker")
            session.parts.audio = _audio(profile, options, sound, loudspeaker=False)
            session.parts.audio.open(playback.render)
        speech.round_trip_s = session.parts.audio.round_trip_s

    def close_all() -> None:
        # Devices first, so that nothing calls back into what is being taken down; the model last.
        session.parts.audio.close()
        for sense in senses:
            sense.close()
        speech.close()
        if hired.help is not None:
            hired.help.close()
        mind.close()

    return Assembled(session, header, tuple(names), journal, workers, open_all, close_all)


def _audio(profile: Profile, options: Options, sound: Path | None, loudspeaker: bool = True) -> AudioPort:
    fast, wav = options.fast, options.voice_file
    speaks = loudspeaker and profile.voice.speak and not fast and _has_loudspeaker()
    if sound is not None:
        sink = "device" if speaks else "wav" if wav is not None else None
        return FileAudio(sound, sink=sink, fast=fast, wav=wav, speaker=profile.voice.device or None)
    if options.media or not (profile.senses.microphone or speaks):
        if speaks:
            return DeviceAudio(speaker=profile.voice.device or None, want_mic=False)
        return NullAudio(fast, wav)
    if fast:
        raise UserError("--fast needs something to go through; give it --from talk.wav")
    return DeviceAudio(
        mic=profile.senses.device or None,
        speaker=profile.voice.device or None,
        want_mic=profile.senses.microphone,
        want_speaker=speaks,
    )


def _has_loudspeaker() -> bool:
    try:
        return bool(sound_devices("output"))
    except UserError:
        return False


def _frame_spec(profile: Profile, options: Options, pictures: Path | None) -> FrameSpec | None:
    senses = profile.senses
    if pictures is not None:
        return FrameSpec(kind="folder" if pictures.is_dir() else "video", path=str(pictures), fps=senses.fps)
    if options.media:
        return None
    if senses.camera:
        return FrameSpec(kind="camera", fps=senses.fps)
    if senses.screen:
        return FrameSpec(
            kind="screen",
            monitor=senses.monitor,
            region=parse_region(senses.region),
            window=senses.window,
            fps=senses.fps,
            scale=senses.scale,
            privacy=PrivacyRules(
                profile.privacy.deny, profile.privacy.allow, profile.privacy.private_windows
            ),
        )
    return None


def parse_region(text: str) -> tuple[int, int, int, int] | None:
    """ "10,20,640,480" -> (10, 20, 640, 480); None for an empty text. Raises UserError."""
    if not text.strip():
        return None
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        raise UserError(
            f"senses.region {text!r} is not x,y,width,height; write for example 0,0,800,600"
        ) from error
    if width < 1 or height < 1:
        raise UserError(f"senses.region {text!r} is empty; give a width and height of at least 1")
    return x, y, width, height


def ears_worker(profile: Profile, model_dir: Path) -> Worker:
    """Ears for the language that the profile names, in a process of their own."""
    english = profile.senses.language == "en"
    language = None if english or profile.senses.language == "multi" else profile.senses.language
    kwargs = {
        "kind": "en" if english else "multi",
        "model_dir": model_dir,
        "language": language,
        "threads": 1,
    }
    return Worker("ears", "duplex_cli.session.hearing_host:HearingHost", kwargs, EARS_NICE)


def activity_worker() -> Worker:
    """Ears that only tell when somebody speaks, for a model that hears the words by itself."""
    return Worker("ears", "duplex_cli.session.activity_host:ActivityHost", {}, EARS_NICE)


def eyes_worker(
    profile: Profile, pictures: Path | None, spec: FrameSpec, native: NativeChoice | None = None
) -> Worker:
    """Eyes on a source of pictures; `pictures` is where what was looked at is kept.

    With `native` they choose pictures for the model as well.
    """
    motion = profile.senses.motion
    kwargs = {
        "spec": spec,
        "text": profile.senses.screen or not motion,
        "motion": motion,
        "pictures": pictures,
        "secrets": profile.privacy.secrets,
    }
    if native is not None:
        return native_eyes(native, kwargs, EYES_NICE)
    return Worker("eyes", "duplex_cli.session.sight_host:SightHost", kwargs, EYES_NICE)


def code_worker(profile: Profile) -> Worker:
    """The tools that judge code, on the screen or in the profile's folder."""
    folder = Path(profile.code.path).expanduser() if profile.code.path else None
    kwargs = {"folder": folder, "types": profile.code.types}
    return Worker("code", "duplex_cli.session.code_host:CodeHost", kwargs, CODE_NICE)


def _header(profile: Profile, options: Options, senses: tuple[str, ...]) -> dict[str, Any]:
    assert options.model is not None
    started = wall()
    local = datetime.datetime.fromtimestamp(started)
    settings = options.model.settings
    return {
        "session": options.session,
        "profile": profile.name,
        "task": profile.task,
        "model": options.model.name,
        "model_path": str(options.model.path),
        "examples": options.model.examples,
        "settings": {
            "context": settings.context,
            "batch": settings.batch,
            "threads": settings.threads,
            "gpu_layers": settings.gpu_layers,
            "flash_attention": settings.flash_attention,
            "threshold": profile.gate.threshold,
        },
        **header_of(options.model),
        "senses": list(senses),
        "media": [str(path) for path in options.media],
        "machine": options.machine,
        "started": started,
        "day_s": local.hour * 3600 + local.minute * 60 + local.second,
        "profile_data": profile_.to_data(profile),
    }
