"""`duplex bench translate`: Spanish to English by the interaction model itself, sentence by sentence.

Each sentence is a session of its own, in simulated time, through the same loop as a live one: words come in
the pieces in which the ears tell them, then a pause; what the model says is joined. So a phrase that is
passed over in silence counts against it. BLEU and chrF are sacrebleu's (Post 2018) over all pairs.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from duplex_cli.bench.content import metrics
from duplex_cli.bench.items import PAUSE_S, WORD_S
from duplex_cli.capture.file_audio import NullAudio
from duplex_cli.errors import UserError
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.profile import Profile
from duplex_cli.session.loop import Parts, Session
from duplex_cli.session.speaking import PrintedSpeech
from duplex_cli.session.state import State
from duplex_cli.speech.playback import Playback
from duplex_cli.stream import Percept

PAIRS = Path(__file__).parent / "data" / "spanish.tsv"
LONGEST_PIECE = 3
"""Words told at once, 1 to so many: what the ears commit of running speech within a tick or two."""
FINISH_S = 6.0
"""Session time after the pause: 30 ticks of 6 tokens, more than any remark may have."""
NOON_S = 43200.0


def load_pairs(path: Path) -> list[tuple[str, str]]:
    """(Spanish, English) of each line; "#" begins a comment. Raises UserError naming the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{path} cannot be read ({error}); give Spanish TAB English, a pair a line"
        ) from error
    pairs = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) < 2 or not fields[0] or not fields[1]:
            raise UserError(f"{path} line {number} is not a pair; write Spanish TAB English")
        pairs.append((fields[0], fields[1]))
    if not pairs:
        raise UserError(f"{path} holds no pairs; write Spanish TAB English, a pair a line")
    return pairs


def percepts(sentence: str) -> list[Percept]:
    """The sentence as the ears would tell it. The pieces depend on the sentence alone."""
    cuts = random.Random(sentence)
    words = sentence.split()
    told: list[Percept] = [Percept(0.0, "voice", "start")]
    done = 0
    while done < len(words):
        size = cuts.randint(1, LONGEST_PIECE)
        piece = " ".join(words[done : done + size])
        done = min(done + size, len(words))
        told.append(Percept(WORD_S * done, "hear", piece, lang="es"))
    end = WORD_S * done
    return [*told, Percept(end, "voice", "stop"), Percept(end + PAUSE_S, "pause")]


def spoken(model: InteractionModel, profile: Profile, sentence: str) -> str:
    """What the model says while and after it hears the sentence, in a session under `profile`."""
    model.reset(profile.task)
    script = percepts(sentence)
    audio, playback = NullAudio(fast=True), Playback()
    parts = Parts(
        audio=audio,
        playback=playback,
        speech=PrintedSpeech(),
        senses=[],
        fast=True,
        script=script,
        duration_s=script[-1].at + FINISH_S,
    )
    audio.open(playback.render)
    try:
        outcome = Session(State(profile=profile, mind=model, day_s=NOON_S), parts).run()
    finally:
        audio.close()
    return " ".join(" ".join(remark["text"] for remark in outcome.remarks).split())


def row(system: str, made: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
    """BLEU and chrF of one system, 0 to 100. Raises UserError without sacrebleu."""
    score = metrics()
    return {
        "system": system,
        "bleu": round(float(score.BLEU().corpus_score(list(made), [list(references)]).score), 2),
        "chrf": round(float(score.CHRF().corpus_score(list(made), [list(references)]).score), 2),
    }


def report(rows: Sequence[dict[str, Any]], pairs: int, machine: str) -> dict[str, Any]:
    """The object that --json prints."""
    return {"suite": "translate", "pairs": pairs, "rows": list(rows), "machine": machine}
