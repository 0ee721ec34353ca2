"""Lines of the protocol -> token ids and the positions on which the loss falls.

Every piece is tokenized on its own, exactly as the running session does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from duplex_cli.interaction import protocol
from models.train.streams import Line
from models.train.tokens import Tokenizer

LONGEST = 512
"""Tokens of one training sample: the sliding window of Gemma 3, so plain causal attention is exact."""


@dataclass
class Decision:
    """One act in a sample: its first token's index, its length with the line end, and what it is."""

    start: int
    length: int
    act: str
    tag: str


@dataclass
class Sample:
    tokens: list[int]
    learn: list[bool]
    """Whether the token at this index is one that the model must produce itself."""
    decisions: list[Decision]


def encode(tokenizer: Tokenizer, task: str, lines: Sequence[Line], longest: int = LONGEST) -> Sample:
    """One session as a sample, cut after the last line that fits into `longest` tokens."""
    tokens = [*tokenizer.begin, *tokenizer.tokenize(protocol.header(task))]
    learn = [False] * len(tokens)
    decisions: list[Decision] = []
    prompt = tokenizer.tokenize(protocol.PROMPT)
    end = tokenizer.tokenize(protocol.END)
    for line in lines:
        seen = [*tokenizer.tokenize(line.moment), *prompt]
        if line.cut:  # the engine forces "…" and the line end, the model is not to learn to write them
            made = tokenizer.tokenize(line.act.removesuffix(protocol.CONTINUE))
            forced = [*tokenizer.tokenize(protocol.CONTINUE), *end]
        else:
            made, forced = (*tokenizer.tokenize(line.act), *end), []
        if len(tokens) + len(seen) + len(made) + len(forced) > longest:
            break
        decisions.append(Decision(len(tokens) + len(seen), len(made), line.act, line.tag))
        tokens += [*seen, *made, *forced]
        learn += [False] * len(seen) + [True] * len(made) + [False] * len(forced)
    return Sample(tokens, learn, decisions)
