"""Windows of an X11 desktop, as its window manager tells them (EWMH), through python-xlib."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from Xlib import X, error
from Xlib.display import Display

from duplex_cli.capture.windows import INSTEAD, Stack, Window
from duplex_cli.capture.x11_stack import StackReader
from duplex_cli.errors import UserError


@contextlib.contextmanager
def _asking() -> Iterator[None]:
    """Make python-xlib's own error for a lost server an OSError, as other lost connections are."""
    try:
        yield
    except error.ConnectionClosedError as lost:
        raise ConnectionError(str(lost)) from lost


class X11Desktop:
    """A connection to the X server, for questions about windows (see `windows.Desktop`)."""

    def __init__(self) -> None:
        """Raises UserError if the server named by DISPLAY does not answer."""
        try:
            self._display: Any = Display()
        except (error.DisplayError, error.ConnectionClosedError, OSError) as problem:
            raise UserError(
                f"the display {os.environ.get('DISPLAY')} does not answer; check DISPLAY, or {INSTEAD}"
            ) from problem
        self._root: Any = self._display.screen().root
        self._reader: StackReader | None = None

    @property
    def hidden(self) -> bool:
        with _asking():
            return "XWAYLAND" in self._display.list_extensions()

    def windows(self) -> list[Window]:
        with _asking():
            ids = self._property(self._root, "_NET_CLIENT_LIST")
            found = [self._window(window_id) for window_id in (ids if ids is not None else [])]
        return [window for window in found if window is not None]

    def active_title(self) -> str:
        with _asking():
            ids = self._property(self._root, "_NET_ACTIVE_WINDOW")
            window = self._window(ids[0]) if ids is not None and len(ids) and ids[0] else None
        return window.title if window else ""

    def stack(self) -> Stack | None:
        with _asking():
            if self._reader is None:
                self._reader = StackReader(self._display)
            return self._reader.stack()

    def moved(self) -> bool:
        with _asking():
            return self._reader is None or self._reader.moved()

    def _window(self, window_id: int) -> Window | None:
        """None for one that has gone meanwhile, has no title, or is minimized."""
        handle = self._display.create_resource_object("window", window_id)
        try:
            title = self._title(handle)
            if not title or handle.get_attributes().map_state != X.IsViewable:
                return None
            size = handle.get_geometry()
            place = handle.translate_coords(self._root, 0, 0)
        except error.XError:
            return None
        # translate_coords tells where the desktop's corner lies as seen from the window.
        return Window(title, -place.x, -place.y, size.width, size.height)

    def _title(self, handle: Any) -> str:
        name = self._property(handle, "_NET_WM_NAME")
        if isinstance(name, bytes):
            return name.decode("utf-8", "replace")
        plain = handle.get_wm_name() or ""
        return plain.decode("latin-1") if isinstance(plain, bytes) else plain

    def _property(self, window: Any, name: str) -> Any:
        found = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
        return None if found is None else found.value

    def close(self) -> None:
        with contextlib.suppress(OSError), _asking():
            self._display.close()
