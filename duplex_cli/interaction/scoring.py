"""Read-outs of a model for benches and training: its gate at many places of a text, and its own words.

The session's `InteractionModel` goes forward in time and decides for itself. Here the text is given (every
act is the reference's) and only the logits are looked at, so a whole stream costs one pass. Engine, tokens
and gate are those of the session.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from duplex_cli.interaction import protocol
from duplex_cli.interaction.engine import DecodeError, Engine, EngineSettings
from duplex_cli.interaction.gate import probabilities
from duplex_cli.stream import ActKind

BATCH = 128
"""Tokens a decode. llama.cpp sets aside the logits of a whole batch: 1 MB a token for 262k words."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A session as tokens. `starts[k]` is the index at which the act of line k begins."""

    tokens: list[int]
    starts: list[int]


class Scorer:
    """A loaded model whose context holds whatever was read last."""

    def __init__(self, path: Path, settings: EngineSettings | None = None, examples: bool = False) -> None:
        """`examples` adds the worked examples of the protocol to the instructions, as the session does for
        models without our adapter. Raises UserError if the model cannot be used."""
        self._engine = Engine(path, settings or EngineSettings(batch=BATCH))
        self.vocabulary = self._engine.vocabulary
        self.room = self._engine.room
        """KV cells: what `read` may be given at most."""
        self._examples = examples
        self._held: list[int] = []
        tokenize = self.vocabulary.tokenize
        self._prompt, self._end = tokenize(protocol.PROMPT), tokenize(protocol.END)
        self._act_tokens: dict[ActKind, int] = {
            kind: tokenize(word)[0] for word, kind in protocol.ACT_WORDS.items()
        }
        self._going_on: dict[ActKind, int] = {
            "say": tokenize(protocol.CONTINUE)[0],
            "yield": self._act_tokens["yield"],
        }

    def encode(self, task: str, lines: Iterable[tuple[str, str]]) -> Encoded:
        """Header, worked examples if any, and (moment, act) lines, each piece tokenized on its own."""
        vocabulary = self.vocabulary
        tokens = [vocabulary.bos] if vocabulary.adds_bos else []
        tokens += vocabulary.tokenize(protocol.header(task))
        for moment, act in protocol.EXAMPLES if self._examples else ():
            tokens += self._line(moment) + vocabulary.tokenize(act) + self._end
        starts: list[int] = []
        for moment, act in lines:
            tokens += self._line(moment)
            starts.append(len(tokens))
            tokens += vocabulary.tokenize(act) + self._end
        return Encoded(tokens, starts)

    def _line(self, moment: str) -> list[int]:
        return self.vocabulary.tokenize(moment) + self._prompt

    def rows(self, tokens: Sequence[int], at: Sequence[int]) -> Iterator[NDArray[np.float32]]:
        """Logits with which the model would write the token at each index of `at`, given all before it.

        `at` ascends and is above 0. float32[vocabulary.size], each valid until the next is asked for. Raises
        DecodeError.
        """
        self._engine.clear()
        self._held = []
        for _, row in self._engine.append_reading(tokens, 0, [n - 1 for n in at]):
            yield row
        self._held = list(tokens)

    def gate(self, logits: NDArray[np.float32]) -> dict[ActKind, float]:
        """The probabilities of the acts, as a session reads them at a new moment."""
        return probabilities(logits, self._act_tokens, self._engine.silent_weight)

    def gate_over_remark(self, logits: NDArray[np.float32]) -> dict[ActKind, float]:
        """The same while a remark is under way: to go on ("say") or to "yield"."""
        return probabilities(logits, self._going_on)

    def complete(self, tokens: Sequence[int], limit: int) -> str:
        """What the model writes after `tokens`, greedily, up to the line's end or `limit` tokens.

        What the context holds already is not decoded again. Raises DecodeError.
        """
        logits = self._stand_after(list(tokens))
        made = b""
        for _ in range(limit):
            token = int(logits.argmax())
            if self.vocabulary.ends_generation(token):
                break
            made += self.vocabulary.piece(token)
            if b"\n" in made:  # also as a part of a token: "\n\n" is one
                break
            logits = self._append([token])
        return made.partition(b"\n")[0].decode("utf-8", "ignore")

    def write(self, tokens: Sequence[int], kind: ActKind, limit: int) -> str:
        """The words of an act of this kind, begun after `tokens`, as `complete` writes them."""
        return self.complete([*tokens, self._act_tokens[kind]], limit).strip()

    def _stand_after(self, tokens: list[int]) -> NDArray[np.float32]:
        """Bring the context to exactly `tokens`; the logits after the last one."""
        both = zip(self._held, tokens, strict=False)
        kept = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
        kept = min(kept, len(tokens) - 1)  # its logits are needed, so the last one is decoded again
        if not self._engine.truncate(kept):
            self._engine.clear()
            kept = 0
        self._held = tokens[:kept]
        return self._append(tokens[kept:])

    def _append(self, tokens: list[int]) -> NDArray[np.float32]:
        if len(self._held) + len(tokens) > self.room:
            raise DecodeError(f"{len(self._held) + len(tokens)} tokens, the context has {self.room}")
        self._engine.append(tokens, len(self._held))
        self._held += tokens
        return self._engine.logits()

    def close(self) -> None:
        """Free the native memory."""
        self._engine.close()
