"""`duplex doctor` on this machine, and each check against the fault that it is there to find."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from duplex_cli import paths
from duplex_cli.cli import checks
from duplex_cli.cli.doctor import doctor
from duplex_cli.cli.models import choices
from duplex_cli.machine import Gpu, Machine, recommend

BARE = Machine("Linux x86_64", "cpu", 2, 16.0)
CARD = Machine("Linux x86_64", "cpu", 8, 16.0, (Gpu("RTX 3060", 12.9, "cuda", "12.4", 8.6),))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(doctor)
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_json_report_of_this_machine(home: Path) -> None:
    code, output = run("--json")
    report = json.loads(output)
    states = {check["name"]: check["state"] for check in report["checks"]}
    assert code == (0 if report["ok"] else 1) == (1 if "fail" in states.values() else 0)
    assert states["Python"] == "ok" and states["llama-cpp-python"] in ("ok", "warn")
    assert states["model cache"] in ("ok", "warn") and states["models missing"] == "note"
    assert report["recommendation"]["threads"] >= 1 and report["machine"]["label"]
    for check in report["checks"]:
        assert check["mend"] or check["state"] in ("ok", "note"), check


def test_table_ends_with_the_verdict(home: Path) -> None:
    code, output = run()
    assert ("Ready." in output) == (code == 0)


def test_unwritable_cache_fails_with_the_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setenv("DUPLEX_HOME", str(blocker))
    found = {check.name: check for check in checks.folder_checks()}
    for name in ("model cache", "sessions", "control socket"):
        assert found[name].state == "fail" and "DUPLEX_HOME" in found[name].mend
    code, output = run("--json")
    assert code == 1 and json.loads(output)["ok"] is False


def test_path_too_long_for_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path / ("deep" * 25)))
    found = {check.name: check for check in checks.folder_checks()}
    assert found["control socket"].state == "fail" and "shorter" in found["control socket"].mend


def test_damaged_model_fails_and_names_the_pull(home: Path) -> None:
    folder = paths.models_dir() / "smollm2-135m"
    folder.mkdir(parents=True)
    (folder / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(b"GGUF but short")
    found = {check.name: check for check in checks.model_checks(recommend(BARE, False), ["gemma-3-270m"])}
    damaged = found["model smollm2-135m"]
    assert damaged.state == "fail" and damaged.mend == "duplex models pull smollm2-135m"
    assert "253 MB" in found["models missing"].found


def test_larger_model_is_offered_where_it_fits(home: Path) -> None:
    advice = recommend(CARD, True, choices())
    found = {check.name: check for check in checks.model_checks(advice, [])}
    assert "duplex models pull gemma-4-12b" in found["recommended model"].mend


@pytest.mark.parametrize(
    ("facts", "machine", "state", "words"),
    [
        ({"version": checks.WANTED_LLAMA, "offload": False}, BARE, "ok", ""),
        ({"version": checks.WANTED_LLAMA, "offload": True}, CARD, "ok", ""),
        ({"version": checks.WANTED_LLAMA, "offload": False}, CARD, "warn", "/whl/cu124"),
        ({"version": "0.3.35", "offload": False}, BARE, "fail", "/whl/cpu"),
        ({"error": "No module named 'llama_cpp'"}, BARE, "fail", "--only-binary llama-cpp-python"),
    ],
)
def test_llama(facts: dict[str, object], machine: Machine, state: str, words: str) -> None:
    check = checks.llama_check(facts, machine)
    assert check.state == state and words in check.mend


def test_version_wanted_is_the_pin() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    assert f"llama-cpp-python=={checks.WANTED_LLAMA}" in project["project"]["dependencies"]


def test_old_python_fails() -> None:
    assert checks.python_check((3, 10)).state == "fail"


@pytest.mark.parametrize(
    ("system", "environment", "states"),
    [
        ("Linux", {}, ("warn", "warn")),
        ("Linux", {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, ("warn", "warn")),
        ("Darwin", {}, ("ok", "ok")),
        ("Windows", {}, ("ok", "ok")),
    ],
)
def test_displays(system: str, environment: dict[str, str], states: tuple[str, str]) -> None:
    found = checks.screen_checks(system, environment)
    assert tuple(check.state for check in found) == states
    assert all(check.mend for check in found if check.state == "warn")


def test_display_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    display, hotkeys = checks.screen_checks("Linux", {"DISPLAY": ":987"})
    assert "does not answer" in display.found and hotkeys.state == "warn"


def test_camera(tmp_path: Path) -> None:
    assert checks.camera_check("Linux", tmp_path).state == "warn"
    (tmp_path / "video0").write_text("")
    assert checks.camera_check("Linux", tmp_path).state == "ok"
    assert checks.camera_check("Darwin").state == "note"


def test_macos_is_told_of_its_permissions() -> None:
    assert len(checks.permission_checks("Darwin")) == 3 and not checks.permission_checks("Linux")


def test_a_child_that_dies_is_a_finding_not_an_end() -> None:
    assert "signal 6" in checks.probe("import os; os.abort()")["error"]
    assert "ModuleNotFoundError" in checks.probe("import no_such_thing")["error"]
    assert checks.probe("print('noise'); print('{\"a\": 1}')") == {"a": 1}
