"""Sound and pictures in the model's lines: what is decoded, where it stands, what is kept of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest
from tiny_gemma import WIDTH, write_tiny
from tiny_mrope import write_mrope

from duplex_cli.errors import UserError
from duplex_cli.interaction.build_projector import build_projector, width_of
from duplex_cli.interaction.encoder import Encoder, Rows
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.media import Picture, Sound
from duplex_cli.interaction.model import StepRequest
from duplex_cli.interaction.native_engine import NativeEngine
from duplex_cli.interaction.native_model import NativeModel
from duplex_cli.interaction.projector import grid, read_projector

SETTINGS = EngineSettings(context=512, batch=64)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("native")
    write_tiny(folder / "tiny.gguf", layers=6)
    write_mrope(folder / "mrope.gguf")
    build_projector(folder / "projector.gguf", WIDTH)
    return folder


def tick(number: int) -> Sound:
    noise = np.random.default_rng(number).standard_normal(3200) * 0.1
    return Sound(noise.clip(-1, 1).astype(np.float32))


def put(native: NativeModel, moment: str, *media: str):
    return native.step(StepRequest(moment=moment, threshold=0.5, budget=2, media=media))


def test_embeddings_of_tokens_are_decoded_as_those_tokens(room: Path) -> None:
    engine = NativeEngine(room / "tiny.gguf", SETTINGS)
    tokens = engine.vocabulary.tokenize("12 hear remind me to stretch")
    table = next(t for t in gguf.GGUFReader(room / "tiny.gguf").tensors if t.name == "token_embd.weight")
    # Gemma scales what it looks up by the root of the width, and takes embeddings as they are.
    values = np.array(table.data)[tokens] * np.float32(np.sqrt(WIDTH))
    engine.append(tokens, 0)
    by_tokens = engine.logits().copy()
    engine.clear()
    head = engine.hold(Rows(values[:-1].astype(np.float32), True, len(tokens) - 1))
    assert engine.append([*head, tokens[-1]], 0) == len(tokens)
    np.testing.assert_allclose(engine.logits(), by_tokens, atol=1e-4)
    engine.close()


def test_a_grid_of_tokens_takes_fewer_positions_than_places(room: Path) -> None:
    engine = NativeEngine(room / "mrope.gguf", SETTINGS)
    assert engine.mrope
    rows, columns = np.divmod(np.arange(12, dtype=np.int32), 4)
    offsets = np.stack([np.zeros(12, np.int32), rows, columns, np.zeros(12, np.int32)])
    values = np.random.default_rng(0).standard_normal((12, WIDTH)).astype(np.float32)
    line = [*engine.vocabulary.tokenize("look"), *engine.hold(Rows(values, True, 4, offsets)), 5]
    assert engine.append(line, 0) == len(line) - 12 + 4
    assert np.isfinite(engine.logits()).all()
    assert engine.append([6, 7], len(line) - 8) == 2, "the text goes on right behind the grid"
    assert not engine.drop(1, 3), "such a memory cannot be shifted, and is rebuilt"
    engine.close()


def test_a_tick_of_sound_is_five_embeddings_and_a_picture_keeps_its_shape(room: Path) -> None:
    engine = NativeEngine(room / "tiny.gguf", SETTINGS)
    encoder = Encoder(room / "projector.gguf", engine, threads=1, most_tokens=48)
    (sound,) = encoder.encode(tick(0))
    assert isinstance(sound, Rows)
    assert sound.values.shape == (5, WIDTH)
    assert sound.causal
    assert sound.positions == 5
    pixels = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    (picture,) = encoder.encode(Picture(pixels))
    assert isinstance(picture, Rows)
    columns, rows = grid(encoder.projector, 640, 480, 1, 48)
    assert len(picture.values) == columns * rows <= 48
    assert (columns, rows) == (8, 6)  # all 48 tokens: 4:3
    assert not picture.causal
    encoder.close()
    engine.close()


@pytest.mark.parametrize("size", [(640, 480), (96, 96), (1920, 1080), (100, 700), (48, 47), (3000, 200)])
def test_the_grid_is_foretold_as_llama_cpp_makes_it(room: Path, size: tuple[int, int]) -> None:
    engine = NativeEngine(room / "tiny.gguf", SETTINGS)
    encoder = Encoder(room / "projector.gguf", engine, threads=1, most_tokens=48)
    (picture,) = encoder.encode(Picture(np.zeros((size[1], size[0], 3), np.uint8)))
    assert isinstance(picture, Rows)
    columns, rows = grid(read_projector(room / "projector.gguf"), *size, 1, 48)
    assert len(picture.values) == columns * rows
    encoder.close()
    engine.close()


def test_what_is_heard_changes_what_the_gate_reads(room: Path) -> None:
    readings = []
    for number in (1, 1, 2):
        native = NativeModel(room / "tiny.gguf", "Help.", SETTINGS, projector=room / "projector.gguf")
        native.give("mic:0", tick(number))
        readings.append(put(native, "1 sound", "mic:0").gate)
        native.close()
    assert readings[0] == readings[1]
    assert readings[0] != readings[2]


def test_the_window_drops_sound_with_its_line_and_lets_go_of_it(room: Path) -> None:
    native = NativeModel(room / "tiny.gguf", "Help.", SETTINGS, projector=room / "projector.gguf")
    for number in range(300):
        native.give(f"mic:{number}", tick(number))
        put(native, f"{number} sound", f"mic:{number}")
        assert native.context_used <= SETTINGS.context
        assert native._native.held <= SETTINGS.context + 5
    native.close()


def test_a_restarted_model_reads_the_same_lines_and_goes_on_alike(room: Path) -> None:
    first = NativeModel(room / "tiny.gguf", "Help.", SETTINGS, projector=room / "projector.gguf")
    first.give("mic:0", tick(0))
    result = put(first, "1 sound", "mic:0")
    acts = {
        "silent": ".",
        "say": "say",
        "call": "call",
        "yield": "yield",
        "backchannel": "mm",
        "delegate": "ask",
    }
    rest = result.text
    while not result.last:
        result = first.step(StepRequest(moment=None, threshold=0.5, budget=8))
        rest += result.text
    line = ("1 sound", acts[result.kind] + rest, ("mic:0",))
    second = NativeModel(room / "tiny.gguf", "Help.", SETTINGS, projector=room / "projector.gguf")
    second.give("mic:0", tick(0))
    second.preload_native([line])
    assert second.context_used == pytest.approx(first.context_used, abs=3)
    for native in (first, second):
        native.give("mic:1", tick(1))
    one, two = (put(native, "2 sound", "mic:1").gate for native in (first, second))
    assert one is not None
    assert two is not None
    assert two.silent == pytest.approx(one.silent, abs=0.05)
    first.close()
    second.close()


def test_nothing_of_llama_cpp_reaches_the_terminal(room: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from duplex_cli.interaction.native_model import NativeModel\n"
        "from duplex_cli.interaction.media import Picture, Sound\n"
        "from duplex_cli.interaction.model import StepRequest\n"
        "m = NativeModel(Path(sys.argv[1]), 'Help.', projector=Path(sys.argv[2]))\n"
        "m.give('a', Sound(np.ones(3200, np.float32) / 2))\n"
        "m.give('b', Picture(np.ones((99, 99, 3), np.uint8)))\n"
        "m.step(StepRequest(moment='1 x', threshold=0.5, budget=2, media=('a', 'b'))); m.close()\n"
    )
    paths = [str(room / "tiny.gguf"), str(room / "projector.gguf")]
    done = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""


def test_the_width_is_read_from_the_model_and_a_projector_needs_a_sense(room: Path, tmp_path: Path) -> None:
    assert width_of(room / "tiny.gguf") == WIDTH
    with pytest.raises(UserError):
        width_of(room / "projector.gguf")
    with pytest.raises(UserError):
        build_projector(tmp_path / "none.gguf", WIDTH, hears=False, sees=False)
