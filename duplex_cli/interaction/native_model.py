"""The interaction model with senses of its own: sound and pictures stand in its lines as embeddings.

The protocol, the gate and the window are those of `model`; a line is the moment's words, then its media in
the order of their percepts, then ">". Media are given by reference ahead of the step that needs them, and
are encoded at once by a thread of its own, so that what comes in is encoded while the model still decides.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from duplex_cli.clock import precise
from duplex_cli.errors import UserError
from duplex_cli.interaction.call_forms import CallForms
from duplex_cli.interaction.encoder import Encoder, Piece
from duplex_cli.interaction.engine import Engine, EngineSettings
from duplex_cli.interaction.media import Medium
from duplex_cli.interaction.model import InteractionModel, StepRequest, StepResult
from duplex_cli.interaction.native_engine import NativeEngine

WAIT_S = 1.0
"""So long a step waits for a medium that was announced: a picture of 64 tokens takes under 0.1 s here."""

KEPT = 64
"""Encoded media kept for lines that have not come: more than a minute of talk would mean that nobody asks."""

PICTURE_TOKENS = 64
"""Most tokens of a picture where nothing else is said: one decode of a CPU's batch."""


class NativeModel(InteractionModel):
    """As InteractionModel; `give` hands it media, a request's `media` names those of its moment."""

    def __init__(
        self,
        path: Path,
        task: str,
        settings: EngineSettings | None = None,
        examples: bool = False,
        forms: CallForms | None = None,
        *,
        projector: Path,
        picture_tokens: int = PICTURE_TOKENS,
        feed: Connection | None = None,
    ) -> None:
        """`feed` brings (reference, medium) from the session; without it `give` is called directly.

        Raises UserError if the model or the projector cannot be used, or they do not belong together.
        """
        settings = settings or EngineSettings()
        settings = replace(settings, batch=min(max(settings.batch, picture_tokens), settings.context))
        self._encoded: dict[str, list[Piece] | UserError] = {}
        self._arrived = threading.Condition()
        self._media: list[int] = []
        self._native: NativeEngine
        super().__init__(path, task, settings, examples=examples, forms=forms)
        self._encoder = Encoder(
            projector,
            self._native,
            threads=settings.threads,
            most_tokens=picture_tokens,
            use_gpu=settings.gpu_layers != 0,
        )
        self.encode_s = 0.0
        """Seconds spent encoding since the start."""
        if feed is not None:
            threading.Thread(target=self._take, args=(feed,), name="encode", daemon=True).start()

    def give(self, reference: str, medium: Medium) -> None:
        """Encode a medium under the name that a later request uses. A medium that cannot be is told there."""
        started = precise()
        try:
            pieces: list[Piece] | UserError = self._encoder.encode(medium)
        except UserError as error:
            pieces = error
        with self._arrived:
            self.encode_s += precise() - started
            self._encoded[reference] = pieces
            while len(self._encoded) > KEPT:
                del self._encoded[next(iter(self._encoded))]
            self._arrived.notify_all()

    def reset(self, task: str, forms: CallForms | None = None) -> None:
        super().reset(task, forms)
        with self._arrived:
            self._encoded.clear()
        self._native.keep_only(())

    def step(self, request: StepRequest) -> StepResult:
        """As InteractionModel.step. A medium that cannot be taken is left out and told in `faults`."""
        self._media, faults = self._collect(request.media)
        result = super().step(request)
        self._forget_rows()
        return replace(result, faults=faults) if faults else result

    def preload_native(self, lines: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        """As `preload`, with references of media that were given; those that were not are left out."""
        for moment, act, media in lines:
            self._media, _ = self._collect(media)
            self.preload([(moment, act)])
        self._forget_rows()

    def close(self) -> None:
        self._encoder.close()
        super().close()

    def _open(self, path: Path, settings: EngineSettings | None, adapter: Path | None) -> Engine:
        assert adapter is None, "a native model runs merged"
        self._native = NativeEngine(path, settings)
        return self._native

    def _perceived(self, moment: str) -> list[int]:
        media, self._media = self._media, []
        return super()._perceived(moment) + media

    def _collect(self, references: tuple[str, ...]) -> tuple[list[int], tuple[str, ...]]:
        """What stands in the line for the media, and a sentence for each that cannot be had."""
        tokens: list[int] = []
        faults: list[str] = []
        for reference in references:
            with self._arrived:
                self._arrived.wait_for(lambda name=reference: name in self._encoded, WAIT_S)
                pieces = self._encoded.pop(reference, None)
            if pieces is None:
                faults.append(f"a sound or picture did not come within {WAIT_S:g} s and is left out")
            elif isinstance(pieces, UserError):
                faults.append(str(pieces))
            else:
                for piece in pieces:
                    tokens += piece if isinstance(piece, list) else self._native.hold(piece)
        return tokens, tuple(faults)

    def _forget_rows(self) -> None:
        """Embeddings whose lines have left the window are needed no more."""
        if self._native.held > self._engine.room:
            self._native.keep_only(n for line in self._window.lines for n in line)

    def _take(self, feed: Connection) -> None:
        """The encoding thread: until the session closes its end."""
        while True:
            try:
                reference, medium = _received(feed)
            except (EOFError, OSError):
                return
            self.give(reference, medium)


def _received(feed: Connection) -> tuple[str, Any]:
    return feed.recv()
