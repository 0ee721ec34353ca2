"""`duplex demo`: a recorded scene through the real pipeline. The command that works on any machine."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import typer
from rich.console import Console

from duplex_cli.bench.items import Expectation, Item
from duplex_cli.bench.matching import Said, judge
from duplex_cli.cli.live import LiveOptions, run_live
from duplex_cli.cli.options import live
from duplex_cli.demo import scene
from duplex_cli.demo.render import render
from duplex_cli.paths import models_dir, writable

NOT_AS_EXPECTED = 1
SPOKEN_FILE = "duplex-demo.wav"


@live
def demo(options: LiveOptions) -> None:
    """Hear and see a recorded scene, decide every 200 ms, and speak.

    Where there is no loudspeaker the speech goes to duplex-demo.wav. With --seconds the scene is repeated.
    Exit code 1 if a remark was missing or wrong.
    """
    repeats = max(1, math.ceil(options.seconds / scene.SECONDS))
    console = Console(stderr=True)
    console.print("Making the demo's recording (a few seconds) …", style="dim")
    folder = writable(models_dir().parent / "demo")
    media = render(folder, repeats)
    out = options.voice_file or Path(SPOKEN_FILE)
    summary = run_live("demo", replace(options, media=media, voice_file=out))
    item = _item(repeats if not options.seconds else 0)
    if not item.expect:
        return
    verdict = judge(item, [Said(r["at"], r["text"]) for r in summary["remarks"]])
    console.print(
        f"{verdict.acts_right} of {verdict.acts} expected remarks, "
        f"{verdict.false_interjections} others. What was spoken is in {out}."
    )
    if not verdict.right:
        raise typer.Exit(NOT_AS_EXPECTED)


def _item(repeats: int) -> Item:
    expect = tuple(
        Expectation(e.start + n * scene.SECONDS, e.end + n * scene.SECONDS, e.say, e.never, e.silent)
        for n in range(repeats)
        for e in scene.EXPECTED
    )
    return Item(id="demo", duration=scene.SECONDS * max(1, repeats), expect=expect)
