"""Starts `duplex` as a user would and waits until it ticks."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from duplex_cli import clock

COMMAND = [sys.executable, "-m", "duplex_cli"]
START_S = 90.0
"""How long loading models and opening devices may take on a busy CI machine."""


@contextmanager
def running(arguments: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A duplex session, from its first ticks on; interrupted at the end if it still runs."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    give_up = clock.monotonic() + START_S
    try:
        while True:
            status = subprocess.run(
                [*COMMAND, "ctl", "status", "--json"], env=env, capture_output=True, text=True, check=False
            )
            if status.returncode == 0 and json.loads(status.stdout).get("seconds", 0) > 0:
                break
            if process.poll() is not None or clock.monotonic() > give_up:
                process.kill()
                pytest.fail(f"the session did not start: {process.communicate()[1]}")
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
