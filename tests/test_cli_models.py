"""`duplex models`, run as a command against a catalogue on a server of 127.0.0.1."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from catalog_server import Site, noise, serve, sha256
from rich.console import Console
from typer.testing import CliRunner

from duplex_cli import catalog, paths
from duplex_cli.cli import models
from duplex_cli.errors import UserError

BODY = noise(120_000)
runner = CliRunner()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    path = tmp_path / "models" / "catalog.toml"
    (tmp_path / "models" / "adapters").mkdir(parents=True)
    common = (
        'role = "interaction"\ntitle = "t"\nlicence = "MIT"\nlicence_url = "https://example.org/mit"\n'
        'format = "raw"\nmodalities = ["text"]\n'
    )
    path.write_text(
        f'[[model]]\nname = "small"\n{common}[[model.file]]\nname = "m.gguf"\nsize = {len(BODY)}\n'
        f'sha256 = "{sha256(BODY)}"\nsources = ["hf:own/repo/m.gguf@abc"]\n'
        f'[[model]]\nname = "large"\n{common}min_vram_gb = 9000\nverified = false\n[[model.file]]\n'
        f'name = "l.gguf"\nsize = 7\nsha256 = "{sha256(b"1234567")}"\nsources = ["hf:own/repo/l.gguf@abc"]\n'
        f'[[model]]\nname = "made"\n{common}built_from = "small"\n'
        '[[model.file]]\nname = "x"\nsize = 1\n'
    )
    monkeypatch.setattr(paths, "resource", lambda name: tmp_path / name)
    with serve() as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        served.files["/own/repo/resolve/abc/m.gguf"] = BODY
        served.files["/own/repo/resolve/abc/l.gguf"] = b"1234567"
        yield served


def run(*arguments: str) -> tuple[int, str]:
    result = runner.invoke(models.app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def listed() -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in json.loads(run("list", "--json")[1])["models"]}


def test_pull_tells_size_and_licence_then_list_knows(site: Site) -> None:
    assert listed()["small"]["installed"] is False
    code, output = run("pull", "small", "large")
    assert code == 0
    assert output.index("Fetching small (interaction): 1 MB.") < output.index("Fetching large (interaction)")
    assert "Licence: MIT <https://example.org/mit>" in output
    assert "large has not been run by the makers of duplex" in output
    assert listed()["small"]["installed"] is True
    table = run("list")[1]
    assert "small" in table and "GPU, 9000 GB" in table


def test_path_prints_the_path_alone(site: Site) -> None:
    with pytest.raises(UserError, match="duplex models pull small"):
        run("path", "small")
    run("pull", "small")
    assert run("path", "small") == (0, f"{paths.models_dir() / 'small' / 'm.gguf'}\n")


def test_verify_finds_damage(site: Site) -> None:
    assert run("verify") == (0, "")
    run("pull", "small")
    assert run("verify") == (0, "small: m.gguf: ready\n")
    (paths.models_dir() / "small" / "m.gguf").write_bytes(noise(len(BODY), 5))
    code, output = run("verify", "small")
    assert code == 1 and output == "small: m.gguf: damaged; run: duplex models pull small\n"
    assert "set aside" in run("pull", "small")[1].replace("\n", " ")
    assert run("verify", "small")[0] == 0


def test_verify_of_a_named_missing_model_fails(site: Site) -> None:
    assert run("verify", "small") == (1, "small: m.gguf: missing; run: duplex models pull small\n")


def test_remove(site: Site) -> None:
    run("pull", "small")
    assert "freed" in run("remove", "small")[1]
    assert run("remove", "small")[1] == "small: was not here\n"
    with pytest.raises(UserError, match="there is no model"):
        run("remove", "smal!")


def test_build_of_what_is_not_built(site: Site) -> None:
    with pytest.raises(UserError, match="is fetched, not built"):
        run("build", "small")


def test_first_use_says_all_of_it_and_the_second_says_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(
        base: Path, adapter: Path | None, keep: Path | None, out: Path, progress: catalog.Progress
    ) -> None:
        out.write_bytes(base.read_bytes()[:100])

    monkeypatch.setattr(models, "_builder", lambda: build)
    page = io.StringIO()
    found = models.ensure_all(["made", "large"], Console(file=page, width=200))
    assert set(found) == {"made", "large"} and found["made"].read_bytes() == BODY[:100]
    said = page.getvalue()
    assert said.index("First use: 1 MB of models") < said.index("Fetching small")
    assert "made is made here from small, once. Licence: MIT" in said
    site.log.clear()
    page = io.StringIO()
    assert models.ensure_all(["made", "large"], Console(file=page)) == found
    assert page.getvalue() == "" and site.log == []


def test_sizes_for_people() -> None:
    assert [models.size_text(n) for n in (2309, 98_362_432, 2_841_481_184)] == ["1 MB", "98 MB", "2.8 GB"]
