"""`duplex timeline SESSION`: a recorded session as one HTML page."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated

import cv2
import typer
from rich.console import Console

from duplex_cli.display.timeline import timeline_html
from duplex_cli.errors import UserError
from duplex_cli.session.journal import FRAMES, find, read

THUMBNAIL_WIDTH = 320
MAX_THUMBNAILS = 120
"""Pictures on a page, spread evenly over the session: at about 10 kB each the page stays small."""


def timeline(
    session: Annotated[
        str, typer.Argument(help='Its id, the beginning of it, a folder, or "last".')
    ] = "last",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to write it.")] = None,
) -> None:
    """Write what was heard, seen, decided and said as a page that needs nothing else."""
    folder = find(session)
    recording = read(folder)
    target = out or folder / "timeline.html"
    page = timeline_html(recording.header, recording.turns, recording.remarks(), thumbnails(folder / FRAMES))
    try:
        target.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {target} ({error.strerror}); name another place with --out") from error
    Console().print(str(target), soft_wrap=True, highlight=False, markup=False)


def thumbnails(folder: Path) -> dict[str, str]:
    """File name -> data URI of a small JPEG, for the pictures of a session."""
    names = sorted(folder.glob("*.png")) if folder.is_dir() else []
    chosen = names[:: max(1, -(-len(names) // MAX_THUMBNAILS))]
    pictures = {}
    for path in chosen:
        picture = cv2.imread(str(path))
        if picture is None:
            continue  # cut off by a crash while it was being written
        height = max(1, round(picture.shape[0] * THUMBNAIL_WIDTH / picture.shape[1]))
        small = cv2.resize(picture, (THUMBNAIL_WIDTH, height), interpolation=cv2.INTER_AREA)
        _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 70])
        pictures[path.name] = "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode()
    return pictures
