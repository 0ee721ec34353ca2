"""An item whose words are spoken instead of typed: the same item with its times moved. Pure.

Typed words come one each WORD_S; a voice takes as long as it takes. So each utterance gets its real length,
what follows keeps its distance from the utterance before it, and a window moves with the word it hangs on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from duplex_cli.bench.items import WORD_S, Expectation, Input, Item
from duplex_cli.errors import UserError

WORD_PLACE_S = 0.3
"""A window that hangs on a word inside an utterance opens so much earlier, seconds: where a word ends is
estimated from its letters, and docs/speech.md found that right within one word (which takes WORD_S)."""

SAME_S = 1e-6
"""Two times this near are the same: sums of WORD_S are not exact."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a voice made of one `hear` input."""

    wav: str
    """Path of the sound, absolute or relative to the items' file."""
    ends: tuple[float, ...]
    """When each word ends, seconds from the beginning of the sound; the last is the sound's length."""


class TimeMap:
    """Times of the typed item -> times of the spoken one, seconds: straight lines between known places."""

    def __init__(self, item: Item, utterances: Mapping[int, Utterance]) -> None:
        """`utterances` by the number of their input. Raises UserError if two of them overlap as typed."""
        typed: list[float] = [0.0]
        spoken: list[float] = [0.0]
        for number in sorted(utterances, key=lambda n: item.inputs[n].at):
            at, ends = item.inputs[number].at, utterances[number].ends
            if at < typed[-1] - SAME_S:
                raise UserError(
                    f"{item.id}: what is heard at {at:g} s begins before the words before it have ended; "
                    "move it, or put both into one input"
                )
            begin = at + spoken[-1] - typed[-1]
            typed += [at, *(at + WORD_S * (n + 1) for n in range(len(ends)))]
            spoken += [begin, *(begin + end for end in ends)]
        self._typed = np.array(typed)
        self._spoken = np.array(spoken)

    def __call__(self, at: float) -> float:
        """The same moment in the spoken item; after the last utterance the distance from its end stays."""
        over = at - self._typed[-1]
        if over >= 0.0:
            return float(self._spoken[-1] + over)
        return float(np.interp(at, self._typed, self._spoken))


def spoken_item(item: Item, utterances: Mapping[int, Utterance], also: Sequence[Input] = ()) -> Item:
    """The item with each `hear` input replaced by its sound, and all times moved. `also` is added as it is.

    Raises UserError as TimeMap does.
    """
    moved = TimeMap(item, utterances)
    inputs = [
        Input(at=moved(given.at), wav=utterances[number].wav)
        if number in utterances
        else msgspec.structs.replace(given, at=moved(given.at))
        for number, given in enumerate(item.inputs)
    ]
    expect = tuple(_moved(item, wanted, moved) for wanted in item.expect)
    duration = max([moved(item.duration), *(wanted.end for wanted in expect)])
    return msgspec.structs.replace(item, inputs=(*inputs, *also), expect=expect, duration=duration)


def _moved(item: Item, wanted: Expectation, moved: TimeMap) -> Expectation:
    """The window where it belongs now; it hangs on nothing any more."""
    if wanted.anchor == "clock":
        return msgspec.structs.replace(wanted, anchor=None)
    if wanted.anchor is None:
        return msgspec.structs.replace(wanted, start=moved(wanted.start), end=moved(wanted.end))
    number, opening, close = wanted.anchor
    given = item.inputs[number]
    inside = 0 < opening < len(given.hear.split())
    start, end = (
        time + moved(place) - place
        for time, place in (
            (wanted.start, given.at + WORD_S * opening),
            (wanted.end, given.at + WORD_S * close),
        )
    )
    return msgspec.structs.replace(
        wanted, start=max(0.0, start - WORD_PLACE_S * inside), end=end, anchor=None
    )
