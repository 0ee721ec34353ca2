"""Finding profiles: a path, one of the user's own, or one that duplex brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from duplex_cli.errors import UserError
from duplex_cli.paths import resource, user_profiles_dir
from duplex_cli.profile import Profile, load


def find_profile(name: str) -> Path:
    """File of a profile by name ("watch") or path. Raises UserError naming those there are."""
    path = Path(name).expanduser()
    if path.suffix == ".toml" or len(path.parts) > 1:
        if path.is_file():
            return path
        raise UserError(f"there is no profile file {path}; duplex profiles lists those there are")
    known = all_profiles()
    if name not in known:
        raise UserError(f"there is no profile {name!r}; there are: {', '.join(known)}")
    return known[name]


def all_profiles() -> dict[str, Path]:
    """Name -> file, the user's own before ours where both have one, in order of name."""
    found: dict[str, Path] = {}
    for folder in (resource("profiles"), user_profiles_dir()):
        if folder.is_dir():
            found |= {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return dict(sorted(found.items()))


def load_named(name: str, overrides: dict[str, Any] | None = None) -> Profile:
    """Find and load. Raises UserError."""
    return load(find_profile(name), overrides)
