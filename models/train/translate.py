"""Live translation, phrase by phrase, and the English that is to be left alone.

When is a phrase over? Words alone seldom tell, so there are three certain signs, and no act without one: the
first words of the next phrase (spanish.shown_at), a full stop where the ears write one, and a pause after a
phrase that is whole. A pause after a word that hangs ("en la ...") is a hesitation and says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from models.train.corpora import table
from models.train.spanish import DETERMINED, FILLERS, Pair, pieces_of, shown_at
from models.train.streams import WORD_S, Pick, Stream, without_accents

STOP_SHARE = 0.22
"""Share of phrases in mid-sentence after which the speaker stops to breathe."""
RUN_ON_SHARE = 0.14
"""Share of sentences that the next one follows without a pause."""
HESITATION_SHARE = 0.16
ERROR_SHARE = 0.06
"""Share of sentences written down with a mistake, about what whisper-tiny does to clear Spanish."""

SCREENS = ("browser", "mail", "chat", "line 2", "line 7", "line 15", "news", "menu", "notes", "")

_HANGING = DETERMINED.union(
    "que muy este desde hasta entre tan".split()  # noqa: SIM905
)
"""Words that no phrase ends with."""


_OPEN = re.compile(
    r"say (If|When|Whenever|While|As|Although|Though|Even|Since|Because|Before|After|Once|Until|Unless"
    r"|Every time|However|Whatever|In|On|At|To|For|From|With|Without|By|During|Luckily|Unfortunately"
    r"|Actually|Not only)\b"
)
"""How an English phrase begins that plainly goes on; any other told at a pause might be the last one."""


@dataclass
class Plan:
    """One breath of speech: words, the acts due at words, and the pauses after words with their acts."""

    words: list[str] = field(default_factory=list)
    due: dict[int, str] = field(default_factory=dict)
    paused: dict[int, str | None] = field(default_factory=dict)

    def at(self, index: int, act: str) -> None:
        """`act` at the word `index` or the first after it that is free; at the end, at the pause."""
        while index in self.due or (index in self.paused and index < len(self.words) - 1):
            index += 1
        if index < len(self.words):
            self.due[index] = act
        else:
            self.paused[len(self.words) - 1] = act


def misheard(p: Pick, text: str) -> str:
    """`text` as a small transcriber gets it wrong: accents, b for v, a lost h, two words in one."""
    kind = p.random.randrange(5)
    if kind < 2:
        return without_accents(text)
    if kind == 2:
        swap = {"b": "v", "v": "b"}
        places = [m.start() for m in re.finditer(r"(?<=\w)[bv](?=[aeiou])", text)]
        k = p.random.choice(places) if places else -1
        return text if k < 0 else text[:k] + swap[text[k]] + text[k + 1 :]
    if kind == 3:
        return re.sub(r"\bh(?=[aeiouáéíóú])", "", text, count=1)
    return re.sub(r"\b(por|a|de|la|no|me|se|ya|lo) (?=\w)", r"\1", text, count=1)


def plan(p: Pick, sentences: list[list[Pair]], visible: bool) -> Plan:
    """The sentences said in one go. `visible`: full stops stand in what the ears write."""
    out = Plan()
    pieces = [(pair, k == len(told) - 1) for told in sentences for k, pair in enumerate(told)]
    starts: list[int] = []
    shown: list[int] = []
    waiting: set[int] = set()  # words at which a whole phrase is still untold: no pause is silent there
    for n, ((spanish, _), _) in enumerate(pieces):
        starts.append(len(out.words))
        if p.maybe(0.09 if n == 0 else 0.04):
            filler = p.of(FILLERS)
            out.words += [*filler.split()[:-1], filler.split()[-1] + ("," if p.maybe(0.5) else "")]
            spanish = spanish[:1].lower() + spanish[1:]
        shown.append(len(out.words) + shown_at(spanish))
        text = misheard(p, spanish) if p.maybe(ERROR_SHARE) else spanish
        out.words += text.split()
    starts.append(len(out.words))
    for n, ((_, english), final) in enumerate(pieces):
        act, end = f"say {english}", starts[n + 1] - 1
        if final and visible:
            out.at(end, act)
            if n == len(pieces) - 1 and p.maybe(0.8):
                out.paused.setdefault(end, None)
        elif n == len(pieces) - 1 or (not final and p.maybe(STOP_SHARE)):
            out.paused[end] = act
        else:
            # The next sentence has no conjunction that would show it: wait for its second word.
            out.at(min(shown[n + 1] + final, starts[n + 2] - 1), act)
            waiting |= set(range(end, starts[n + 2]))
    if p.maybe(HESITATION_SHARE):
        hanging = [
            k
            for k, word in enumerate(out.words[:-1])
            if word.lower().strip(",") in _HANGING
            and k not in out.due
            and k not in out.paused
            and k not in waiting
        ]
        if hanging:
            out.paused[p.random.choice(hanging)] = None
    return out


def utter(s: Stream, told: Plan, lang: str) -> None:
    """Lay the plan on the time line, in groups of words as the ears commit them; one act to a group."""
    r = s.pick.random
    written = [s.style.write(w) for w in told.words]
    k = 0
    while k < len(written):
        size = min(s.style.size(r), len(written) - k)
        for cut in range(1, size):
            if k + cut - 1 in told.paused or (
                k + cut - 1 in told.due and any(j in told.due for j in range(k + cut, k + size))
            ):
                size = cut
                break
        act = next((told.due[j] for j in range(k, k + size) if j in told.due), None)
        s.now += size * WORD_S * s.style.slow * r.uniform(0.8, 1.2)
        group = " ".join(w for w in written[k : k + size] if w)
        s.put("hear", group, act, "translate" if act else "", lang=lang)
        k += size
        if k - 1 in told.paused:
            s.now += r.uniform(0.4, 0.9)
            act = told.paused[k - 1]
            if act and act.endswith(",") and not _OPEN.match(act):
                act = act[:-1] + "."
            s.put("pause", "", act, "translate" if act else "")
            s.now += r.uniform(0.2, 1.6)
    s.now += r.uniform(0.1, 0.5)


def speak(s: Stream, sentences: list[list[Pair]], translated: bool) -> None:
    """The sentences as one utterance, each piece answered as soon as it is plainly over."""
    lang = s.pick.random.choice(["es", ""])
    told = plan(s.pick, sentences, visible=lang == "es" and not s.style.lower)
    if not translated:
        told.due.clear()
        told.paused = dict.fromkeys(told.paused)
    utter(s, told, lang)


def translation(s: Stream, noise: Callable[[Stream], None]) -> None:
    """A speaker in Spanish, at times English in between."""
    p = s.pick
    for _ in range(s.style.several(p.random, 3, 6)):
        if p.maybe(0.35):
            noise(s)
        if p.maybe(0.05):  # Spanish to read is not said
            s.see(" ".join(spanish for spanish, _ in pieces_of(p)), p.of(SCREENS))
        if p.maybe(0.12):  # English with Spanish names and loan words in it
            s.hear(p.of(table("loan_sentences"))[0])
            s.wait(0.3, 2)
        told = [pieces_of(p)]
        if p.maybe(RUN_ON_SHARE):
            told.append(pieces_of(p))
        speak(s, told, True)
        if p.maybe(0.5):
            s.wait(0.1, 2.5)


def untranslated(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Spanish under a task that does not ask for translation."""
    for _ in range(s.pick.random.randint(1, 3)):
        speak(s, [pieces_of(s.pick)], False)
        noise(s)
