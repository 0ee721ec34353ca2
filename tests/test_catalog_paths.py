"""Where things lie: one variable moves all of it, and the control folder is the user's own."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from duplex_cli import paths
from duplex_cli.errors import UserError


def test_one_variable_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path))
    assert paths.models_dir() == tmp_path / "cache" / "models"
    assert paths.sessions_dir() == tmp_path / "data" / "sessions"
    assert paths.user_profiles_dir() == tmp_path / "config" / "profiles"
    assert paths.runtime_dir() == tmp_path / "run"


def test_without_it_they_lie_where_the_platform_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUPLEX_HOME", raising=False)
    assert "duplex" in paths.models_dir().parts and paths.models_dir().is_absolute()
    assert paths.models_dir() != paths.sessions_dir()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="POSIX modes")
def test_control_folder_is_private_even_if_it_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path))
    (tmp_path / "run").mkdir(mode=0o755)
    assert stat.S_IMODE(paths.runtime_dir().stat().st_mode) == 0o700
    (tmp_path / "run").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="not a folder of your own"):
        paths.runtime_dir()


def test_unwritable_says_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="set DUPLEX_HOME"):
        paths.writable(tmp_path / "file" / "below")


def test_own_data_is_found_in_the_checkout() -> None:
    assert paths.resource("models/catalog.toml").is_file()
    with pytest.raises(UserError, match="reinstall"):
        paths.resource("models/none.toml")
