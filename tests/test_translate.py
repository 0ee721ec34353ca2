"""Spanish in, English out, while the Spanish goes on; the lag is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import soundfile
from programs import require
from rich.console import Console

from duplex_cli.cli.models import ensure_all
from duplex_cli.session.journal import read
from duplex_cli.session.lag import lags

SPANISH = (
    "Buenos días a todos. El tren sale a las ocho de la mañana. "
    "Mi hermana trabaja en un hospital. Mañana vamos a la playa con los niños."
)


def test_english_is_spoken_while_the_spanish_goes_on(tmp_path: Path, models: dict[str, Path]) -> None:
    require("espeak-ng")
    ensure_all(["whisper-base"], Console(stderr=True))
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(models["moonshine-tiny-en"].parent)
    wav = tmp_path / "es.wav"
    subprocess.run(["espeak-ng", "-v", "es", "-s", "140", "-w", str(wav), SPANISH], check=True)
    done = subprocess.run(
        [sys.executable, "-m", "duplex_cli", "translate", "--from", str(wav), "--fast", "--json"],
        env={**os.environ, "DUPLEX_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    spanish_s = soundfile.info(wav).duration
    remarks = summary["remarks"]
    assert len(remarks) >= 2, remarks
    assert remarks[0]["at"] < spanish_s - 2.0
    english = " ".join(r["text"].lower() for r in remarks)
    assert (
        sum(word in english for word in ("morning", "train", "eight", "sister", "hospital", "beach")) >= 2
    ), english
    assert summary["lag_s"]["remarks"] == len(remarks)
    assert 0.0 < summary["lag_s"]["mean"] < 6.0
    assert f"mean lag {summary['lag_s']['mean']:.2f} s" in done.stderr
    recording = read(next((home / "data" / "sessions").iterdir()))
    assert len(lags(recording.lines)) == len(remarks)
