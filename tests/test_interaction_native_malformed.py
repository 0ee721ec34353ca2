"""Projectors, sounds and pictures that llama.cpp would abort on or take for granted: each is a sentence.

All run in this very process: an abort would end the test run. After each of them the model still hears.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from tiny_gemma import WIDTH, write_adapter, write_tiny
from tiny_mrope import write_mrope

from duplex_cli.errors import UserError
from duplex_cli.interaction.build_projector import build_projector
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.media import Medium, Picture, Sound
from duplex_cli.interaction.model import StepRequest
from duplex_cli.interaction.native_model import NativeModel

SETTINGS = EngineSettings(context=512, batch=64)
TICK = np.sin(np.arange(3200, dtype=np.float32) * 0.05) * np.float32(0.3)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("native")
    write_tiny(folder / "tiny.gguf", layers=6)
    write_mrope(folder / "mrope.gguf")
    build_projector(folder / "good.gguf", WIDTH)
    build_projector(folder / "ears.gguf", WIDTH, sees=False)
    build_projector(folder / "eyes.gguf", WIDTH, hears=False)
    return folder


def model(room: Path, projector: str = "good.gguf", **more: Any) -> NativeModel:
    chosen = {"settings": SETTINGS, "picture_tokens": 32, **more}
    return NativeModel(room / "tiny.gguf", "Help.", projector=room / projector, **chosen)


def hears(native: NativeModel) -> bool:
    native.give("fine", Sound(TICK))
    result = native.step(StepRequest(moment="1 sound", threshold=0.5, budget=2, media=("fine",)))
    return not result.faults and result.tokens_in >= 6


# ---- projector files


def cut(share: float) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return damage


def changed(
    fields: dict[str, Any] | None = None,
    drop: tuple[str, ...] = (),
    shapes: dict[str, tuple[int, ...]] | None = None,
) -> Callable[[Path], None]:
    """The projector written anew with other fields, without some tensors, or with tensors of other shapes."""

    def damage(path: Path) -> None:
        data = path.read_bytes()
        copy = path.with_suffix(".before")
        copy.write_bytes(data)
        reader = gguf.GGUFReader(copy)
        writer = gguf.GGUFWriter(path, "clip")
        for key, field in reader.fields.items():
            if key.startswith("GGUF.") or key == "general.architecture":
                continue
            value = (fields or {}).get(key, field.contents())
            if value is None:
                continue
            if isinstance(value, list):
                writer.add_array(key, value)
            else:
                writer.add_key_value(key, value, field.types[0])
        for tensor in reader.tensors:
            if tensor.name in drop:
                continue
            shape = (shapes or {}).get(tensor.name)
            array = np.zeros(shape, np.float32) if shape else np.array(tensor.data)
            writer.add_tensor(tensor.name, array)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    return damage


def replaced(by: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(by) and None


FILES: dict[str, Callable[[Path], Any]] = {
    "absent": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "empty": replaced(b""),
    "only its magic": replaced(b"GGUF"),
    "text": replaced(b"this is no projector, it is a sentence\n" * 20),
    "noise behind the magic": replaced(b"GGUF\x03\0\0\0" + bytes(range(256)) * 8),
    "cut in the header": cut(0.0001),
    "cut in the fields": cut(0.0008),
    "cut at a tenth": cut(0.1),
    "cut at a half": cut(0.5),
    "cut at nine tenths": cut(0.9),
    "short of the last bytes": cut(0.9999),
    "a language model": lambda path: write_tiny(path),
    "a LoRA adapter": lambda path: write_adapter(path, 8.0),
    "of a wider model": lambda path: build_projector(path, 640),
    "of a narrower model": lambda path: build_projector(path, 32),
    "no sense at all": changed({"clip.has_audio_encoder": False, "clip.has_vision_encoder": False}),
    "an unknown kind of ears": changed({"clip.audio.projector_type": "cochlea"}),
    "an unknown kind of eyes": changed({"clip.vision.projector_type": "retina"}),
    "no kind told": changed({"clip.audio.projector_type": None}),
    "no sound matrix": changed(drop=("mm.a.input_projection.weight",)),
    "no picture matrix": changed(drop=("mm.input_projection.weight",)),
    "no bias": changed(drop=("v.patch_embd.bias",)),
    "no position table": changed(drop=("v.position_embd.weight",)),
    "sound of another frame size": changed(shapes={"mm.a.input_projection.weight": (WIDTH, 320)}),
    "sound and pictures of two widths": changed(shapes={"mm.input_projection.weight": (128, 64)}),
    "squares of another size": changed(shapes={"v.patch_embd.weight": (64, 768)}),
    "a norm of another length": changed(shapes={"v.patch_norm.3.weight": (63,)}),
    "a flat position table": changed(shapes={"v.position_embd.weight": (128, 64)}),
    "a patch of no pixels": changed({"clip.vision.patch_size": 0}),
    "no mean of pixels": changed({"clip.vision.image_mean": [0.5]}),
}


@pytest.mark.parametrize("damage", FILES.values(), ids=FILES.keys())
def test_a_projector_that_cannot_be_used_is_a_sentence(
    room: Path, tmp_path: Path, damage: Callable[[Path], Any]
) -> None:
    path = tmp_path / "projector.gguf"
    path.write_bytes((room / "good.gguf").read_bytes())
    damage(path)
    with pytest.raises(UserError) as caught:
        model(room, str(path))
    told = str(caught.value)
    assert "projector" in told
    assert "\n" not in told
    assert ";" in told, "what is wrong; how to mend it"


# ---- sounds and pictures


def picture(height: int, width: int, channels: int = 3) -> np.ndarray:
    return np.full((height, width, channels), 90, np.uint8)


MEDIA: dict[str, tuple[str, Any]] = {
    "an empty sound": ("good.gguf", Sound(np.zeros(0, np.float32))),
    "one sample": ("good.gguf", Sound(np.zeros(1, np.float32))),
    "two channels": ("good.gguf", Sound(np.zeros((3200, 2), np.float32))),
    "16-bit sound": ("good.gguf", Sound(np.zeros(3200, np.int16))),  # type: ignore[arg-type]
    "doubles": ("good.gguf", Sound(np.zeros(3200))),  # type: ignore[arg-type]
    "no numbers": ("good.gguf", Sound(np.full(3200, np.nan, np.float32))),
    "infinite": ("good.gguf", Sound(np.full(3200, np.inf, np.float32))),
    "far too loud": ("good.gguf", Sound(np.full(3200, 32000.0, np.float32))),
    "longer than may be": ("good.gguf", Sound(np.zeros(16000 * 31, np.float32))),
    "longer than half the window": ("good.gguf", Sound(np.zeros(16000 * 20, np.float32))),
    "a list": ("good.gguf", Sound([0.0] * 3200)),  # type: ignore[arg-type]
    "sound for eyes alone": ("eyes.gguf", Sound(TICK)),
    "a picture for ears alone": ("ears.gguf", Picture(picture(96, 96))),
    "no height": ("good.gguf", Picture(picture(0, 96))),
    "no width": ("good.gguf", Picture(picture(96, 0))),
    "with transparency": ("good.gguf", Picture(picture(96, 96, 4))),
    "gray": ("good.gguf", Picture(np.zeros((96, 96), np.uint8))),
    "floats": ("good.gguf", Picture(np.zeros((96, 96, 3), np.float32))),  # type: ignore[arg-type]
    "larger than may be": ("good.gguf", Picture(np.zeros((9000, 9000, 3), np.uint8))),
    "a strip": ("good.gguf", Picture(picture(40, 4000))),
    "an upright strip": ("good.gguf", Picture(picture(4000, 20))),
    "neither": ("good.gguf", "a sentence"),
}


@pytest.mark.parametrize(("projector", "medium"), MEDIA.values(), ids=MEDIA.keys())
def test_a_medium_that_cannot_be_taken_is_left_out_and_told(
    room: Path, projector: str, medium: Medium
) -> None:
    native = model(room, projector)
    native.give("bad", medium)
    result = native.step(StepRequest(moment="1 sound", threshold=0.5, budget=2, media=("bad",)))
    assert len(result.faults) == 1
    assert "\n" not in result.faults[0]
    assert ";" in result.faults[0], "what is wrong; how to mend it"
    assert result.tokens_in < 12, "nothing of it stands in the line"
    if projector == "good.gguf":
        assert hears(native)
    native.close()


def test_a_medium_that_never_came_is_told(room: Path) -> None:
    native = model(room)
    result = native.step(StepRequest(moment="1 sound", threshold=0.5, budget=2, media=("lost",)))
    assert len(result.faults) == 1
    assert hears(native)
    native.close()


@pytest.mark.parametrize(
    ("settings", "tokens"), [(SETTINGS, 0), (SETTINGS, -1), (EngineSettings(context=64, batch=64), 65)]
)
def test_pictures_that_no_batch_could_hold_are_refused_at_the_start(
    room: Path, settings: EngineSettings, tokens: int
) -> None:
    with pytest.raises(UserError, match="picture_tokens"):
        model(room, settings=settings, picture_tokens=tokens)


@pytest.mark.parametrize("shape", [(48, 48), (4000, 3000), (50, 1500), (1500, 50), (1, 1), (47, 31)])
def test_every_picture_within_the_limits_fits_the_batch(room: Path, shape: tuple[int, int]) -> None:
    native = model(room)
    native.give("picture", Picture(picture(*shape)))
    result = native.step(StepRequest(moment="1 look", threshold=0.5, budget=2, media=("picture",)))
    assert result.faults == ()
    native.close()


def test_a_model_with_grid_positions_takes_the_same_media(room: Path) -> None:
    native = NativeModel(
        room / "mrope.gguf", "Help.", SETTINGS, projector=room / "good.gguf", picture_tokens=32
    )
    for n in range(40):  # until the window has been rebuilt: such a memory cannot be shifted
        native.give(f"s{n}", Sound(TICK))
        native.give(f"p{n}", Picture(picture(200, 300)))
        media = (f"s{n}", f"p{n}")
        result = native.step(StepRequest(moment=f"{n} sound | look", threshold=0.5, budget=2, media=media))
        assert result.faults == ()
        assert native.context_used <= SETTINGS.context
    native.close()
