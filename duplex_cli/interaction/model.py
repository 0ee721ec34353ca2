"""The interaction model: reads a moment, decides by its gate, words a remark a few tokens at a time.

All of its state is the token sequence, so the same requests on the same machine give the same results
bit for bit: that is what replay rests on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from duplex_cli.clock import precise
from duplex_cli.interaction import protocol
from duplex_cli.interaction.call_forms import BeginsWith, CallForms
from duplex_cli.interaction.context import Window
from duplex_cli.interaction.engine import DecodeError, Engine, EngineSettings
from duplex_cli.interaction.gate import choose, probabilities, reading
from duplex_cli.stream import ActKind, GateReading

MAX_REMARK_TOKENS = 48
"""A remark longer than this is ended: about 15 s of speech, longer than any interjection should be."""

YIELD_LEVEL = 0.5
"""Probability at which a remark under way is given up for what was perceived meanwhile."""


_SENTENCE_ENDS = (b".", b"?", b"!")


@dataclass(frozen=True, slots=True)
class StepRequest:
    """What one step puts to the model."""

    moment: str | None
    """Newly perceived text (protocol.moment), or None to go on with the remark under way."""
    threshold: float
    """Probability of acting at which to speak."""
    budget: int
    """Tokens to generate at most in this step; the rest of a remark follows in later steps."""
    call_threshold: float | None = None
    """As `threshold`, for calls; None is the same."""
    permitted: frozenset[ActKind] = frozenset({"say", "call"})
    """Acts that policy allows now. One that is wanted but not permitted is recorded as silence."""
    force: ActKind | None = None
    """Act to take whatever the gate says: a due reminder is worded, not judged."""
    begins: str = ""
    """What a forced call begins with, such as " weather:"."""
    media: tuple[str, ...] = ()
    """References of the sound and pictures that belong to the moment; only a native model is given any."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one step gave."""

    kind: ActKind
    text: str
    """The piece generated in this step, without the act word."""
    last: bool
    """Whether the act is complete."""
    wanted: ActKind
    """What the gate chose, before policy."""
    gate: GateReading | None
    tokens_in: int
    tokens_out: int
    decode_s: float
    """Seconds inside llama.cpp."""
    total_s: float
    """Seconds of the whole step."""
    faults: tuple[str, ...] = ()
    """Sentences about sound or pictures that could not be taken and are missing from the line."""


class InteractionModel:
    """One session's model. `under_way` is the kind of the act whose words are not all generated yet."""

    def __init__(
        self,
        path: Path,
        task: str,
        settings: EngineSettings | None = None,
        adapter: Path | None = None,
        examples: bool = False,
        forms: CallForms | None = None,
    ) -> None:
        """`examples` adds worked examples to the instructions, for models without our adapter.

        Raises UserError if the model cannot be used.
        """
        self._engine = self._open(path, settings, adapter)
        vocabulary = self._engine.vocabulary
        self._vocabulary = vocabulary
        self._prompt = vocabulary.tokenize(protocol.PROMPT)
        self._end = vocabulary.tokenize(protocol.END)
        self._continue = vocabulary.tokenize(protocol.CONTINUE)
        self._words: dict[ActKind, list[int]] = {
            kind: vocabulary.tokenize(word) for word, kind in protocol.ACT_WORDS.items()
        }
        self._act_tokens: dict[ActKind, int] = {kind: tokens[0] for kind, tokens in self._words.items()}
        self._examples = examples
        self._decode_s = 0.0
        self._tokens_in = 0
        self.reset(task, forms)

    def _open(self, path: Path, settings: EngineSettings | None, adapter: Path | None) -> Engine:
        return Engine(path, settings, adapter)

    def reset(self, task: str, forms: CallForms | None = None) -> None:
        """Forget everything and begin anew under `task`; `forms` are those of its calls, by default any."""
        vocabulary = self._vocabulary
        prefix = [vocabulary.bos] if vocabulary.adds_bos else []
        prefix += vocabulary.tokenize(protocol.header(task))
        for moment, act in protocol.EXAMPLES if self._examples else ():
            prefix += self._line(moment, act)
        self._prefix = prefix
        self._forms = forms or CallForms(protocol.call_words(task), {})
        self._pending: list[int] = []
        self._window = Window(room=self._engine.room, prefix=len(prefix))
        self._engine.clear()
        self._position = self._engine.append(prefix, 0)
        self.under_way: ActKind | None = None
        self._generated = 0
        self._act_start = 0
        self._tail = self._worded = b""
        self._begins = ""

    @property
    def context_used(self) -> int:
        """Tokens in the context, of `EngineSettings.context`."""
        return self._position + len(self._pending)

    def step(self, request: StepRequest) -> StepResult:
        """Put one moment to the model, or let it go on with the remark under way."""
        started = precise()
        self._decode_s, self._tokens_in = 0.0, 0
        kind, wanted, gate, pieces, last = self._step(request)
        return StepResult(
            kind=kind,
            text=self._text(pieces, last),
            last=last,
            wanted=wanted,
            gate=gate,
            tokens_in=self._tokens_in,
            tokens_out=len(pieces),
            decode_s=self._decode_s,
            total_s=precise() - started,
        )

    def retract(self) -> None:
        """Take back the act just completed, as if silence had been chosen: it was never said."""
        line = self._window.lines[-1]
        self._flush()
        self._position -= len(line) - self._act_start
        del line[self._act_start :]
        if not self._engine.truncate(self._position):
            self._rebuild()
        self._queue(self._words["silent"] + self._end)

    def abandon(self) -> None:
        """Leave the remark under way as it stands: the user took the floor before all was worded."""
        if self.under_way is not None:
            self._queue(self._continue)
            self._finish()

    def preload(self, lines: Iterable[tuple[str, str]]) -> None:
        """Read past (moment, act) lines without deciding anything: after a restart of the process."""
        for moment, act in lines:
            tokens = self._line(moment, act)
            self._make_room(len(tokens))
            self._window.add_line()
            self._queue(tokens)
        self._flush()

    def _line(self, moment: str, act: str) -> list[int]:
        tokenize = self._vocabulary.tokenize  # piece by piece, so that ">" never merges with its neighbours
        return self._perceived(moment) + self._prompt + tokenize(act) + self._end

    def _perceived(self, moment: str) -> list[int]:
        """What a line begins with. A native model adds sound and pictures."""
        return self._vocabulary.tokenize(moment)

    def close(self) -> None:
        self._engine.close()

    # ---- one step

    def _step(self, request: StepRequest) -> tuple[ActKind, ActKind, GateReading | None, list[int], bool]:
        if self.under_way is not None and request.moment is None:
            kind = self.under_way
            pieces, last = self._generate(request.budget)
            return kind, kind, None, pieces, last
        if request.moment is None:
            return "silent", "silent", None, [], True
        if self.under_way is not None:
            return self._step_over_remark(request)
        self._read(request.moment)
        p = probabilities(self._engine.logits(), self._act_tokens, self._engine.silent_weight)
        gate = reading(p)
        calls = request.threshold if request.call_threshold is None else request.call_threshold
        wanted = request.force or choose(p, request.threshold, calls)
        kind = wanted if request.force or wanted in request.permitted else "silent"
        self._begin(kind)
        self._begins = request.begins
        if kind in ("silent", "yield", "backchannel"):
            self._finish()
            return kind, wanted, gate, [], True
        pieces, last = self._generate(request.budget)
        return kind, wanted, gate, pieces, last

    def _step_over_remark(
        self, request: StepRequest
    ) -> tuple[ActKind, ActKind, GateReading | None, list[int], bool]:
        """Something was perceived while a remark is under way: go on with it, or give it up."""
        assert self.under_way is not None and request.moment is not None
        kind = self.under_way
        self._queue(self._continue + self._end)
        self._read(request.moment)
        p = probabilities(
            self._engine.logits(), {"say": self._continue[0], "yield": self._act_tokens["yield"]}
        )
        gate = reading(p)
        if p["yield"] >= YIELD_LEVEL:
            self.under_way = None
            self._queue(self._words["yield"] + self._end)
            return "yield", "yield", gate, [], True
        self._queue(self._continue)
        pieces, last = self._generate(request.budget)
        return kind, kind, gate, pieces, last

    def _read(self, moment: str) -> None:
        tokens = self._perceived(moment) + self._prompt
        self._make_room(len(tokens) + MAX_REMARK_TOKENS)
        self._window.add_line()
        self._queue(tokens)
        self._tokens_in += len(self._pending)
        self._flush()
        self._act_start = len(self._window.lines[-1])

    def _begin(self, kind: ActKind) -> None:
        self._queue(self._words[kind])
        self.under_way = kind
        self._generated = 0
        self._tail = self._worded = b""

    def _generate(self, budget: int) -> tuple[list[int], bool]:
        """Greedy words, about `budget` tokens. The second value tells whether the act is complete.

        After a full stop one token more is looked at: it is mostly the end, and a remark that is left
        open there would be gone on with, in the next step, after all has been said.
        """
        pieces: list[int] = []
        while len(pieces) < budget or self._vocabulary.piece(pieces[-1])[-1:] in _SENTENCE_ENDS:
            self._flush()
            token = self._next_token()
            ended = token == self._end[0] or self._vocabulary.ends_generation(token)
            if ended or self._generated >= MAX_REMARK_TOKENS:
                self._finish()
                return pieces, True
            pieces.append(token)
            self._generated += 1
            self._worded += self._vocabulary.piece(token)
            self._queue([token])
        return pieces, False

    def _next_token(self) -> int:
        """The likeliest token; in a call, of those that fit its form."""
        logits = self._engine.logits()
        if self.under_way == "call":
            forms = BeginsWith(self._begins) if len(self._worded) < len(self._begins) else self._forms
            return forms.likeliest(logits, self._worded, self._vocabulary.piece, self._end[0])
        return int(logits.argmax())

    def _finish(self) -> None:
        self._queue(self._end)
        self.under_way = None

    def _text(self, tokens: list[int], last: bool) -> str:
        raw = self._tail + b"".join(self._vocabulary.piece(t) for t in tokens)
        text = raw.decode("utf-8", "ignore" if last else "surrogateescape")
        cut = len(text)
        while cut and 0xDC80 <= ord(text[cut - 1]) <= 0xDCFF:
            cut -= 1  # the bytes of a character whose other tokens come in the next step
        self._tail = text[cut:].encode("utf-8", "surrogateescape")
        return text[:cut].encode("utf-8", "ignore").decode()

    # ---- the context

    def _queue(self, tokens: list[int]) -> None:
        """Tokens that belong to the context but need no logits yet ride along with the next decode."""
        self._pending += tokens
        self._window.extend(tokens)

    def _flush(self) -> None:
        if not self._pending:
            return
        started = precise()
        try:
            self._position += self._engine.append(self._pending, self._position)
        except DecodeError:
            self._rebuild()
        self._decode_s += precise() - started
        self._pending = []

    def _make_room(self, incoming: int) -> None:
        count = self._window.surplus(incoming + len(self._pending))
        if count == 0:
            return
        self._flush()
        size = self._window.forget(count)
        start = self._window.prefix
        if self._engine.drop(start, start + size):
            self._position -= size
        else:
            self._rebuild()

    def _rebuild(self) -> None:
        """Decode the instructions and all kept lines anew: where a shift was refused or a decode failed.

        Raises DecodeError if llama.cpp refuses that too; the owner then restarts the process.
        """
        self._engine.clear()
        tokens = [*self._prefix, *(token for line in self._window.lines for token in line)]
        self._position = self._engine.append(tokens, 0)
