"""Secrets on the screen: none of more than fifty kinds comes through, as text or as a picture."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from duplex_cli.perception.eyes import Eyes
from duplex_cli.perception.secrets import MASK, mask
from duplex_cli.session.journal import read
from tests.perception_screens import CodeWindow
from tests.secret_kinds import HARMLESS, planted

LETTERS = 6
"""A secret has come through if so many of its signs in a row are found (all of them, if it is shorter)."""

OWN = 16
"""Signs at the end of a secret that are its own: what stands before may be its issuer's name."""

KINDS = planted()


def traces(secret: str, text: str) -> list[str]:
    """Pieces of the secret in the text; signs that readers of pictures confuse count as equal."""
    plain, shown = _folded(secret), _folded(text)
    size = min(LETTERS, len(plain))
    return [plain[n : n + size] for n in range(len(plain) - size + 1) if plain[n : n + size] in shown]


def _folded(text: str) -> str:
    return text.lower().translate(str.maketrans("oil|", "0111", " "))


@pytest.mark.parametrize(("kind", "line", "secret"), KINDS, ids=[k for k, *_ in KINDS])
def test_each_kind_is_masked(kind: str, line: str, secret: str) -> None:
    masked = mask(line)
    body = secret.split("-", 2)[-1] if kind in ("slack bot", "openai", "anthropic") else secret
    assert MASK in masked and not traces(body, masked), masked
    assert mask(masked) == masked


def test_other_seeds_are_masked_too() -> None:
    missed = [
        (line, mask(line))
        for seed in range(20)
        for _, line, secret in planted(seed)
        if traces(secret, mask(line))
    ]
    assert not missed


@pytest.mark.parametrize("line", HARMLESS)
def test_code_and_prose_are_left_alone(line: str) -> None:
    assert mask(line) == line


def test_a_key_is_masked_while_it_is_typed() -> None:
    line = "export GH=ghp_" + "aB3dE6gH9kL2nP5qR8tV1xY4zA7cD0fG3hJ6"
    shown = [mask(line[:end]) for end in range(len("export GH=ghp_aB3dE6"), len(line))]
    assert all(s.startswith("export GH=") and "aB3dE6" not in s for s in shown)


def test_none_reaches_journal_page_or_kept_pictures(tmp_path: Path, models: dict[str, Path]) -> None:
    home, folder = tmp_path / "home", tmp_path / "screens"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(models["moonshine-tiny-en"].parent)
    folder.mkdir()
    groups = [KINDS[n : n + 10] for n in range(0, len(KINDS), 10)]
    for number, group in enumerate(groups):
        window = CodeWindow(["# the notes"] + [line for _, line, _ in group], width=1280, height=300)
        Image.fromarray(window.draw()).save(folder / f"{number * 8.0:.1f}.png")
        window.lines.append("total = count + 1")
        Image.fromarray(window.draw()).save(folder / f"{number * 8.0 + 6.0:.1f}.png")
    env = {**os.environ, "DUPLEX_HOME": str(home)}
    command = [sys.executable, "-m", "duplex_cli"]
    done = subprocess.run(
        [*command, "watch", "--from", str(folder), "--fast", "--no-voice", "--no-mic", "--json"],
        env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    subprocess.run([*command, "timeline", "last"], env=env, check=True, capture_output=True)
    session = next((home / "data" / "sessions").iterdir())
    texts = {
        p.name: re.sub(r"data:[^\"']+", "", p.read_text("utf-8"))
        for p in session.rglob("*")
        if p.suffix in (".jsonl", ".json", ".html")
    }
    assert any(name.endswith(".html") for name in texts)
    seen = [p for turn in read(session).turns for p in turn.get("percepts", ()) if p["kind"] == "see"]
    assert sum(MASK in percept["text"] for percept in seen) >= 40  # they were looked at
    texts["output"] = done.stdout + done.stderr
    pictures = sorted(session.rglob("*.png"))
    assert pictures
    reader = Eyes(lines_per_feed=100, secrets=False)
    for path in pictures:
        reader.feed(np.asarray(cv2.imread(str(path))[:, :, ::-1]).copy(), 0.0)
        texts[path.name] = "\n".join(line.text for line in reader.screen())
        reader = Eyes(lines_per_feed=100, secrets=False)
    found = {
        (kind, name): traces(secret[-OWN:], text)
        for kind, _, secret in KINDS if len(secret) >= LETTERS
        for name, text in texts.items() if traces(secret[-OWN:], text)
    }  # fmt: skip
    assert not found
