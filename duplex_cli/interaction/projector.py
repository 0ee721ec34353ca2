"""What a projector file holds, read and checked before llama.cpp opens it.

llama.cpp reads a projector without looking whether the file is whole (clip.cpp, `load_tensors`: the stream's
state is not tested after a read), and asserts on tensors of another shape, which ends the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf

from duplex_cli.errors import UserError

UNIFIED_SOUND, UNIFIED_SIGHT = "gemma4ua", "gemma4uv"
SAMPLES_PER_TOKEN = 640
"""Of gemma4ua: one embedding for each 40 ms at 16 kHz (mtmd-audio.cpp, gemma4ua)."""

_UNIFIED_SOUND_WEIGHT = "mm.a.input_projection.weight"
_UNIFIED_SIGHT_WEIGHT = "mm.input_projection.weight"
_MEND = "fetch the projector that belongs to the model: duplex models pull"


@dataclass(frozen=True, slots=True)
class Projector:
    """A projector file's facts. A kind of sense that it lacks has an empty type."""

    path: Path
    sound_type: str = ""
    sight_type: str = ""
    width: int = 0
    """Numbers in one embedding; 0 where only llama.cpp can tell (it then compares by itself)."""
    token_px: int = 0
    """Side of the square that one picture token stands for, pixels; 0 where unknown."""
    most_side: int = 0
    """Most picture tokens in a row or column, 0 where unknown: beyond its table llama.cpp aborts."""

    @property
    def hears(self) -> bool:
        return bool(self.sound_type)

    @property
    def sees(self) -> bool:
        return bool(self.sight_type)


def read_projector(path: Path) -> Projector:
    """Facts of a projector file. Raises UserError if it is absent, damaged, or no projector."""
    fields, shapes = _contents(path)
    if not any(key.startswith("clip.") for key in fields):
        what = fields.get("general.architecture", "no model")
        raise UserError(f"{path.name} is no projector but {what}; {_MEND}")
    sound = _type(fields, "audio") if fields.get("clip.has_audio_encoder") else ""
    sight = _type(fields, "vision") if fields.get("clip.has_vision_encoder") else ""
    if not sound and not sight:
        raise UserError(f"{path.name} neither hears nor sees; {_MEND}")
    widths: set[int] = set()
    token_px = most_side = 0
    if sound == UNIFIED_SOUND:
        widths.add(_matrix(path, shapes, _UNIFIED_SOUND_WEIGHT, SAMPLES_PER_TOKEN))
    if sight == UNIFIED_SIGHT:
        token_px, most_side = _check_unified_sight(path, fields, shapes)
        widths.add(shapes[_UNIFIED_SIGHT_WEIGHT][1])
    if len(widths) > 1:
        raise UserError(
            f"{path.name} makes {widths.pop()} numbers of sound and {widths.pop()} of pictures; {_MEND}"
        )
    return Projector(path, sound, sight, widths.pop() if widths else 0, token_px, most_side)


def check_pair(projector: Projector, model_name: str, width: int) -> None:
    """Raise UserError if the projector's embeddings do not fit a model of `width` numbers a token."""
    if projector.width and projector.width != width:
        raise UserError(
            f"{projector.path.name} makes embeddings of {projector.width}, {model_name} reads {width}; "
            "they belong to different models, name the right projector"
        )


def grid(projector: Projector, width: int, height: int, least: int, most: int) -> tuple[int, int]:
    """Columns and rows of tokens that llama.cpp will make of a picture; (0, 0) where that is not known.

    The rule of `calc_size_preserved_ratio` in llama.cpp's mtmd-image.cpp: round both sides to whole tokens,
    then scale by area into [least, most] tokens.
    """
    side = projector.token_px
    if projector.sight_type != UNIFIED_SIGHT or not side:
        return 0, 0
    columns, rows = max(1, _round(width / side)), max(1, _round(height / side))
    area = side * side
    if columns * rows > most:
        shrink = (height * width / (most * area)) ** 0.5
        rows, columns = max(1, int(height / shrink / side)), max(1, int(width / shrink / side))
    elif columns * rows < least:
        grow = (least * area / (height * width)) ** 0.5
        rows, columns = -int(-height * grow // side), -int(-width * grow // side)
    return columns, rows


def _round(x: float) -> int:
    return int(x + 0.5)  # as std::round: halves go up


def _contents(path: Path) -> tuple[Mapping[str, Any], Mapping[str, tuple[int, ...]]]:
    """Fields and the tensors' shapes (llama.cpp's order). Raises UserError."""
    if not path.is_file():
        raise UserError(f"there is no projector file {path}; {_MEND}")
    try:
        reader = gguf.GGUFReader(path)
        fields = {
            key: field.contents() for key, field in reader.fields.items() if not key.startswith("GGUF.")
        }
        size = path.stat().st_size
        shapes: dict[str, tuple[int, ...]] = {}
        for tensor in reader.tensors:
            if tensor.data_offset + tensor.n_bytes > size:
                raise ValueError(f"{tensor.name} ends past the file")
            shapes[tensor.name] = tuple(int(n) for n in tensor.shape)
    except (OSError, ValueError, IndexError, KeyError, TypeError, OverflowError, MemoryError) as error:
        reason = " ".join(str(error).split())[:100]
        raise UserError(f"{path.name} is damaged or cut short ({reason}); fetch it again") from error
    return fields, shapes


def _type(fields: Mapping[str, Any], sense: str) -> str:
    """The projector's type for a sense, "?" where the file does not say (llama.cpp then refuses it)."""
    return str(fields.get("clip.projector_type") or fields.get(f"clip.{sense}.projector_type") or "?")


def _matrix(path: Path, shapes: Mapping[str, tuple[int, ...]], name: str, columns: int) -> int:
    """Rows of the matrix `name`, which must have so many columns."""
    shape = shapes.get(name)
    if shape is None:
        raise UserError(f"{path.name} lacks {name}; {_MEND}")
    if len(shape) != 2 or shape[0] != columns:
        raise UserError(f"{path.name}: {name} is {list(shape)}, it should begin with {columns}; {_MEND}")
    return shape[1]


def _check_unified_sight(
    path: Path, fields: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]
) -> tuple[int, int]:
    """(pixels of a token's side, most tokens a side) of a gemma4uv projector whose tensors fit each other."""
    try:
        side = int(fields["clip.vision.patch_size"]) * int(
            fields.get("clip.vision.projector.scale_factor", 3)
        )
        inner = int(fields["clip.vision.embedding_length"])
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path.name} does not tell {error}; {_MEND}") from error
    if side < 1 or inner < 1:
        raise UserError(f"{path.name} tells a patch of {side} and a width of {inner}; {_MEND}")
    patch = side * side * 3
    if _matrix(path, shapes, "v.patch_embd.weight", patch) != inner:
        raise UserError(f"{path.name}: v.patch_embd.weight does not make {inner} numbers; {_MEND}")
    _matrix(path, shapes, _UNIFIED_SIGHT_WEIGHT, inner)
    wanted = {"v.patch_embd.bias": inner}
    for number, size in ((1, patch), (2, inner), (3, inner)):
        wanted |= {f"v.patch_norm.{number}.{part}": size for part in ("weight", "bias")}
    for name, size in wanted.items():
        if shapes.get(name) != (size,):
            raise UserError(f"{path.name}: {name} is {list(shapes.get(name, ()))}, not [{size}]; {_MEND}")
    table = shapes.get("v.position_embd.weight", ())
    if len(table) != 3 or table[0] != inner or table[2] != 2:
        raise UserError(f"{path.name}: v.position_embd.weight is {list(table)}, not [{inner}, n, 2]; {_MEND}")
    return side, table[1]
