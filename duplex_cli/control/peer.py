"""Who is at the other end of a Unix socket. The answer is the kernel's, so it cannot be forged."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys

_UCRED = struct.Struct("3i")
"""Linux struct ucred: pid, uid, gid (man 7 unix, SO_PEERCRED)."""


def peer_uid(connection: socket.socket) -> int | None:
    """User id of the process that connected, or None where this system cannot tell."""
    if sys.platform == "linux":
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        return _UCRED.unpack(raw)[1]
    if sys.platform == "win32":
        return None
    # macOS and the BSDs: getpeereid(2), which Python does not wrap.
    uid, gid = ctypes.c_uint32(), ctypes.c_uint32()
    library = ctypes.CDLL(None, use_errno=True)
    if library.getpeereid(connection.fileno(), ctypes.byref(uid), ctypes.byref(gid)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return uid.value


def is_own_user(connection: socket.socket) -> bool:
    """Whether the other end runs as this process's user; False where that cannot be told."""
    try:
        uid = peer_uid(connection)
    except OSError:
        return False
    return sys.platform != "win32" and uid == os.getuid()
