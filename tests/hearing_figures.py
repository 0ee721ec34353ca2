"""The figures of docs/hearing.md: python tests/hearing_figures.py [--human FOLDER]

FOLDER holds beckett.wav and two_cities.wav, human readers, from the wheel moonshine-voice 0.0.62:
unzip -j moonshine_voice-0.0.62-*.whl 'moonshine_voice/assets/*.wav' -d FOLDER
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import psutil
import soundfile
import soxr
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from hearing_material import (
    COMMANDS,
    MONOLOGUE,
    SPANISH,
    english,
    hear,
    noises,
    plain,
    sounding,
    spanish,
    text_of,
    without_pauses,
    word_errors,
)

from duplex_cli import catalog
from duplex_cli.perception.ears import MOONSHINE_PACE, WHISPER_PACE, Ears, Pace
from duplex_cli.perception.moonshine import Moonshine
from duplex_cli.perception.transcriber import Transcriber
from duplex_cli.perception.voice_activity import VoiceActivity
from duplex_cli.perception.whisper import Whisper
from duplex_cli.stream import SAMPLE_RATE, Percept

BECKETT = "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."
TWO_CITIES = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
    "foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of "
    "light, it was the season of darkness, it was the spring of hope, it was the winter of despair. "
    "We had everything before us, we had nothing before us, we were all going direct to heaven, we "
    "were all going direct the other way. In short, the period was so far like the present period "
    "that some of its noisiest authorities insisted on its being received, for good or for evil, in "
    "the superlative degree of comparison only."
)


def cpu_s() -> float:
    times = psutil.Process().cpu_times()
    return times.user + times.system


class Table:
    """One row for a material: errors of the stream, errors read at once, cost, lag."""

    def __init__(self, reader: Transcriber, pace: Pace) -> None:
        self.reader, self.pace = reader, pace
        print(f"{'material':16} words  stream at once  core/s lag mean   p95")

    def row(self, name: str, clips: list[NDArray[np.float32]], texts: list[str]) -> None:
        heard: list[list[tuple[float, Percept]]] = []
        before = cpu_s()
        for clip in clips:
            heard.append(hear(Ears(self.reader, self.pace), clip))
        cost = (cpu_s() - before) / sum(len(clip) / SAMPLE_RATE + 1.5 for clip in clips)
        words = sum(len(plain(text)) for text in texts)
        wrong = sum(word_errors(plain(t), plain(text_of(h))) for t, h in zip(texts, heard, strict=True))
        whole = "-"
        if max(map(len, clips)) < 12 * SAMPLE_RATE:
            read = [plain(self.reader.read(clip).text) for clip in clips]
            errors = sum(word_errors(plain(t), r) for t, r in zip(texts, read, strict=True))
            whole = f"{errors / words:.3f}"
        lags = [n - p.at for h in heard for n, p in h if p.kind == "hear" for _ in p.text.split()]
        print(
            f"{name:16} {words:5} {wrong / words:7.3f} {whole:>7} {cost:7.3f} "
            f"{np.mean(lags):8.2f} {np.percentile(lags, 95):5.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--human", type=Path)
    human: Path | None = parser.parse_args().human

    speech, activity = without_pauses(map(english, MONOLOGUE)), VoiceActivity()
    before = cpu_s()
    activity.feed(speech)
    print(f"voice activity: {(cpu_s() - before) * SAMPLE_RATE / len(speech):.4f} core/s\n")

    moonshine = Moonshine(catalog.ensure("moonshine-tiny-en"))
    moonshine.warm_up()
    table = Table(moonshine, MOONSHINE_PACE)
    table.row("hibari, one each", [english(text) for text in MONOLOGUE], list(MONOLOGUE))
    table.row("hibari monologue", [speech], [" ".join(MONOLOGUE)])
    if human is not None:
        for name, text in (("beckett", BECKETT), ("two_cities", TWO_CITIES)):
            samples, rate = soundfile.read(human / f"{name}.wav", dtype="float32")
            table.row(name, [soxr.resample(samples, rate, SAMPLE_RATE)], [text])

    late: list[float] = []
    for text in COMMANDS:
        for seed in range(1, 4):
            for shift in (0, 1100, 2300):
                clip = np.concatenate([np.zeros(shift, np.float32), sounding(english(text, seed), 0.02)])
                told = [now for now, p in hear(Ears(moonshine), clip) if p.kind == "hear"]
                late.append(max(told) - 0.5 - len(clip) / SAMPLE_RATE)
    print(
        f"\n{len(late)} commands: all words told {np.mean(late):.2f} s after the end, at most {max(late):.2f}"
    )

    false = [
        (name, gain)
        for name, sound in noises(10.0).items()
        for gain in (0.3, 1.0, 3.0)
        if any(p.kind == "hear" for _, p in hear(Ears(moonshine), np.clip(gain * sound, -1, 1)))
    ]
    print(f"noises with a false word: {false or 'none'}, of {3 * len(noises(1.0))}\n")

    whisper = Whisper(catalog.ensure("whisper-base"), "es")
    whisper.warm_up()
    table = Table(whisper, WHISPER_PACE)
    table.row("espeak, one each", [spanish(text) for text in SPANISH], list(SPANISH))
    for text in ("No.", "Gracias.", "Basta ya.", "Está bien, para.", "Para.", "Sí."):
        print(f"    {text!r} is heard as {text_of(hear(Ears(whisper, WHISPER_PACE), spanish(text)))!r}")
    table.row("espeak monologue", [without_pauses(map(spanish, SPANISH))], [" ".join(SPANISH)])


if __name__ == "__main__":
    main()
