"""What lies over what on an X11 desktop, as the server itself stacks it, and whether that has changed.

The window manager's list lags behind the server, so the tree of windows is read. Reading it costs a round
trip for each question; the server's events say when it must be read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from Xlib import X, error

from duplex_cli.capture.windows import Stack, Window

DEPTH_WITHOUT_ALPHA = 24
"""Bits a pixel of windows that nothing shines through; 32 have an alpha channel."""

LOUD = frozenset(
    {X.MapNotify, X.UnmapNotify, X.ConfigureNotify, X.CirculateNotify, X.ReparentNotify, X.DestroyNotify}
)
"""Events after which the picture of the desktop may be another."""

TELLING = ("_NET_ACTIVE_WINDOW", "_NET_WM_NAME", "WM_NAME", "WM_CLASS", "_NET_WM_WINDOW_OPACITY")
"""Properties whose change may hide or show something."""


@dataclass(frozen=True, slots=True)
class _Face:
    """What does not change as a window moves."""

    window: Any
    """The client, or the window itself where there is none inside."""
    title: str
    app: str
    opaque: bool
    popup: bool


class StackReader:
    """Follows the windows of one display."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._root = display.screen().root
        self._telling = {display.intern_atom(name) for name in TELLING}
        self._state = display.intern_atom("WM_STATE")
        self._known: Stack | None = None
        self._faces: dict[int, _Face] = {}
        """What was found out about the root's windows; forgotten when the server tells of a change there."""
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask | X.PropertyChangeMask)

    def stack(self) -> Stack | None:
        """The windows now; None without a window manager that tells which has the keyboard."""
        if self.moved() or self._known is None:
            self._known = None
            for _ in range(3):  # while windows move, what is read may be half old
                found = self._read()
                if found is None or not self._drain():
                    self._known = found
                    break
        return self._known

    def moved(self) -> bool:
        """Whether the server told of a change since the last `stack`."""
        self._display.sync()
        if self._drain():
            self._known = None
            return True
        return False

    def _drain(self) -> bool:
        """Take what events there are; whether one of them matters."""
        loud = False
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type in (X.PropertyNotify, X.ReparentNotify, X.DestroyNotify, X.UnmapNotify):
                self._forget(event.window.id)
            if event.type in LOUD or (event.type == X.PropertyNotify and event.atom in self._telling):
                loud = True
        return loud

    def _read(self) -> Stack | None:
        if not self._managed():
            return None
        active = self._number(self._root, "_NET_ACTIVE_WINDOW")
        windows = [self._window(top) for top in self._root.query_tree().children]
        return Stack(tuple(w for w in windows if w is not None), active or 0)

    def _managed(self) -> bool:
        """Whether a window manager runs. Its window dies with it, what it wrote on the root does not."""
        number = self._number(self._root, "_NET_SUPPORTING_WM_CHECK")
        if not number:
            return False
        own = self._display.create_resource_object("window", number)
        try:
            return self._number(own, "_NET_SUPPORTING_WM_CHECK") == number
        except error.XError:
            return False

    def _number(self, window: Any, name: str) -> int | None:
        found = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
        return int(found.value[0]) if found is not None and len(found.value) else None

    def _forget(self, number: int) -> None:
        """All that is known of the window, or of the frame around it."""
        self._faces = {top: f for top, f in self._faces.items() if number not in (top, f.window.id)}

    def _window(self, top: Any) -> Window | None:
        """A window of the root (usually the manager's frame) with the names of the client inside."""
        try:
            attributes = top.get_attributes()
            if attributes.map_state != X.IsViewable or attributes.win_class == X.InputOnly:
                return None
            place = top.get_geometry()
            face = self._faces.get(top.id) or self._face(top, place.depth)
        except error.XError:
            return None  # it has gone meanwhile
        border = 2 * place.border_width
        return Window(
            face.title,
            place.x,
            place.y,
            place.width + border,
            place.height + border,
            app=face.app,
            number=face.window.id,
            opaque=face.opaque,
            popup=face.popup,
        )

    def _face(self, top: Any, depth: int) -> _Face:
        client = self._client(top, 3)
        shown = top if client is None else client
        # Be told of new titles; asked for before the title is read, so that none is missed.
        shown.change_attributes(event_mask=X.PropertyChangeMask | X.StructureNotifyMask)
        title, app = self._names(shown)
        faint = shown.get_full_property(
            self._display.intern_atom("_NET_WM_WINDOW_OPACITY"), X.AnyPropertyType
        )
        opaque = min(depth, shown.get_geometry().depth) <= DEPTH_WITHOUT_ALPHA and faint is None
        face = _Face(shown, title, app, opaque, client is None)
        self._faces[top.id] = face
        return face

    def _client(self, window: Any, depth: int) -> Any | None:
        """The window with WM_STATE, which managers give to every client, at or below `window`."""
        if window.get_full_property(self._state, X.AnyPropertyType) is not None:
            return window
        for child in window.query_tree().children if depth else ():
            found = self._client(child, depth - 1)
            if found is not None:
                return found
        return None

    def _names(self, window: Any) -> tuple[str, str]:
        name = window.get_full_property(self._display.intern_atom("_NET_WM_NAME"), X.AnyPropertyType)
        if name is not None and isinstance(name.value, bytes):
            title = name.value.decode("utf-8", "replace")
        else:
            plain = window.get_wm_name() or ""
            title = plain.decode("latin-1") if isinstance(plain, bytes) else plain
        return title, " ".join(window.get_wm_class() or ())
