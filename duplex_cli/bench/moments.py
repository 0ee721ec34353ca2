"""`duplex bench time` and `duplex bench cue`: speaking at a stated time, and on a cue, over the user.

Our own items, rebuilt from the definitions in ../shared/benchmarks.md, in the scenario format.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from duplex_cli.bench import scenario
from duplex_cli.bench.items import Item, load_items
from duplex_cli.bench.spoken import spoken_item
from duplex_cli.bench.utter import Utterer
from duplex_cli.errors import UserError
from duplex_cli.profile import Profile

Suite = Literal["time", "cue"]

PUBLISHED: dict[Suite, dict[str, Any]] = {
    "time": {"whose": "TML-Interaction-Small", "benchmark": "TimeSpeak", "percent": 64.7},
    "cue": {"whose": "TML-Interaction-Small", "benchmark": "CueSpeak", "percent": 81.7},
}
"""Best published figures, 2026 (../shared/benchmarks.md)."""

COMPARABLE = (
    "their items are not public: ours are rebuilt from the definition, so the figures only stand beside"
)

QUIETEST_DB, LOUDEST_DB = -90.0, -20.0
"""Room noise, dBFS: below is less than one step of 16 bits, above is louder than the speech itself."""


def items_of(suite: Suite, path: Path | None, limit: int = 0) -> tuple[list[Item], Path]:
    """The suite's items, or those of `path`, and the folder their media are relative to.

    `limit` takes so many, spread evenly over all of them; 0 takes all. Raises UserError.
    """
    source = path or Path(__file__).parent / "data" / f"{suite}.jsonl"
    items = load_items(source)
    if limit and limit < len(items):
        items = [items[n * len(items) // limit] for n in range(limit)]
    return items, source.parent


def spoken(
    items: Sequence[Item], folder: Path, load_profile: Callable[[str], Profile], noise_db: float | None
) -> tuple[list[Item], list[str]]:
    """The items with their words spoken (sounds are kept in `folder`), and the voices that spoke.

    Raises UserError for a level of noise out of range, or a voice that is missing.
    """
    if noise_db is not None and not QUIETEST_DB <= noise_db <= LOUDEST_DB:
        raise UserError(f"--noise-db {noise_db:g} is out of range; use {QUIETEST_DB:g} to {LOUDEST_DB:g}")
    utterer = Utterer(folder)
    also = () if noise_db is None else (utterer.noise(noise_db),)
    made: list[Item] = []
    for item in items:
        language = load_profile(item.profile).senses.language
        told = utterer.utterances(item, "en" if language == "multi" else language)
        made.append(spoken_item(item, told, also) if told else item)
    return made, sorted(utterer.used)


def report(
    suite: Suite, results: Sequence[scenario.Result], model: str, machine: str, voices: Sequence[str] | None
) -> dict[str, Any]:
    """What `duplex bench scenario` reports, and the macro average over tags beside the published figure.

    `voices` are those that spoke the items, None where they were typed.
    """
    figures = scenario.report(results, model, machine, suite)
    details = figures.pop("details")
    shares = [row["accuracy"] for row in figures["by_tag"].values()]
    return {
        **figures,
        "spoken": voices is not None,
        "voices": list(voices or ()),
        "macro_accuracy": round(sum(shares) / len(shares), 4) if shares else figures["accuracy"],
        "published": {**PUBLISHED[suite], "note": COMPARABLE},
        "details": details,
    }
