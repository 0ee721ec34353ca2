"""What of the text on the screen is news, and when it is ripe to be told."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable
from statistics import median

from duplex_cli.perception.layout import Row

FINISHED_S = 0.2
"""A line that looks complete is told when it has rested so long, seconds: it leaves half of the 0.4 s from
keystroke to percept for the frame interval and the reading."""

PACE = 3.0
"""A rest is longer than so many of the typist's usual steps. Between keys pass 0.12 s with fast typists and
0.24 s on average (Dhakal et al. 2018), so that the setting holds for all but the fast ones."""

PACE_STEPS, PACE_LEAST = 12, 5
"""The usual step is the median of so many last ones, once there are so many."""

LONGEST_STEP_S = 1.0
"""A longer time between two changes is a pause, no step, seconds."""

SCENE_REFILL_S = 5.0
"""Time in which a new picture's allowance of told lines is earned again, seconds: steady scrolling then costs
the model about 35 tokens a second, a tenth of what it can read on two cores (facts: 16 tokens in 42 ms)."""

SEEN_LINES = 4_000
"""Texts remembered as seen, so that scrolling back over them is no news."""

_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?[Mm]\b\.?)?")
_COUNTER = re.compile(r"\d+(?:[.,:]\d+)*\s*%?")
_STATUS = re.compile(
    r"\b(?:Ln|Lines?|Col|Row|Pos|Spaces|UTF-?8|CRLF|LF|INSERT|NORMAL|VISUAL|All|Top|Bot)\b|\d[,:]\d|\d%"
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


def only_ticked(old: str, new: str, in_bar: bool) -> bool:
    """Whether two texts differ by a clock alone, or in a title or status line by its counters."""
    if _CLOCK.search(new) and _CLOCK.sub("#", old) == _CLOCK.sub("#", new):
        return True
    if not in_bar or not (_STATUS.search(new) or _STATUS.search(old)):
        return False
    return bool(old) and _COUNTER.sub("#", old).split() == _COUNTER.sub("#", new).split()


def looks_finished(text: str) -> bool:
    """Whether a line of code looks complete: it ends like one, and its brackets and quotes are closed."""
    if not text or text[-1] not in ":;{})]\"'`":
        return False
    depth: list[str] = []
    quote = ""
    for at, sign in enumerate(text):
        if quote:
            if sign == quote and text[at - 1] != "\\":
                quote = ""
        elif sign in "\"'`":
            quote = sign
        elif sign in "([{":
            depth.append(sign)
        elif sign in _PAIRS and (not depth or depth.pop() != _PAIRS[sign]):
            return sign == "}" and text.strip(" ;,)") == "}"
    return not quote and (not depth or (depth == ["{"] and text[-1] == "{"))


class News:
    """Decides, row by row, whether a text is new and when it is told."""

    def __init__(self, scene_lines: int, settle_s: float) -> None:
        self._scene_lines, self._settle_s = scene_lines, settle_s
        self._allowance, self._refilled_at = float(scene_lines), 0.0
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._vanished: Counter[str] = Counter()
        self._edited: Row | None = None
        self._steps: deque[float] = deque(maxlen=PACE_STEPS)
        self._stepped_at = float("-inf")

    def stepped(self, at_s: float) -> None:
        """Something small changed, as by a key, at session time `at_s`."""
        step = at_s - self._stepped_at
        self._stepped_at = at_s
        if 0 < step <= LONGEST_STEP_S:
            self._steps.append(step)

    @property
    def rest_s(self) -> float:
        """Rest before a line is told, seconds: by the typist's own pace, the setting at most."""
        if len(self._steps) < PACE_LEAST:
            return self._settle_s
        return min(self._settle_s, max(FINISHED_S, PACE * median(self._steps)))

    def picture_changed(self, replaced: Iterable[Row], scene: bool, at_s: float) -> None:
        """Rows were found anew in place of `replaced`, at session time `at_s`."""
        self._vanished = Counter(row.told for row in replaced if row.told)
        if scene:
            earned = (at_s - self._refilled_at) / SCENE_REFILL_S * self._scene_lines
            self._allowance = min(float(self._scene_lines), self._allowance + earned)
            self._refilled_at = at_s

    def is_read(self, row: Row, in_bar: bool) -> None:
        """The text of `row` is known now: is it news?"""
        text = row.text
        fresh = text != row.told and text != ""
        if row.scene:
            known = text in self._seen or not _CLOCK.sub("", text).strip()
            fresh = fresh and not known and self._allowance >= 1
            self._allowance -= fresh
        elif fresh and only_ticked(row.told, text, in_bar):
            fresh = False
        elif fresh and self._vanished[text] > 0:
            self._vanished[text] -= 1  # it only moved
            fresh = False
        row.pending = fresh
        if fresh:
            if not row.scene:
                self._edited = row
        else:
            row.told = text
        self._seen[text] = None
        self._seen.move_to_end(text)
        if len(self._seen) > SEEN_LINES:
            self._seen.popitem(last=False)

    def is_ripe(self, row: Row, at_s: float) -> bool:
        """Whether a pending row may be told at `at_s`: it rests, or work has moved on to another row."""
        if row.scene:
            return True
        last = self._edited
        if last is not None and last.changed_at > row.changed_at and not last.same_place(row):
            return True
        rest = FINISHED_S if looks_finished(row.text) else self.rest_s
        return at_s - row.changed_at >= rest - 1e-6
