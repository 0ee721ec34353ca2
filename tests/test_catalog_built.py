"""Built entries: made once, found again, made again when an input changes. The builder here concatenates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from catalog_server import Site, noise, serve, sha256

from duplex_cli import catalog, paths
from duplex_cli.errors import UserError

BASE = noise(4000)


class Workshop:
    def __init__(self, shelf: catalog.Catalog, adapters: Path) -> None:
        self.shelf = shelf
        self.adapters = adapters
        self.runs = 0

    def build(
        self, base: Path, adapter: Path | None, keep: Path | None, out: Path, progress: catalog.Progress
    ) -> None:
        assert adapter is not None and keep is not None
        self.runs += 1
        progress("joining", 0.5)
        out.write_bytes(base.read_bytes() + adapter.read_bytes() + keep.read_bytes())

    def ensure(self, said: list[str] | None = None) -> Path:
        sink = said if said is not None else []
        return catalog.ensure("b", builder=self.build, announce=sink.append, catalog=self.shelf)


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    adapters = tmp_path / "models" / "adapters"
    adapters.mkdir(parents=True)
    (adapters / "x.gguf").write_bytes(b"adapter")
    (adapters / "x.keep.z").write_bytes(b"keep")
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(paths, "resource", lambda name: tmp_path / name)
    with serve() as site:
        monkeypatch.setenv("HF_ENDPOINT", site.url)
        site.files["/own/repo/resolve/abc/base.gguf"] = BASE
        yield Workshop(catalog.load(written(tmp_path, site)), adapters)


def written(tmp_path: Path, site: Site) -> Path:
    path = tmp_path / "catalog.toml"
    common = (
        'role = "interaction"\ntitle = "t"\nlicence = "MIT"\nlicence_url = "https://example.org"\n'
        'format = "raw"\nmodalities = ["text"]\n'
    )
    path.write_text(
        f'[[model]]\nname = "base"\n{common}[[model.file]]\nname = "base.gguf"\nsize = 4000\n'
        f'sha256 = "{sha256(BASE)}"\nsources = ["hf:own/repo/base.gguf@abc"]\n'
        f'[[model]]\nname = "b"\n{common}built_from = "base"\nadapter = "x.gguf"\nkeep = "x.keep.*"\n'
        '[[model.file]]\nname = "b.gguf"\nsize = 1\n'
    )
    return path


def test_built_once_with_its_base_fetched(workshop: Workshop) -> None:
    said: list[str] = []
    path = workshop.ensure(said)
    assert path.read_bytes() == BASE + b"adapter" + b"keep"
    assert path.parent == paths.models_dir() / "b" and path.name.startswith("b-")
    assert "building it from base" in said[-1]
    assert workshop.ensure() == path and workshop.runs == 1
    assert catalog.find("b", workshop.shelf) == path


def test_changed_input_is_built_again_and_the_old_one_goes(workshop: Workshop) -> None:
    old = workshop.ensure()
    (workshop.adapters / "x.gguf").write_bytes(b"better adapter")
    assert catalog.find("b", workshop.shelf) is None
    new = workshop.ensure()
    assert new != old and new.read_bytes().endswith(b"better adapterkeep")
    assert not old.exists() and workshop.runs == 2


def test_damaged_build_is_made_again(workshop: Workshop) -> None:
    path = workshop.ensure()
    path.write_bytes(b"x")
    said: list[str] = []
    assert workshop.ensure(said).read_bytes().startswith(BASE)
    assert any("is damaged; set aside" in line for line in said)


def test_interrupted_build_leaves_nothing_that_looks_whole(workshop: Workshop) -> None:
    def breaks(
        base: Path, adapter: Path | None, keep: Path | None, out: Path, progress: catalog.Progress
    ) -> None:
        out.write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catalog.ensure("b", builder=breaks, catalog=workshop.shelf)
    assert catalog.find("b", workshop.shelf) is None
    assert workshop.ensure().read_bytes().startswith(BASE)


def test_no_builder_and_missing_adapter_say_the_mend(workshop: Workshop) -> None:
    with pytest.raises(UserError, match="duplex models build"):
        catalog.ensure("b", catalog=workshop.shelf)
    (workshop.adapters / "x.gguf").unlink()
    assert catalog.find("b", workshop.shelf) is None
    with pytest.raises(UserError, match="reinstall"):
        workshop.ensure()
