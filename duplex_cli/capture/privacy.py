"""Which windows are not looked at: the rules, and what they hide of one state of the desktop. Pure.

Denied windows are blacked out; while one of them has the keyboard nothing is captured at all. Where the
user named windows and the platform cannot tell which lie on top, nothing is captured either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from duplex_cli.capture.windows import Stack, Window

PRIVATE = (
    # Private windows of browsers, by the titles that they give them (en, es, de, fr).
    *("private browsing", "incognito", "inprivate", "navegación privada", "incógnito"),
    *("privater modus", "privates fenster", "inkognito", "navigation privée", "tor browser"),
    # Where passwords are typed or shown: prompts of the system, and managers of passwords and keys.
    *("authentication required", "password required", "enter password", "unlock keyring", "unlock login"),
    *("passphrase", "pinentry", "polkit", "gcr-prompter", "ssh-askpass", "kwallet", "seahorse"),
    *("keepass", "bitwarden", "1password", "lastpass", "dashlane", "enpass", "proton pass"),
)
"""Parts of titles and applications that are hidden without being asked, where the platform tells windows."""

AFTERGLOW_S = 0.5
"""A place that a denied window has left stays black for so long, seconds. A window without a background of
its own shows what was there before until it has painted itself; toolkits paint within a tenth of that."""

Operation = tuple[int, int, int, int, bool]
"""x0, y0, x1, y1 in pixels of the desktop, and whether that place is hidden. Later ones lie on top."""


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    """Parts of titles or application names in any case, or patterns with * and ?."""

    deny: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    """If not empty, these windows alone are looked at."""
    private: bool = True
    """Hide private browser windows, password prompts and password managers (PRIVATE)."""

    @property
    def strict(self) -> bool:
        """The user named windows: without knowing what is on top nothing may be captured."""
        return bool(self.deny or self.allow)

    @property
    def any(self) -> bool:
        return self.strict or self.private

    def denies(self, window: Window) -> bool:
        """Whether this window, judged by itself, must not be looked at."""
        names = (window.title.casefold(), window.app.casefold())
        if _fits(self.deny, names) or (self.private and _fits(PRIVATE, names)):
            return True
        return bool(self.allow) and not _fits(self.allow, names)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What one state of the desktop hides."""

    everything: bool
    operations: tuple[Operation, ...] = ()
    windows: int = 0
    """How many denied windows there are."""


def hidden(rules: PrivacyRules, stack: Stack) -> Hidden:
    """What must not be seen of this desktop."""
    denied = {w.number for w in stack.windows if not w.popup and rules.denies(w)}
    apps = {w.app.casefold() for w in stack.windows if w.number in denied and w.app}
    known = {w.number for w in stack.windows}
    if stack.active and (stack.active in denied or (rules.strict and stack.active not in known)):
        return Hidden(True, windows=len(denied))
    operations: list[Operation] = []
    for window in stack.windows:
        hide = window.number in denied
        if window.popup:
            # A menu belongs to some application: to a denied one, or to one that cannot be told.
            hide = window.app.casefold() in apps or (
                rules.denies(window) if window.app else bool(denied) or bool(rules.allow)
            )
        if hide or window.opaque:
            corner = (window.x + window.width, window.y + window.height)
            operations.append((window.x, window.y, *corner, hide))
    return Hidden(False, tuple(operations), len(denied))


class Mask:
    """Blacks out what is hidden now and what was until a moment ago."""

    def __init__(self, only_allowed: bool) -> None:
        """With `only_allowed` all that is no window is hidden as well."""
        self._base = only_allowed
        self._recent: list[tuple[float, tuple[Operation, ...]]] = []

    def apply(self, frame: NDArray[np.uint8], left: int, top: int, now: Hidden, at_s: float) -> None:
        """Black out in place; `left` and `top` say where on the desktop the frame was taken, pixels."""
        self._recent = [
            (seen, operations)
            for seen, operations in self._recent
            if at_s - seen < AFTERGLOW_S and operations != now.operations
        ]
        self._recent.append((at_s, now.operations))
        for _, operations in self._recent:
            black = self._drawn(frame.shape[:2], left, top, operations)
            if black.any():
                frame[black] = 0

    def _drawn(
        self, shape: tuple[int, ...], left: int, top: int, operations: Iterable[Operation]
    ) -> NDArray[np.bool_]:
        out = np.full(shape, self._base, bool)
        for x0, y0, x1, y1, hide in operations:
            out[max(0, y0 - top) : max(0, y1 - top), max(0, x0 - left) : max(0, x1 - left)] = hide
        return out


def _fits(patterns: Iterable[str], names: tuple[str, ...]) -> bool:
    return any(_is_like(name, pattern.casefold()) for pattern in patterns for name in names)


def _is_like(name: str, pattern: str) -> bool:
    if "*" in pattern or "?" in pattern:
        return fnmatchcase(name, pattern)
    return pattern in name
