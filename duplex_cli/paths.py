"""Where duplex keeps its files, and where its own data lies. Nothing here asks the network.

One environment variable, `DUPLEX_HOME`, moves everything: the tree below it is cache/models,
data/sessions, config/profiles and run. Without it the platform's own places are used (platformdirs).
"""

from __future__ import annotations

import os
import stat
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import platformdirs

from duplex_cli.errors import UserError

APP = "duplex"
HOME_VARIABLE = "DUPLEX_HOME"
MEND = f"set {HOME_VARIABLE} to a folder you can write to"


def home() -> Path | None:
    """The folder that DUPLEX_HOME names, or None where it is not set."""
    value = os.environ.get(HOME_VARIABLE, "").strip()
    return Path(value).expanduser().absolute() if value else None


def _place(kind: str, default: Callable[[], str]) -> Path:
    base = home()
    if base is not None:
        return base / kind
    with (
        warnings.catch_warnings()
    ):  # platformdirs warns where there is no XDG_RUNTIME_DIR; we check ourselves
        warnings.simplefilter("ignore")
        return Path(default())


def models_dir() -> Path:
    """Downloaded and built models, one folder each. It need not exist yet (see `writable`)."""
    return _place("cache", lambda: platformdirs.user_cache_dir(APP, appauthor=False)) / "models"


def sessions_dir() -> Path:
    """Recorded sessions, one folder each. It need not exist yet (see `writable`)."""
    return _place("data", lambda: platformdirs.user_data_dir(APP, appauthor=False)) / "sessions"


def user_profiles_dir() -> Path:
    """The user's own profiles, found before those that duplex brings. It need not exist."""
    return _place("config", lambda: platformdirs.user_config_dir(APP, appauthor=False)) / "profiles"


def runtime_dir() -> Path:
    """The folder of the control socket: made here, mode 700, owned by this user.

    Raises UserError where it belongs to somebody else (a socket there could be theirs) or cannot be made.
    """
    folder = _place("run", lambda: platformdirs.user_runtime_dir(APP, appauthor=False))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.lstat()
        if stat.S_ISLNK(about.st_mode) or (hasattr(os, "getuid") and about.st_uid != os.getuid()):
            raise UserError(f"{folder} is not a folder of your own; {MEND}")
        if stat.S_IMODE(about.st_mode) != 0o700:
            folder.chmod(0o700)
    except OSError as error:
        raise UserError(f"cannot make {folder} ({error.strerror or error}); {MEND}") from error
    return folder


def writable(folder: Path) -> Path:
    """Make `folder` and prove by a file that it can be written to; returns it.

    Raises UserError with the mend where it cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UserError(f"cannot write to {folder} ({error.strerror or error}); {MEND}") from error
    return folder


def resource(name: str) -> Path:
    """A file or folder that duplex brings: "models/catalog.toml", "models/adapters", "profiles".

    In an installed package these lie in duplex_cli/data (pyproject.toml, force-include), in a checkout at
    its root. Raises UserError where neither has it.
    """
    package = Path(__file__).parent
    for place in (package / "data" / name, package.parent / name):
        if place.exists():
            return place
    raise UserError(f"{name} is missing from this installation; reinstall duplex-cli")
