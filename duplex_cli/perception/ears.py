"""Hearing: 200 ms chunks of sound in, percepts out.

Voice activity says when somebody speaks; while they do, the phrase so far is read again and again, and the
words that two readings agree on are told. docs/hearing.md explains the choices and has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.perception.agreement import Agreement, overlap
from duplex_cli.perception.nearness import Nearness
from duplex_cli.perception.phrase import Phrase
from duplex_cli.perception.transcriber import Transcriber, words_of
from duplex_cli.perception.voice_activity import HANGOVER_S, VoiceActivity
from duplex_cli.stream import SAMPLE_RATE, Percept

PRE_ROLL_S = 0.2
"""Audio read from before the onset of speech: Silero rises up to 0.1 s late on a soft consonant."""

STEP_S = 1.0
"""Most audio taken in at once. A longer chunk, of a sense that fell behind, is heard in such pieces."""

RECENT_S = 3.0
"""Audio kept while nobody speaks, where a phrase's beginning is found: STEP_S, the onset and PRE_ROLL_S."""

GAP_S = 0.02
"""A chunk that begins further than this from the end of the last one is a gap: samples were lost."""

FIRST_READ_S = 0.5
"""Length of phrase, PRE_ROLL_S included, before it is first read: 0.3 s of speech or less reads as
"You"."""

BRISK_PHRASE_S = 1.6
"""By then it is known whether somebody wants the floor: the longest backchannels take 1.4 s."""

FALLING_S = 0.1
"""Silence after which a phrase is no longer read again: the last reading follows in HANGOVER_S anyway."""

MIN_KEPT_S = 2.0
"""Audio that is left after a cut at least, so that the reading after it has context."""

EMPTY_KEPT_S = 2.0
"""Audio that is left of a stretch that sounded like speech and in which nothing could be read."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a phrase is read and when it is cut; all in seconds of audio, so that runs are repeatable.

    The next reading comes `max(interval_s, growth * length)` after the last one. If reading L seconds costs
    a + b L seconds, one second of speech therefore costs at most `a / interval_s + b / growth`, whatever
    the
    length of the phrase; from `sentence_cut_s` on up to twice that, for each reading may try one cut.
    """

    interval_s: float
    growth: float
    sentence_cut_s: float
    """From this length on the phrase is cut at a sentence's end ..."""
    cut_s: float
    """... from this length on at any gap between words that stand ..."""
    limit_s: float
    """... and at this length at the quietest place, whatever is said there."""
    brisk_s: float
    """Interval while own speech sounds, where the first words decide whether it stops: one reading each chunk
    until the phrase is `BRISK_PHRASE_S` long."""


MOONSHINE_PACE = Pace(interval_s=0.3, growth=0.1, sentence_cut_s=4.0, cut_s=7.0, limit_s=12.0, brisk_s=0.2)
"""0.3 s: facts.md. The lengths keep a phrase long enough to be read as well as a sentence on its own, and
short enough that a reading stays near 0.1 s (docs/hearing.md)."""

WHISPER_PACE = Pace(interval_s=0.8, growth=0.2, sentence_cut_s=4.0, cut_s=6.0, limit_s=12.0, brisk_s=0.8)
"""A reading costs about 0.2 s and more of one core for any length, so fewer of them."""

WHISPER_MIXED_PACE = Pace(interval_s=0.4, growth=0.1, sentence_cut_s=3.0, cut_s=4.5, limit_s=9.0, brisk_s=0.4)
"""Where languages mix, a single word is to be answered while the sentence goes on: twice the readings. At
0.8 s the foreign words of seven spoken items were told 1.2-2.4 s after they ended."""


class Ears:
    """The sense of hearing. Deterministic: the same chunks give the same percepts. Not thread-safe.

    Kinds told: "voice" start/stop; "hear" with newly committed words, never revised; "pause" when the
    speaker
    has stopped and all words are told (not after mere noise); "partial" with the words after the committed
    ones that may yet change, empty when there are none any more. `where` is "far" for speech from
    further off than
    the user usually speaks from; "voice" far/near tells a change of that judgement in mid-phrase.
    """

    def __init__(self, transcriber: Transcriber, pace: Pace = MOONSHINE_PACE) -> None:
        self._transcriber = transcriber
        self._pace = pace
        self._activity = VoiceActivity()
        self.reset()

    def reset(self) -> None:
        """Forget all that was heard, as for a session that begins at 0 s."""
        self._activity.reset(0.0)
        self._nearness = Nearness()
        self._recent = Phrase(np.empty(0, np.float32), 0.0)
        self._phrase: Phrase | None = None
        self._agreement = Agreement(0.0)
        self._read_s = 0.0
        self._lang = ""
        self._told_words = 0
        self._partial = ""
        self._far = False
        self._brisk = False

    def warm_up(self) -> None:
        """Run voice activity and the transcriber once; the state afterwards is that of new ears."""
        self._transcriber.warm_up()
        self._activity.feed(np.zeros(SAMPLE_RATE // 10, np.float32))
        self._activity.reset(self._recent.end_s)

    def feed(
        self, samples: NDArray[np.float32], start_s: float, whole: NDArray[np.float32] | None = None
    ) -> list[Percept]:
        """Hear float32[n] at 16 kHz whose first sample is at `start_s` seconds of session time.

        whole: given while own speech sounds: the same samples for reading words, whereas `samples` tell when
        somebody speaks; and the first words are wanted at once. Chunks follow on from each other; at a gap
        the phrase before it is finished. Raises ValueError for anything but one dimension.
        """
        if samples.ndim != 1:
            raise ValueError(f"samples must have one dimension (mono), not shape {samples.shape}")
        self._brisk = whole is not None
        read = samples if whole is None or whole.shape != samples.shape else whole
        told: list[Percept] = []
        if abs(start_s - self._recent.end_s) > GAP_S:
            told += self.finish()
            self._activity.reset(start_s)
            self._recent = Phrase(np.empty(0, np.float32), start_s)
        step = round(STEP_S * SAMPLE_RATE)
        for begin in range(0, len(samples), step):
            part = slice(begin, begin + step)
            told += self._step(np.asarray(samples[part], np.float32), np.asarray(read[part], np.float32))
        return told

    def finish(self) -> list[Percept]:
        """The sound has ended: tell what is left of a phrase that was going on."""
        told: list[Percept] = []
        for percept in self._activity.stop():
            told += self._stop(percept)
        return told

    def _step(self, samples: NDArray[np.float32], read: NDArray[np.float32]) -> list[Percept]:
        self._recent.append(read)
        if self._phrase is not None:
            self._phrase.append(read)
        told: list[Percept] = []
        for percept in self._activity.feed(samples):
            told += self._start(percept) if percept.text == "start" else self._stop(percept)
        self._recent.cut(self._recent.end_s - RECENT_S)
        if self._phrase is not None and self._nearness.far(self._phrase.samples) != self._far:
            self._far = not self._far
            told.append(Percept(self._recent.end_s, "voice", "far" if self._far else "near"))
        if self._phrase is not None and self._due(self._phrase):
            told += self._read(self._phrase, final=False)
            told += self._trim(self._phrase)
        return told

    def _start(self, percept: Percept) -> list[Percept]:
        begin_s = max(percept.at - PRE_ROLL_S, self._recent.start_s)
        self._phrase = Phrase(self._recent.since(begin_s), begin_s)
        self._agreement = Agreement(begin_s)
        self._read_s = begin_s
        self._lang = ""
        self._told_words = 0
        self._far = self._nearness.far(self._phrase.samples)
        return [replace(percept, where="far") if self._far else percept]

    def _stop(self, percept: Percept) -> list[Percept]:
        phrase, self._phrase = self._phrase, None
        assert phrase is not None  # a stop is only told after a start
        phrase.end_at(percept.at + HANGOVER_S)
        told = [percept, *self._read(phrase, final=True, through_s=percept.at)]
        if self._told_words:
            told.append(Percept(at=percept.at, kind="pause", where="far" if self._far else ""))
            self._nearness.learn(phrase.samples)
        return told

    def _due(self, phrase: Phrase) -> bool:
        brisk = self._brisk and phrase.length_s <= BRISK_PHRASE_S
        wait = max(
            self._pace.brisk_s if brisk else self._pace.interval_s, self._pace.growth * phrase.length_s
        )
        return (
            phrase.length_s >= FIRST_READ_S
            and phrase.end_s - self._read_s >= wait - 1e-6
            and self._activity.silent_for_s < FALLING_S
        )

    def _read(self, phrase: Phrase, final: bool, through_s: float | None = None) -> list[Percept]:
        lang = self._lang if self._agreement.committed else ""
        reading = self._transcriber.read(phrase.samples, self._agreement.prefix, lang)
        self._read_s = phrase.end_s
        self._lang = reading.lang
        new = self._agreement.take(reading.text, through_s or phrase.end_s, final)
        told: list[Percept] = []
        if new:
            self._told_words += len(new)
            text = " ".join(word.text for word in new)
            where = "far" if self._far else ""
            told.append(Percept(at=new[-1].at, kind="hear", text=text, where=where, lang=reading.lang))
        partial = " ".join(word.text for word in self._agreement.rest)
        if partial != self._partial:
            told.append(Percept(at=phrase.end_s, kind="partial", text=partial, lang=reading.lang))
        self._partial = partial
        return told

    def _trim(self, phrase: Phrase) -> list[Percept]:
        """Cut off the beginning of a long phrase whose words stand; the percepts of words told by that."""
        pace, agreement = self._pace, self._agreement
        if phrase.length_s < pace.sentence_cut_s:
            return []
        latest_s = phrase.end_s - MIN_KEPT_S
        if not agreement.words:
            phrase.cut(phrase.end_s - EMPTY_KEPT_S)
            return []
        if agreement.committed:  # what follows the cut must begin with a word that stands
            latest_s = min(latest_s, agreement.committed[-1].at)
        sentence = agreement.sentence_end()
        places: list[float] = []
        if sentence is not None:
            at = agreement.committed[sentence - 1].at
            places = phrase.gaps(at - 0.7, min(at + 0.5, latest_s), 1)
        if not places and phrase.length_s >= pace.cut_s:
            places = phrase.gaps(phrase.start_s + phrase.length_s / 3, latest_s, 1)
        for place in places:
            if self._cut(phrase, place):
                return []
        if phrase.length_s < pace.limit_s:
            return []
        at = phrase.gaps(phrase.end_s - 2 * MIN_KEPT_S, phrase.end_s - MIN_KEPT_S, 1)[0]
        rest = Phrase(phrase.since(at), at)
        phrase.end_at(at)
        told = self._read(phrase, final=True)
        self._phrase, self._agreement = rest, Agreement(rest.start_s)
        return told

    def _cut(self, phrase: Phrase, at_s: float) -> bool:
        """Cut at `at_s` if a reading of what follows shows which words lie before it."""
        tail = self._transcriber.read(phrase.since(at_s), lang=self._lang)
        words = [word.text for word in self._agreement.words]
        before = overlap(words, words_of(tail.text), len(self._agreement.committed))
        if before is None:
            return False
        phrase.cut(at_s)
        self._agreement.forget(before)
        return True


def make_ears(kind: Literal["en", "multi"], model_dir: Path, language: str | None, threads: int) -> Ears:
    """Ears with Moonshine ("en") or Whisper ("multi"), for a child process: all arguments can be pickled.

    model_dir: directory with the model's files. language: two-letter code for "multi", None to detect it;
    "en" hears nothing but English. Raises UserError for a missing file or an unknown language or kind.
    """
    if kind == "en":
        from duplex_cli.perception.moonshine import Moonshine

        if language not in (None, "en"):
            raise UserError(f'the English ears cannot hear {language!r}; choose ears = "multi"')
        return Ears(Moonshine(model_dir, threads), MOONSHINE_PACE)
    if kind == "multi":
        from duplex_cli.perception.whisper import Whisper

        pace = WHISPER_PACE if language else WHISPER_MIXED_PACE
        return Ears(Whisper(model_dir, language, threads), pace)
    raise UserError(f"there are no ears {kind!r}; choose en or multi")
