"""Lay percepts and acts on a time line and turn them into lines of the protocol.

A generator talks to a `Stream` in terms of what happens (`hear`, `see`, `due`, `rep`); the stream gives it
natural timing, transcription style and micro-turns, and writes the lines with the very functions that
inference uses.
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from duplex_cli.interaction import protocol
from duplex_cli.stream import TICK_S, Percept, PerceptKind
from models.train.corpora import held_out

T = TypeVar("T")

WORD_S = 0.33
"""Seconds a spoken word (shared/benchmarks.md: scenario words arrive one each 0.33 s)."""
SPOKEN_CHARS_S = 15.0
"""Characters a second of our voice: hibari at its default rate speaks 14-16."""
SPLIT_SHARE = 0.3
"""Share of long remarks that new percepts interrupt; about what a tick of 6 tokens gives."""
DENSE_TIMES = 3
"""Events of a drill for one of an ordinary session: they take the same number of tokens."""
_MARK = re.compile(r"@(\d)$")
_HANGING = frozenset(
    "a an the my your his her our their of to at for with from and or but because if is are was were".split()  # noqa: SIM905
)
_LEADING = re.compile(
    r"(of|to|than|that) \w|(in|at|every|after|until) (\d|an? |half|noon|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|sixty)"
)
"""A speaker hesitates after one of the first words or before the second: what is said by then is plainly not
whole, so that a pause there calls for nothing."""


@dataclass
class Line:
    """One line of the protocol, `act` with a forced "…" at its end where `cut` is set."""

    moment: str
    act: str
    tag: str
    cut: bool = False


@dataclass
class Item:
    at: float
    percept: Percept
    act: str | None = None
    tag: str = "restraint"


class Pick:
    """Seeded choice that keeps evaluation apart: training never sees what `held_out` names, tests only it."""

    def __init__(self, seed: int, test: bool) -> None:
        self.random = random.Random(seed * 2 + test)
        self.test = test

    def of(self, items: Sequence[T]) -> T:
        """One of `items` on this side of the split, or any of them where the side is empty."""
        for _ in range(40):
            item = self.random.choice(items)
            if held_out(str(item)) == self.test:
                return item
        mine = [item for item in items if held_out(str(item)) == self.test]
        return self.random.choice(mine or list(items))

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance


@dataclass
class Style:
    """How this session's transcriber writes."""

    lower: bool
    single: bool
    slow: float
    dense: bool = False
    """A drill: longer pieces, hardly a pause, nothing in between. It shows three times as much in as many
    tokens, which is what facts and vocabulary need; when to act is learned in the other half."""
    share: float = 1.0
    """Events of a kind where the session has other kinds too, for one of a session that has only that."""

    def size(self, r: random.Random) -> int:
        """Words that come in one piece."""
        if self.dense:
            return r.choice([2, 3, 4, 4, 5, 6])
        return 1 if self.single else r.choice([1, 2, 2, 3, 3, 4])

    def several(self, r: random.Random, low: int, high: int) -> int:
        """How many events a session has, `low` to `high` of them where it is no drill and of one kind."""
        events = r.randint(low, high)
        return events * DENSE_TIMES if self.dense else max(1, round(events * self.share))

    @classmethod
    def draw(cls, r: random.Random) -> Style:
        return cls(lower=r.random() < 0.5, single=r.random() < 0.4, slow=r.uniform(0.8, 1.25))

    def write(self, text: str) -> str:
        if not self.lower:
            return text
        return re.sub(r"(?<![0-9])[.,;:!?¿¡]|[.,;!?](?= |$)", "", text.lower()).replace("  ", " ")


@dataclass
class Stream:
    """One session's worth of lines under one task."""

    pick: Pick
    task: str
    kind: str
    style: Style = field(init=False)
    now: float = field(init=False)
    items: list[Item] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.style = Style.draw(self.pick.random)
        r = self.pick.random
        self.now = r.choice([r.uniform(0, 3), r.uniform(0, 60), r.uniform(0, 4000)])

    def wait(self, low: float, high: float) -> None:
        self.now += self.pick.random.uniform(low, high)

    def put(
        self,
        kind: PerceptKind,
        text: str = "",
        act: str | None = None,
        tag: str = "",
        where: str = "",
        lang: str = "",
    ) -> None:
        """One percept now, with the act that answers it."""
        percept = Percept(self.now, kind, text, where, lang=lang)
        self.items.append(Item(self.now, percept, act, tag or ("act" if act else "restraint")))
        if act is not None and act.startswith("say "):
            spoken = 0.5 + len(act) / SPOKEN_CHARS_S
            self.items.append(Item(self.now + spoken, Percept(self.now, "played", act[4:])))

    def hear(
        self,
        text: str,
        acts: Sequence[tuple[str, str]] = (),
        *,
        at_pause: bool = False,
        pause: float = 0.6,
        hesitate: float = 0.08,
        lang: str = "",
    ) -> None:
        """Speech. `word@k` marks the word at which acts[k] = (act, tag) is due; unmarked, the last word.
        Without `acts` marks mean nothing.

        `at_pause`: the last act waits for the pause. `pause`: chance of a pause percept at the end.
        `hesitate`: chance of one in the middle. `lang`: of the words, where the ears would tell it.
        """
        r = self.pick.random
        if self.style.dense:
            pause, hesitate = pause / 4, 0.0
        words = text.split()
        due: dict[int, tuple[str, str]] = {}
        clean: list[str] = []
        for n, word in enumerate(words):
            mark = _MARK.search(word)
            if mark:
                if acts:  # the same words under a task that asks for nothing
                    due[n] = acts[int(mark.group(1))]
                word = word[: mark.start()]
            clean.append(word)
        held: tuple[str, str] | None = None
        if acts and acts[-1] not in due.values():
            due[len(clean) - 1] = acts[-1]
        if at_pause:
            held = due.pop(max(due))
        written = [self.style.write(w) for w in clean]
        hangs = [
            k
            for k in range(1, len(clean))
            if clean[k - 1].lower() in _HANGING
            or (k > 1 and _LEADING.match(" ".join(clean[k : k + 3]).lower()))
        ]
        stop_at = r.choice(hangs) if hangs and len(clean) > 3 and r.random() < hesitate else -1
        k = 0
        while k < len(written):
            size = min(self.style.size(r), len(written) - k)
            for cut in range(1, size):  # a stop in the voice commits the words before it
                if k + cut == stop_at:
                    size = cut
                    break
            group = [w for w in written[k : k + size] if w]
            answers = [due[j] for j in range(k, k + size) if j in due]
            self.now += size * WORD_S * self.style.slow * r.uniform(0.8, 1.2)
            if group:
                act, tag = answers[-1] if answers else (None, "")
                self.put("hear", " ".join(group), act, tag, lang=lang)
            k += size
            if k == stop_at and k - 1 not in due:
                self.now += r.uniform(0.4, 0.9)
                self.put("pause")
                self.now += r.uniform(0.2, 2.0)
        if held is not None or r.random() < pause:
            self.now += r.uniform(0.4, 0.9)
            self.put("pause", "", *(held or ()))
        self.now += r.uniform(0.1, 0.5)

    def see(
        self, text: str, where: str = "", act: str | None = None, tag: str = "", gap: float = 1.5
    ) -> None:
        """A changed line of screen text, some time after the last thing."""
        self.now += self.pick.random.uniform(0.2, gap)
        self.put("see", text, act, tag, where)

    def later(self, at: float, kind: PerceptKind, text: str, act: str | None, tag: str) -> None:
        """A percept at the session time `at`, which may lie beyond what else is being laid out."""
        now, self.now = self.now, at
        self.put(kind, text, act, tag)
        self.now = now

    def lines(self) -> list[Line]:
        """The micro-turns in which something was perceived."""
        queue = self._in_turn()
        ticks: list[tuple[float, list[Item]]] = []
        while queue:
            end = max(
                math.floor(queue[0].at / TICK_S + 1) * TICK_S, (ticks[-1][0] + TICK_S) if ticks else 0.0
            )
            now: list[Item] = []
            while queue and queue[0].at < end and not (any(i.act for i in now) and queue[0].act):
                now.append(queue.pop(0))
            ticks.append((end, now))
        out: list[Line] = []
        told: int | None = None
        ends: list[float] = []
        for end, items in ticks:
            text = protocol.moment([i.percept for i in items], end + 1e-6, told)
            if text is None:
                continue
            told = int(end + 1e-6)
            acting = next((i for i in items if i.act), None)
            out.append(
                Line(
                    text,
                    acting.act or "" if acting else protocol.SILENT,
                    acting.tag if acting else "restraint",
                )
            )
            ends.append(end)
        self._split(out, ends)
        return out

    def _in_turn(self) -> list[Item]:
        """The items in order of time; one voice speaks, so a remark sounds after the one before it."""
        spoken = 0.0
        for item in sorted(self.items, key=lambda item: item.at):
            if item.percept.kind == "played":
                item.at = max(item.at, spoken + len(item.percept.text) / SPOKEN_CHARS_S)
                spoken = item.at
        return sorted(self.items, key=lambda item: item.at)

    def _split(self, lines: list[Line], ends: list[float]) -> None:
        """Interrupt some long remarks where new percepts arrive while they would be generated."""
        r = self.pick.random
        for k in range(len(lines) - 1):
            words = lines[k].act.split()
            under_way = ends[k + 1] - ends[k] <= 0.45 and not words[-1].endswith(protocol.CONTINUE)
            if words[0] not in ("say", protocol.CONTINUE) or len(words) < 6 or not under_way:
                continue
            if (
                lines[k + 1].act != protocol.SILENT
                or "played" in lines[k + 1].moment
                or r.random() > SPLIT_SHARE
            ):
                continue
            cut = r.randrange(3, len(words) - 1)
            lines[k].act = " ".join(words[:cut]) + protocol.CONTINUE
            lines[k].cut = True
            lines[k + 1].act = f"{protocol.CONTINUE} " + " ".join(words[cut:])
            lines[k + 1].tag = "continue"


def without_accents(text: str) -> str:
    """ "mañana" -> "manana": how some transcribers and people write."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def sentence(text: str) -> str:
    """First letter capital, a full stop at the end unless there is a sign already."""
    text = text[:1].upper() + text[1:]
    return text if text[-1:] in ".?!…" else text + "."
