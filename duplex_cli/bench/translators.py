"""What `duplex bench translate` sets beside the model: its untouched base few-shot, and apertium."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from duplex_cli.errors import UserError
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.scoring import Scorer

WORKED = (
    ("Buenos días, ¿en qué puedo ayudarle?", "Good morning, how can I help you?"),
    ("Ayer compramos una mesa nueva para la cocina.", "Yesterday we bought a new table for the kitchen."),
    ("No sé dónde he dejado las llaves.", "I don't know where I have left the keys."),
    ("Si llueve mañana, iremos al museo.", "If it rains tomorrow, we will go to the museum."),
    ("¿Quieres que te llame más tarde?", "Do you want me to call you later?"),
)
"""Pairs shown to the base, of our own writing; none is among the items (tests/test_bench_translate.py)."""
WRITTEN = 60
"""Tokens of a translation at most; the longest of the items has about 30."""
APERTIUM = ("apertium", "-u", "spa-eng")
APERTIUM_S = 120.0
"""It takes about a second for hundreds of sentences; more means that it hangs."""


def few_shot(path: Path, settings: EngineSettings, sentences: Sequence[str]) -> Iterator[str]:
    """English of each sentence by a plain language model, greedily, one after the other.

    Raises UserError if the model cannot be loaded.
    """
    scorer = Scorer(path, settings)
    shown = "".join(f"Spanish: {spanish}\nEnglish: {english}\n\n" for spanish, english in WORKED)
    vocabulary = scorer.vocabulary
    begin = ([vocabulary.bos] if vocabulary.adds_bos else []) + vocabulary.tokenize(shown)
    try:
        for spanish in sentences:
            asked = [*begin, *vocabulary.tokenize(f"Spanish: {spanish}\nEnglish:")]
            yield scorer.complete(asked, WRITTEN).strip()
    finally:
        scorer.close()


def has_apertium() -> bool:
    """Whether the program is there; the language pair shows when it runs."""
    return shutil.which(APERTIUM[0]) is not None


def apertium(sentences: Sequence[str]) -> list[str]:
    """English of each sentence by apertium's rules. Raises UserError if it fails."""
    # An empty line parts sentences for certain: its rules do not reach across a paragraph.
    asked = "\n\n".join(sentences) + "\n"
    try:
        done = subprocess.run(
            APERTIUM, input=asked, capture_output=True, text=True, timeout=APERTIUM_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UserError(
            f"apertium failed ({error}); install it with: apt install apertium apertium-eng-spa"
        ) from error
    found = [line.strip() for line in done.stdout.split("\n\n")]
    if len(found) != len(sentences):
        raise UserError(
            f"apertium gave {len(found)} answers for {len(sentences)} sentences; "
            "leave it out with --compare base"
        )
    return found
