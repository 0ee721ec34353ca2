"""The interaction model of a session: which kind of mind, and how it is put in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from duplex_cli.interaction.call_forms import CallForms
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.interaction.native_model import NativeModel
from duplex_cli.session.journal import Recording
from duplex_cli.session.mind import MindWorker
from duplex_cli.session.native_ear import NativeEar
from duplex_cli.session.native_media import MediaStore, RecordedMedia
from duplex_cli.session.native_mind import NativeMind, ReplayedMind
from duplex_cli.session.native_sight import Budget, NativeSight
from duplex_cli.session.remote_mind import RemoteMind
from duplex_cli.session.senses import Sense, Sight
from duplex_cli.session.workers import Worker

NATIVE_SIGHT_HOST = "duplex_cli.session.native_sight:NativeSightHost"


@dataclass(frozen=True, slots=True)
class NativeChoice:
    """The projector that lets a model hear and see by itself."""

    mode: Literal["beside", "instead"]
    projector: Path
    hears: bool
    token_px: int
    """Side of a picture token's square, pixels; 0 where it does not see."""
    picture_tokens: int


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The interaction model's file and how it must be run."""

    name: str
    path: Path
    examples: bool
    """Whether it needs worked examples, not having been trained on the protocol."""
    settings: EngineSettings
    native: NativeChoice | None = None


@dataclass(slots=True)
class NativeParts:
    """What a native session has besides: where media go, and the senses that bring them."""

    choice: NativeChoice
    mind: NativeMind
    store: MediaStore

    def ear(self) -> list[Sense]:
        """The native ear, if the model hears."""
        return [NativeEar(self.store, self.mind.announce)] if self.choice.hears else []

    def sight(self, worker: Worker, note: Callable[[str], None], period_s: float) -> Sight:
        """Eyes whose pictures go to the model too; `worker` is of `native_eyes`."""
        return NativeSight(worker, note, period_s, self.store, self.mind.announce)


def start_mind(
    choice: ModelChoice,
    task: str,
    note: Callable[[str], None],
    forms: CallForms | None = None,
    url: str = "",
    slot: int = 0,
) -> tuple[MindWorker | RemoteMind, NativeParts | None]:
    """Start the model's process. `note` is told of restarts, and of media that could not be taken.

    With `url` the model in that `slot` of a llama-server decides, and the one here stands behind it.
    """
    kwargs: dict[str, Any] = {
        "path": choice.path,
        "task": task,
        "forms": forms,
        "settings": choice.settings,
        "examples": choice.examples,
    }
    if choice.native is None and url:
        return RemoteMind(url, slot, kwargs, choice.settings.threads, note), None
    if choice.native is None:
        return MindWorker(kwargs, threads=choice.settings.threads, on_restart=note), None
    kwargs |= {"projector": choice.native.projector, "picture_tokens": choice.native.picture_tokens}
    store = MediaStore()
    mind = NativeMind(kwargs, choice.settings.threads, note, store)
    return mind, NativeParts(choice.native, mind, store)


def native_eyes(choice: NativeChoice, kwargs: dict[str, Any], nice: int) -> Worker:
    """Eyes that choose pictures as well; `kwargs` are those of SightHost."""
    budget = Budget(choice.token_px, choice.picture_tokens)
    return Worker("eyes", NATIVE_SIGHT_HOST, {**kwargs, "budget": budget}, nice)


def header_of(choice: ModelChoice) -> dict[str, Any]:
    """What the journal keeps of a native model, so that it can be replayed."""
    native = choice.native
    if native is None:
        return {}
    return {
        "native": {
            "mode": native.mode,
            "projector": str(native.projector),
            "picture_tokens": native.picture_tokens,
        }
    }


def replay_mind(
    recording: Recording, path: Path, settings: EngineSettings, forms: CallForms | None = None
) -> Any:
    """The recorded session's model in this process. Raises UserError if it cannot be loaded."""
    header = recording.header
    task, examples, native = header["task"], header["examples"], header.get("native")
    if native is None:
        return InteractionModel(path, task, settings, examples=examples, forms=forms)
    model = NativeModel(
        path,
        task,
        settings,
        examples,
        forms,
        projector=Path(native["projector"]),
        picture_tokens=native["picture_tokens"],
    )
    return ReplayedMind(model, RecordedMedia(recording.folder))
