"""Ctrl-C ends a session in order, also where an exception would be swallowed."""

from __future__ import annotations

import ctypes
import os
import signal

import pytest

from duplex_cli.session.interrupt import Interrupt


def _interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_is_noted_the_second_is_raised() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        assert not interrupt.asked
        _interrupt()
        assert interrupt.asked
        with pytest.raises(KeyboardInterrupt):
            _interrupt()
    assert signal.getsignal(signal.SIGINT) is before


def test_one_that_comes_inside_a_native_callback_is_not_lost() -> None:
    """As with llama.cpp's log: ctypes prints an exception of a callback and goes on."""

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    def compare(_a: int, _b: int) -> int:
        _interrupt()
        return 0

    values = (ctypes.c_int * 2)(2, 1)
    with Interrupt() as interrupt:
        ctypes.CDLL(None).qsort(values, 2, ctypes.sizeof(ctypes.c_int), compare)
    assert interrupt.asked
