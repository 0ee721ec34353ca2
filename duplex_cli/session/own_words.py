"""The second gate against echo: words heard that are the assistant's own are never taken for the user's.

The canceller leaves nothing audible of own speech on any path that was measured (docs/speech.md), but it
needs its first second, and a device that moves or clips can defeat it. What it lets through still says what
is being said.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from duplex_cli.session.backchannel_words import words_of
from duplex_cli.stream import Act, Percept

LINGERS_S = 1.5
"""Own words may still be told so long after they sounded: the room's tail, voice activity's 0.3 s and a last
reading, which comes up to 0.6 s after the end of speech, twice that on a busy machine."""

FEWEST = 2
"""A single word is no evidence: people say "yes" while the assistant does."""

ALIKE = 0.7
"""Share of the words heard that stand in the remark in the same order. Readers get three of four words of a
faint echo right; two people who say different things share half at most, mostly small words."""


def is_echo(heard: str, own: str) -> bool:
    """Whether `heard` is a piece of `own`: its words, in order and close together."""
    words, said = words_of(heard), words_of(own)
    if len(words) < FEWEST or not said:
        return False
    blocks = [b for b in SequenceMatcher(None, words, said, autojunk=False).get_matching_blocks() if b.size]
    if not blocks:
        return False
    matched = sum(block.size for block in blocks)
    spread = blocks[-1].b + blocks[-1].size - blocks[0].b
    return matched >= max(FEWEST, ALIKE * len(words)) and spread <= 2 * len(words)


class OwnWords:
    """Remembers what is being said and takes it out of what is heard. Used by the session's loop only."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._sounding: int | None = None
        self._ended_at = -1e9
        self._last = ""
        self._dropped = False

    def said(self, act: Act) -> None:
        """A piece of a remark goes to the voice."""
        self._texts[act.remark] = self._texts.get(act.remark, "") + act.text

    def without(self, percepts: Sequence[Percept]) -> list[Percept]:
        """The percepts less those that are an echo of own words, and less the pause after nothing else."""
        kept: list[Percept] = []
        for percept in percepts:
            self._note(percept)
            if percept.kind in ("hear", "partial") and self._is_own(percept):
                self._dropped = True
                continue
            if percept.kind == "hear":
                self._dropped = False
            if percept.kind == "pause" and self._dropped:
                continue
            kept.append(percept)
        return kept

    def _note(self, percept: Percept) -> None:
        if percept.kind == "begun":
            self._sounding = int(percept.text)
        elif percept.kind in ("played", "cut") and self._sounding is not None:
            self._last = self._texts.pop(self._sounding, "")
            self._sounding, self._ended_at = None, percept.at
        elif percept.kind == "voice" and percept.text == "start":
            self._dropped = False

    def _is_own(self, percept: Percept) -> bool:
        if self._sounding is not None and is_echo(percept.text, self._texts.get(self._sounding, "")):
            return True
        return percept.at - self._ended_at <= LINGERS_S and is_echo(percept.text, self._last)
