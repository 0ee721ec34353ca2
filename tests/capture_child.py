"""A small session on the real `DeviceAudio`, run as a child process in a virtual sound environment.

    python capture_child.py SECONDS HEARD.wav [TONE_AT_S TONE_S]

It ticks every 0.2 s of session time like the loop does, plays a 440 Hz tone from TONE_AT_S for TONE_S,
writes what it read to HEARD.wav, and prints one JSON line per tick.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))

from duplex_cli import clock
from duplex_cli.capture.device_audio import DeviceAudio
from duplex_cli.errors import UserError
from duplex_cli.stream import SAMPLE_RATE, TICK_S


def main() -> int:
    seconds, out = float(sys.argv[1]), sys.argv[2]
    tone_at, tone_s = (float(a) for a in sys.argv[3:5]) if len(sys.argv) > 4 else (0.0, 0.0)
    pulls: list[tuple[int, int]] = []

    def render(start: int, n: int) -> np.ndarray:
        pulls.append((start, n))
        t = (start + np.arange(n)) / SAMPLE_RATE
        on = (t >= tone_at) & (t < tone_at + tone_s)
        return (0.3 * np.sin(2 * np.pi * 440 * t) * on).astype(np.float32)

    port = DeviceAudio()
    try:
        port.open(render)
    except UserError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 2
    started = clock.monotonic()
    heard, spoken = [], []
    for tick in range(1, round(seconds / TICK_S) + 1):
        port.clock.wait_until(tick * TICK_S)
        heard.append(port.read(tick * TICK_S))
        spoken.append(port.spoken)
        line = {
            **asdict(port.state),
            "tick": tick,
            "real_s": clock.monotonic() - started,
            "read": sum(block.size for block in heard),
            "played_through": port.played_through(),
        }
        print(json.dumps(line), flush=True)
    port.close()
    ends = [start + n for start, n in pulls]
    in_order = [0, *ends[:-1]] == [start for start, _ in pulls]
    soundfile.write(out, np.concatenate(heard), SAMPLE_RATE, subtype="FLOAT")
    same = sum(b.size for b in spoken) == sum(b.size for b in heard)
    print(
        json.dumps({"rendered_in_order": in_order, "rendered": ends[-1], "spoken_matches": same}), flush=True
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
