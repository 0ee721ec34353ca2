"""The shipped catalogue is right, and mistakes in one are named with file, model and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from duplex_cli import catalog
from duplex_cli.catalog import load
from duplex_cli.catalog.entry import HubPart, PypiPart, parse_part
from duplex_cli.errors import UserError

GOOD = """
[[model]]
name = "one"
role = "vad"
title = "t"
licence = "MIT"
licence_url = "https://example.org"
format = "raw"
modalities = ["audio"]
[[model.file]]
name = "a.bin"
size = 3
sha256 = "{sha}"
sources = ["pypi:p==1/p/a.bin", "hf:o/n/dir/a.bin@abc"]
""".replace("{sha}", "a" * 64)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "catalog.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_catalogue_has_what_the_commands_need() -> None:
    entries = catalog.default_catalog()
    assert entries["duplex-270m"].built_from == "gemma-3-270m"
    roles = {entry.role for entry in entries.values()}
    assert roles >= {"interaction", "transcription", "speech", "vad", "ocr"}
    for entry in entries.values():
        assert entry.licence and entry.licence_url.startswith("https://") and entry.modalities
        assert entry.verified or entry.min_vram_gb > 0, (
            f"{entry.name} runs everywhere, so it must be verified"
        )
        for file in entry.files:
            if entry.verified and entry.kind == "download":
                assert file.sha256, entry.name
            for source in file.sources:
                for part in source:
                    if isinstance(part, HubPart) and not entry.verified:
                        assert len(part.revision) == 40, f"{entry.name}: pin the revision"


def test_large_models_with_projectors_name_both_files() -> None:
    for name in ("gemma-4-e2b", "gemma-4-e4b", "gemma-4-12b", "qwen3-vl-4b"):
        entry = catalog.default_catalog()[name]
        model, projector = entry.file("model"), entry.file("projector")
        assert model and projector and model.size > projector.size
        assert entry.min_vram_gb * 1e9 > entry.size, "the weights must fit the memory it is recommended for"
        assert set(catalog.files(name)) == {"model", "projector"}


def test_sources_are_parsed() -> None:
    assert parse_part("pypi:a-b==1.0.0/a_b/data/x.gguf.part00") == PypiPart(
        "a-b", "1.0.0", "a_b/data/x.gguf.part00"
    )
    assert parse_part("hf:own/er/sub/f.gguf@main") == HubPart("own/er", "sub/f.gguf", "main")


def test_good_catalogue_loads(tmp_path: Path) -> None:
    entry = load(written(tmp_path, GOOD))["one"]
    assert entry.size == 3 and not entry.is_folder and entry.kind == "download" and entry.verified
    assert [str(source[0]) for source in entry.files[0].sources] == ["pypi:p==1", "hf:o/n"]


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ('role = "vad"', 'role = "vat"', ["model 'one'", "role", "'vat'"]),
        ("size = 3", 'size = "3"', ["a.bin", "size", "must be int"]),
        ("size = 3", "size = true", ["a.bin", "size", "must be int"]),
        ('title = "t"', 'titel = "t"', ["titel", "did you mean title"]),
        ('licence = "MIT"\n', "", ["licence", "is missing"]),
        ("pypi:p==1/p/a.bin", "pypi:p/a.bin", ["sources", "pypi:package==version/member"]),
        ("a" * 64, "a" * 63, ["sha256", "64 hexadecimal"]),
        (f'sha256 = "{"a" * 64}"\n', "", ["sha256", "hub"]),
        ('name = "a.bin"', 'name = "../a.bin"', ["name", "inside the model's folder"]),
        ('name = "one"', 'name = "One!"', ["name", "small letters"]),
        ("[[model.file]]", 'built_from = "zero"\n[[model.file]]', ["built_from", "'zero'"]),
        ("[[model]]", "[[modell]]", ["[[model]]"]),
        ("role =", "role", ["cannot read"]),
    ],
)
def test_mistakes_name_file_model_and_key(tmp_path: Path, before: str, after: str, names: list[str]) -> None:
    assert before in GOOD
    path = written(tmp_path, GOOD.replace(before, after, 1))
    with pytest.raises(UserError) as caught:
        load(path)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    for name in names:
        assert name in message


def test_two_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there are two of that name"):
        load(written(tmp_path, GOOD + GOOD))


def test_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean moonshine-tiny-en"):
        catalog.ensure("moonshine-tiny")
