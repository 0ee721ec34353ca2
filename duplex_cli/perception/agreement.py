"""Which words of a growing phrase stand: LocalAgreement-2 over successive readings.

Liu et al. 2020, "Low-Latency Sequence-to-Sequence Speech Recognition and Translation by Partial Hypothesis
Selection", and Macháček et al. 2023, "Turning Whisper into Real-Time Transcription System": what two
successive readings begin with in common is committed and never changes again.
Text only: no audio, no model.
"""

from __future__ import annotations

from dataclasses import dataclass

from duplex_cli.perception.transcriber import normalise, without_loops, words_of

MIN_OVERLAP = 3
"""Words at least that are compared at a cut: two are found twice in many a sentence ("it was … it was")."""

MAX_DIFFERENT = 0.34
"""Part of the words by which two readings of the same audio may differ at a cut. Words told stay told; a
count that is wrong by one only puts one word too many or too few before the next reading."""

_SENTENCE_END = (".", "!", "?", "。", "！", "？")
_TRAILING = ".,;:!?…-–—。、！？"


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the estimated session time (seconds) of its end."""

    text: str
    at: float


class Agreement:
    """The words of one phrase: `committed`, which stand, and `rest`, which may still change."""

    def __init__(self, start_s: float) -> None:
        self.committed: list[Word] = []
        self.rest: list[Word] = []
        self._through_s = start_s

    @property
    def prefix(self) -> str:
        """Committed words as the next reading must begin; the last without its punctuation, which a reading
        puts wherever the audio happens to end and which would make the decoder begin a new sentence."""
        return " ".join(word.text for word in self.committed).rstrip(_TRAILING)

    @property
    def words(self) -> list[Word]:
        """Everything in the latest reading."""
        return self.committed + self.rest

    def take(self, text: str, through_s: float, final: bool = False) -> list[Word]:
        """Take a reading of the phrase's audio up to `through_s` seconds; returns the newly committed words.

        A reading that is not final never commits its own last word, which may be half a word.
        A final one commits everything. Words are compared by `normalise`, the newest spelling is kept.

        Times: a word that this reading has and the last one had not was spoken between the two, so
        the new words are spread over that stretch in proportion to their letters. Thus no time is after
        `through_s`, none before the phrase's start, and they never run backwards.
        """
        before = self.rest
        found = without_loops([*(w.text for w in self.committed), *words_of(text)[len(self.committed) :]])
        found = found[len(self.committed) :]
        same = 0
        while same < min(len(found), len(before)) and normalise(found[same]) == normalise(before[same].text):
            same += 1
        at = [word.at for word in before[:same]]
        at += self._spread(found[same:], max([self._through_s, *at[-1:]]), through_s)
        self.rest = [Word(text, when) for text, when in zip(found, at, strict=True)]
        self._through_s = through_s
        if final and self.rest:  # speech ends with its last word, and none ended after that
            ends = [min(word.at, through_s) for word in self.rest[:-1]] + [through_s]
            self.rest = [Word(word.text, when) for word, when in zip(self.rest, ends, strict=True)]
        stands = len(found) if final else min(same, len(found) - 1)
        new = self.rest[: max(stands, 0)]
        self.committed += new
        self.rest = self.rest[len(new) :]
        return new

    def sentence_end(self) -> int | None:
        """Number of committed words up to the last finished sentence that has a word after it, or None."""
        for count in range(len(self.committed), 0, -1):
            if self.committed[count - 1].text.endswith(_SENTENCE_END) and count < len(self.words):
                return count
        return None

    def forget(self, count: int) -> None:
        """The first `count` committed words are no longer in the audio that will be read."""
        if count > len(self.committed):
            raise ValueError(f"{count} words to forget, only {len(self.committed)} are committed")
        del self.committed[:count]

    @staticmethod
    def _spread(words: list[str], begin_s: float, end_s: float) -> list[float]:
        total = sum(len(word) for word in words)
        at: list[float] = []
        letters = 0
        for word in words:
            letters += len(word)
            at.append(begin_s + max(end_s - begin_s, 0.0) * letters / total)
        return at


def overlap(words: list[str], tail: list[str], committed: int) -> int | None:
    """How many of `words` come before `tail`, where `tail` is a reading of the last part of the same audio.

    The place where the two differ in the fewest words, if those are at most MAX_DIFFERENT of them; None
    otherwise. The last word of each is left out (it may be half a word), and so is the first of `tail` where
    it differs. At most `committed` words may come before, so that no word is lost, and at least one.
    """
    full = [normalise(word) for word in words][:-1]
    part = [normalise(word) for word in tail][:-1]
    if len(part) < MIN_OVERLAP:
        return None
    expected = len(full) - len(part)
    best: tuple[int, int, int] | None = None
    for count in range(max(expected - 3, 1), max(expected, 0) + 4):
        wrong = _distance(full[count:], part) - (full[count : count + 1] != part[:1])
        candidate = (wrong, abs(count - expected), count)
        best = candidate if best is None else min(best, candidate)
    if best is None or best[0] > MAX_DIFFERENT * len(part) or best[2] > committed:
        return None
    return best[2]


def _distance(left: list[str], right: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
