"""Supervised child processes: each heavy native part runs in one, so that its death is not the session's.

A worker hosts one object made by a factory in the child and answers its method calls in order. `call`
waits; `cast` does not, its answers are fetched by `poll`. A child that dies is started again with the
same factory by `restart`; what it knew is the owner's to give back.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from duplex_cli.errors import UserError
from duplex_cli.paths import runtime_dir

START_TIMEOUT_S = 120.0
"""Loading a model from a cold disk takes seconds; a minute or two means that it hangs."""

STOP_TIMEOUT_S = 3.0

_QUIET_THREADS = {
    # One thread a sense, and waiting threads sleep: facts.md, "thread discipline decides".
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "HF_HUB_OFFLINE": "1",
}


class WorkerDied(RuntimeError):
    """The child ended, by itself or by a native abort."""


class Worker:
    """One child process. Not thread-safe: one thread owns it."""

    def __init__(
        self, name: str, factory: str, kwargs: dict[str, Any], nice: int = 0, threads: int = 1
    ) -> None:
        """`factory` is "module:callable", called in the child with `kwargs` (picklable).

        `nice` is added to the child's niceness; `threads` is what its numeric libraries may use.
        """
        self.name = name
        self.restarts = 0
        self.pending = 0
        """Casts whose answers have not been fetched."""
        self._factory, self._kwargs, self._nice, self._threads = factory, kwargs, nice, threads
        self._log = runtime_dir() / f"{self.name}.log"
        self._spawn()

    def _spawn(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._conn, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve,
            args=(theirs, self._factory, self._kwargs, self._nice, str(self._log)),
            name=f"duplex-{self.name}",
            daemon=True,
        )
        with _environment({**_QUIET_THREADS, "OMP_NUM_THREADS": str(self._threads)}):
            self._process.start()
        theirs.close()
        self._ready = False
        self.pending = 0

    @property
    def pid(self) -> int | None:
        """Process id of the child, for measuring its memory."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def ready(self) -> bool:
        """Whether the hosted object is made; never waits. Raises as `wait_ready`."""
        if not self._ready and self._has_answer():
            self.wait_ready()
        return self._ready

    def wait_ready(self) -> None:
        """Return once the hosted object is made. Raises UserError if it cannot be."""
        if self._ready:
            return
        if not self._conn.poll(START_TIMEOUT_S):
            raise UserError(f"{self.name} did not start within {START_TIMEOUT_S:g} s; try: duplex doctor")
        try:
            kind, value = self._receive()
        except WorkerDied as error:
            raise UserError(
                f"{self.name} could not start ({self._last_words()}); try: duplex doctor"
            ) from error
        if kind == "failed":
            raise UserError(value)
        self._ready = True

    def call(self, method: str, *args: Any) -> Any:
        """Call a method of the hosted object and wait for its answer. Raises WorkerDied."""
        self.wait_ready()
        assert self.pending == 0, "call after cast would mix up answers"
        self._send((method, args))
        return self._answer()

    def cast(self, method: str, *args: Any) -> None:
        """Call without waiting; the answer comes by `poll`. Raises WorkerDied."""
        self.wait_ready()
        self._send((method, args))
        self.pending += 1

    def wait(self, seconds: float) -> bool:
        """Whether an answer to a cast came within so many seconds. Raises WorkerDied."""
        try:
            return self._conn.poll(seconds)
        except OSError as error:
            raise WorkerDied(self.name) from error

    def poll(self, wait: bool = False) -> list[Any]:
        """Answers to casts that have come, in order; with `wait`, all outstanding. Raises WorkerDied."""
        answers = []
        while self.pending and (wait or self._has_answer()):
            self.pending -= 1  # also where the answer is an error
            answers.append(self._answer())
        return answers

    def restart(self) -> None:
        """Start a new child in place of a dead (or hung) one. Outstanding answers are lost."""
        self._kill()
        self.restarts += 1
        self._spawn()

    def close(self) -> None:
        """Let the child finish, then make sure that it is gone."""
        with contextlib.suppress(OSError, ValueError):
            self._conn.send(None)
        self._process.join(STOP_TIMEOUT_S)
        self._kill()

    def _kill(self) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._conn.close()

    def _last_words(self) -> str:
        """The last line that the child wrote: the message of an abort or of an exception."""
        self._process.join(STOP_TIMEOUT_S)
        lines = self._log.read_text(errors="replace").split("\n") if self._log.is_file() else []
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return said[:160] or f"exit code {self._process.exitcode}"

    def _has_answer(self) -> bool:
        try:
            return self._conn.poll()
        except OSError as error:
            raise WorkerDied(self.name) from error

    def _send(self, message: Any) -> None:
        try:
            self._conn.send(message)
        except OSError as error:
            raise WorkerDied(self.name) from error

    def _receive(self) -> tuple[str, Any]:
        try:
            return self._conn.recv()
        except (EOFError, OSError) as error:
            raise WorkerDied(self.name) from error

    def _answer(self) -> Any:
        kind, value = self._receive()
        if kind == "failed":
            raise UserError(value)
        return value


def _serve(conn: Connection, factory: str, kwargs: dict[str, Any], nice: int, log: str) -> None:
    """The child's life: make the object, answer calls until told to stop or the parent is gone."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the session, which stops its workers in order
    _log_to(Path(log))
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    module, _, name = factory.partition(":")
    try:
        hosted = getattr(importlib.import_module(module), name)(**kwargs)
    except UserError as error:
        conn.send(("failed", str(error)))
        return
    conn.send(("ready", None))
    while True:
        try:
            message = conn.recv()
        except (EOFError, OSError):
            return
        if message is None:
            if hasattr(hosted, "close"):
                hosted.close()
            return
        method, args = message
        try:
            conn.send(("ok", getattr(hosted, method)(*args)))
        except UserError as error:
            conn.send(("failed", str(error)))


def _log_to(path: Path) -> None:
    """Native libraries write to stderr, which would break the terminal view: it goes to a file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Environment for a child about to start; a spawned child reads it before importing anything."""
    saved = {key: os.environ.get(key) for key in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in saved.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value
