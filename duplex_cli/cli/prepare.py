"""Models that a command needs, fetched or built at first use after saying their size and licence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from duplex_cli import catalog
from duplex_cli.cli.models import ensure_all
from duplex_cli.errors import UserError
from duplex_cli.interaction.engine import EngineSettings, supports_gpu_offload
from duplex_cli.interaction.projector import read_projector
from duplex_cli.machine import detect, recommend
from duplex_cli.profile import Profile
from duplex_cli.session.minds import ModelChoice, NativeChoice

EARS = {"en": "moonshine-tiny-en", "es": "whisper-base", "multi": "whisper-base"}
MICRO_TURN = "micro-turn"
PICTURE_TOKENS_GPU = 64
"""Tokens of a picture where a GPU decodes: nearly all of a tick is left (docs/native.md)."""
PICTURE_TOKENS_CPU = 12
"""Tokens of a picture without one: at 4 ms a token (two cores, 270M parameters) 64 would take a
whole tick and more."""
USUAL_TOKEN_PX = 32
"""Side of a picture token where the projector's kind does not tell, pixels: 28 of Qwen-VL's, 48 of Gemma
4's."""


def background_model(profile: Profile, console: Console) -> Path | None:
    """The background model's file; None where the profile names none to run here. Raises UserError."""
    wanted = profile.background.model
    if not wanted:
        return None
    path = Path(wanted).expanduser()
    if path.suffix == ".gguf" or path.is_file():
        if not path.is_file():
            raise UserError(f"there is no model file {path}; duplex models list shows models by name")
        return path
    path = ensure_all([wanted], console)[wanted]
    return catalog.files(wanted)["model"] if path.is_dir() else path


def model_choice(profile: Profile, console: Console) -> ModelChoice:
    """The profile's interaction model, on this machine. Raises UserError."""
    wanted = profile.model.name
    path = Path(wanted).expanduser()
    if path.suffix == ".gguf" or path.is_file():
        if not path.is_file():
            raise UserError(f"there is no model file {path}; duplex models list shows models by name")
        examples = "duplex" not in path.name
        return ModelChoice(path.stem, path, examples, engine_settings(profile), _native(profile, {}))
    entry = catalog.default_catalog()[wanted]
    if entry.role != "interaction":
        raise UserError(
            f"{wanted} is a model for {entry.role}; name one for interaction (duplex models list)"
        )
    path = ensure_all([wanted], console)[wanted]
    if path.is_dir():
        path = catalog.files(wanted)["model"]
    native = _native(profile, catalog.files(wanted))
    return ModelChoice(wanted, path, entry.format != MICRO_TURN, engine_settings(profile), native)


def _native(profile: Profile, files: Mapping[str, Path]) -> NativeChoice | None:
    """The projector for a native session; `files` are the model's own by use. Raises UserError."""
    model = profile.model
    if model.native == "off":
        return None
    named = Path(model.projector).expanduser() if model.projector else files.get("projector")
    if named is None:
        raise UserError(
            f"{model.name} has no projector, so it cannot hear or see by itself; name one with "
            "--profile-set model.projector=FILE, or set model.native=off"
        )
    facts = read_projector(named)
    if model.native == "instead" and not facts.hears:
        raise UserError(f"{named.name} does not hear, so words cannot be left out; set model.native=beside")
    token_px = (facts.token_px or USUAL_TOKEN_PX) if facts.sees else 0
    offload = supports_gpu_offload() and model.gpu_layers != 0
    tokens = model.picture_tokens or (PICTURE_TOKENS_GPU if offload else PICTURE_TOKENS_CPU)
    return NativeChoice(model.native, named, facts.hears, token_px, tokens)


def engine_settings(profile: Profile) -> EngineSettings:
    """Threads, batch and offload by the rules that `duplex doctor` shows, the profile's own before them."""
    advice = recommend(detect(), supports_gpu_offload())
    layers = profile.model.gpu_layers if profile.model.gpu_layers >= 0 else advice.gpu_layers
    return EngineSettings(
        context=profile.model.context,
        batch=min(advice.batch, profile.model.context),
        threads=profile.model.threads or advice.threads,
        gpu_layers=layers,
        flash_attention=advice.flash_attn,
    )


def ears_model(profile: Profile, console: Console) -> Path:
    """Folder of the transcriber's model. Raises UserError."""
    name = EARS[profile.senses.language]
    return ensure_all([name], console)[name]
