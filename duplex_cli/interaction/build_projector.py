"""A small untrained projector for any model: the whole native path runs with it where no model hub is
reachable.

Its kinds are those of Gemma 4 12B Unified (gemma4ua, gemma4uv): a norm and a matrix from 640 samples of the
waveform, and from squares of pixels, to the width of a token. The weights are drawn from a fixed seed, so
what it tells the model means nothing: it serves tests and measurements of cost, never a user.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.interaction.build import open_gguf
from duplex_cli.interaction.projector import SAMPLES_PER_TOKEN, UNIFIED_SIGHT, UNIFIED_SOUND

PATCH_PX, MERGE = 16, 3
"""A picture token stands for 48x48 pixels, as in gemma4uv."""
INNER = 64
"""Numbers between a square of pixels and a token; the real projector has thousands."""
MOST_SIDE = 64
"""Picture tokens in a row or column that there are positions for."""
SCALE = 0.02
"""Standard deviation of the weights, as of the embeddings of common models."""


def width_of(model: Path) -> int:
    """Numbers in a token's embedding of a GGUF model. Raises UserError if it is none."""
    reader = open_gguf(model)
    architecture = reader.get_field("general.architecture")
    field = reader.get_field(f"{architecture.contents()}.embedding_length") if architecture else None
    if field is None:
        raise UserError(f"{model} does not tell its width; name a language model in GGUF form")
    return int(field.contents())


def build_projector(path: Path, width: int, *, hears: bool = True, sees: bool = True, seed: int = 0) -> None:
    """Write an untrained projector for a model of `width` numbers a token (it appears whole or not at all).

    Raises UserError if neither sense is wanted.
    """
    if not hears and not sees:
        raise UserError("a projector that neither hears nor sees is none; leave one of the senses on")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".projector-", dir=path.parent) as room:
        unfinished = Path(room) / path.name
        _write(unfinished, width, hears, sees, np.random.default_rng(seed))
        unfinished.replace(path)


def _write(path: Path, width: int, hears: bool, sees: bool, random: np.random.Generator) -> None:
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_name("untrained")
    writer.add_bool("clip.has_audio_encoder", hears)
    writer.add_bool("clip.has_vision_encoder", sees)
    writer.add_bool("clip.use_gelu", True)
    if hears:
        _sense(writer, "audio", UNIFIED_SOUND, SAMPLES_PER_TOKEN, width)
        writer.add_uint32("clip.audio.num_mel_bins", SAMPLES_PER_TOKEN)
        writer.add_tensor("mm.a.input_projection.weight", _drawn(random, width, SAMPLES_PER_TOKEN))
    if sees:
        _sense(writer, "vision", UNIFIED_SIGHT, INNER, width)
        _sight(writer, random, width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _sense(writer: gguf.GGUFWriter, name: str, kind: str, inner: int, width: int) -> None:
    writer.add_string(f"clip.{name}.projector_type", kind)
    writer.add_uint32(f"clip.{name}.embedding_length", inner)
    writer.add_uint32(f"clip.{name}.projection_dim", width)
    for unused in ("feed_forward_length", "block_count"):
        writer.add_uint32(f"clip.{name}.{unused}", 0)
    writer.add_uint32(f"clip.{name}.attention.head_count", 1)
    writer.add_float32(f"clip.{name}.attention.layer_norm_epsilon", 1e-6)


def _sight(writer: gguf.GGUFWriter, random: np.random.Generator, width: int) -> None:
    writer.add_uint32("clip.vision.image_size", 224)
    writer.add_uint32("clip.vision.patch_size", PATCH_PX)
    writer.add_array("clip.vision.image_mean", [0.5] * 3)
    writer.add_array("clip.vision.image_std", [0.5] * 3)
    writer.add_uint32("clip.vision.projector.scale_factor", MERGE)
    square = (PATCH_PX * MERGE) ** 2 * 3
    writer.add_tensor("mm.input_projection.weight", _drawn(random, width, INNER))
    writer.add_tensor("v.patch_embd.weight", _drawn(random, INNER, square))
    writer.add_tensor("v.patch_embd.bias", np.zeros(INNER, np.float32))
    writer.add_tensor("v.position_embd.weight", _drawn(random, 2, MOST_SIDE, INNER))
    for number, size in ((1, square), (2, INNER), (3, INNER)):
        writer.add_tensor(f"v.patch_norm.{number}.weight", np.ones(size, np.float32))
        writer.add_tensor(f"v.patch_norm.{number}.bias", np.zeros(size, np.float32))


def _drawn(random: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    return (random.standard_normal(shape) * SCALE).astype(np.float32)
