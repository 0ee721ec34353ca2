"""The interaction model on a llama-server: one append-only session in one of its slots, by HTTP.

The server keeps the slot's tokens in its KV cache (`cache_prompt`), so an exchange costs what is new. A
moment is one exchange for the gate and, where the model acts, one for the words of the tick: the likeliest
continuation comes along with the probabilities and is used as far as the protocol takes the same tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.interaction.engine import Engine, EngineSettings, Vocabulary, load_vocabulary
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.interaction.protocol import END, PROMPT

EXCHANGE_S = 0.45
"""An exchange that takes longer counts as a dead link: with a step of the local model it stays within the
second in which a session must have fallen back, and two ticks have passed by then anyway."""

WARM_S = 30.0
"""A slot that comes back reads the whole context anew: seconds on a CPU, while the local model goes on."""

LIKELY = 64
"""Probabilities asked for at each token. An act word that is not among them has less than the least."""

AHEAD = 8
"""Tokens asked for where words are generated: a tick's budget and a look at the end."""

UNLIKELY = 5.0
"""Natural logarithm: so much less likely than the least told is what is not told."""


class LinkLost(UserError):
    """The server did not answer in time."""


class RemoteEngine:
    """What `Engine` offers, for one slot of a llama-server. Decodes when logits are asked for."""

    def __init__(self, url: str, slot: int, vocabulary: Vocabulary, room: int, silent_weight: float) -> None:
        """`vocabulary` and `silent_weight` are those of the very model that the server runs."""
        self.vocabulary, self.room, self.silent_weight = vocabulary, room, silent_weight
        self._slot = slot
        self._client = httpx.Client(base_url=url.rstrip("/"), timeout=EXCHANGE_S)
        self._tokens: list[int] = []
        self._known: dict[int, tuple[list[int], list[float]]] = {}
        """After so many tokens of the context: likely tokens and their log probabilities."""
        self._guessed: list[int] = []
        """The context with the server's own continuation, which `_known` speaks of."""
        self._prompt, self._end = vocabulary.tokenize(PROMPT)[-1], vocabulary.tokenize(END)[-1]
        self.exchanges = 0

    def append(self, tokens: Sequence[int], position: int) -> int:
        """Add `tokens` at `position`; nothing is sent yet. Returns how many positions they take."""
        del self._tokens[position:]
        self._tokens += tokens
        return len(tokens)

    def logits(self) -> NDArray[np.float32]:
        """Log probabilities after the last token, float32[vocabulary.size]. Raises LinkLost."""
        place = len(self._tokens)
        if place not in self._known or self._guessed[:place] != self._tokens:
            self._exchange(1 if self._tokens[-1] == self._prompt else AHEAD, EXCHANGE_S)
        tokens, values = self._known[place]
        out = np.full(self.vocabulary.size, min(values) - UNLIKELY, np.float32)
        out[tokens] = values
        return out

    def warm(self) -> None:
        """Have the server read the context, however long that takes. Raises LinkLost."""
        if self._tokens:
            self._post(1, WARM_S)

    def drop(self, start: int, end: int) -> bool:
        """Forget positions [start, end); the server reads what follows them anew."""
        del self._tokens[start:end]
        return True

    def truncate(self, position: int) -> bool:
        """Forget all from `position` on."""
        del self._tokens[position:]
        return True

    def clear(self) -> None:
        """Forget everything."""
        self._tokens.clear()

    def close(self) -> None:
        self._client.close()

    def _exchange(self, ahead: int, timeout_s: float) -> None:
        steps = self._post(ahead, timeout_s).get("completion_probabilities")
        if (
            not steps and ahead < AHEAD
        ):  # the likeliest token is part of a character, of which it tells nothing
            steps = self._post(AHEAD, timeout_s).get("completion_probabilities")
        if not steps:
            raise LinkLost("the interaction server tells no probabilities; docs/work.md says how to start it")
        told = [_likely(step) for step in steps]
        self._guessed = [*self._tokens, *(tokens[0] for tokens, _ in told)]
        self._known = {len(self._tokens) + n: step for n, step in enumerate(told)}

    def _post(self, ahead: int, timeout_s: float) -> dict[str, Any]:
        """The server's answer to the context, with `ahead` tokens more. Raises LinkLost."""
        self.exchanges += 1
        request = {
            "prompt": self._tokens,
            "id_slot": self._slot,
            "cache_prompt": True,
            "n_predict": ahead,
            "n_probs": LIKELY,
            "temperature": 0.0,
            "samplers": ["top_k", "temperature"],
            "top_k": 1,
            "return_tokens": True,
            "ignore_eos": True,  # an end that is likeliest would come without any probabilities
        }
        try:
            answer = self._client.post("/completion", json=request, timeout=timeout_s)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise LinkLost(f"the interaction server does not answer ({type(error).__name__})") from error


def _likely(step: dict[str, Any]) -> tuple[list[int], list[float]]:
    top = sorted(step["top_logprobs"], key=lambda one: -one["logprob"])
    return [one["id"] for one in top], [one["logprob"] for one in top]


class RemoteModel(InteractionModel):
    """An InteractionModel whose engine is a slot of a llama-server; lives in a worker process.

    `path` is the same GGUF as the server's: its vocabulary is read here. After a step that raised LinkLost
    the context is to be given back by `recall`.
    """

    def __init__(self, url: str, slot: int, path: Path, task: str, **more: Any) -> None:
        """`more` as InteractionModel. Raises UserError where no server is, or one with another model."""
        self._url, self._slot = url, slot
        super().__init__(path, task, **more)
        self._remote.warm()

    def _open(self, path: Path, settings: EngineSettings | None, adapter: Path | None) -> Engine:
        vocabulary, weight = load_vocabulary(path)
        room = (settings or EngineSettings()).context
        _agree(self._url, vocabulary)
        self._remote = RemoteEngine(self._url, self._slot, vocabulary, room, weight)
        engine: Any = self._remote
        return engine

    def recall(self, task: str, lines: Sequence[tuple[str, str]], forms: Any = None) -> None:
        """Begin anew with past lines, and have the server read them. Raises LinkLost."""
        self.reset(task, forms)
        self.preload(lines)
        self._remote.warm()


def _agree(url: str, vocabulary: Vocabulary) -> None:
    """Raise UserError unless the server is there and spells like the local file."""
    probe = "1 hear remind me to stretch every twenty seconds"
    try:
        answer = httpx.post(f"{url.rstrip('/')}/tokenize", json={"content": probe}, timeout=5.0)
        tokens = answer.json()["tokens"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise UserError(
            f"no llama-server at {url} ({type(error).__name__}); start one as docs/work.md says"
        ) from error
    if tokens != vocabulary.tokenize(probe):
        raise UserError(f"the server at {url} runs another model; give it the file of model.name")
