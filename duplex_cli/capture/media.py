"""Recorded media in place of devices: what a file holds, and its sound as 16 kHz mono."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

import av
import numpy as np
import soundfile
import soxr
from av.error import FFmpegError
from av.stream import Disposition

from duplex_cli.capture.audio import SampleQueue, Sound, silence
from duplex_cli.errors import UserError
from duplex_cli.stream import SAMPLE_RATE

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})
"""What counts as a picture in a folder of pictures."""

READ_FRAMES = 8_192
"""Frames decoded at once: well under a micro-turn's time of decoding, and few calls."""

SAME_TIME_S = 0.005
"""Sound that begins less than this before or after the file's start is taken as beginning with it:
half a frame of 10 ms; decoders round their first time stamp by about a millisecond."""

CONTAINERS = (
    "mov,matroska,webm,avi,flv,asf,mpegts,mpeg,ogg,wav,flac,mp3,aac,aiff,au,caf,amr,w64,"
    "gif,apng,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe"
)
"""FFmpeg's readers that are allowed. Playlists are not among them: they lead to other files and hosts, and
a broken one is retried for ever; nor is "tty", which takes any text file for a terminal recording."""


class Contents(TypedDict):
    """What there is to hear and to see in a file or folder."""

    audio: bool
    video: bool


def open_container(path: Path) -> Any:
    """The file opened by FFmpeg, allowed to read that file and nothing that it refers to.

    Raises UserError if it is not media.
    """
    try:
        return av.open(
            str(path.resolve()), options={"protocol_whitelist": "file", "format_whitelist": CONTAINERS}
        )
    except (FFmpegError, OSError) as error:
        raise UserError(_unreadable(path)) from error


def _unreadable(path: Path) -> str:
    return (
        f"{path} is not audio, video or a folder of pictures that can be read; "
        "give a file such as talk.wav or screen.mp4, or a folder of .png or .jpg pictures"
    )


def existing(path: str | Path) -> Path:
    """The path, if there is something. Raises UserError if not."""
    found = Path(path).expanduser()
    if not found.exists():
        raise UserError(f"{found} does not exist; give the path of a recording, or of a folder of pictures")
    return found


def folder_pictures(folder: Path) -> list[Path]:
    """The pictures of a folder, not of folders inside it, sorted by name."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURE_SUFFIXES and p.is_file())


def sniff(path: str | Path) -> Contents:
    """What a path given to --from holds, by decoding the beginning of each stream.

    Raises UserError if it holds nothing that can be heard or seen.
    """
    found = existing(path)
    if found.is_dir():
        if not folder_pictures(found):
            raise UserError(f"the folder {found} holds no pictures; put .png or .jpg files into it")
        return {"audio": False, "video": True}
    contents: Contents = {"audio": _soundfile_reads(found), "video": False}
    try:
        with open_container(found) as container:
            contents["audio"] = contents["audio"] or _decodes(container, container.streams.audio)
            contents["video"] = _decodes(container, moving(container))
    except UserError:
        if not contents["audio"]:
            raise
    if not (contents["audio"] or contents["video"]):
        raise UserError(_unreadable(found))
    return contents


def moving(container: Any) -> list[Any]:
    """The container's video streams, without the cover picture of a music file."""
    cover = Disposition.attached_pic
    return [stream for stream in container.streams.video if not stream.disposition & cover]


def _soundfile_reads(path: Path) -> bool:
    """Uncompressed and FLAC files. Not MP3 and Ogg: soundfile seeks after every block, and libsndfile 1.2.2
    comes back to another place in an MP3 (an error as loud as the sound itself was measured).
    """
    try:
        info = soundfile.info(str(path))
    except soundfile.LibsndfileError:
        return False
    return info.frames > 0 and info.format not in ("MP3", "OGG")


def _decodes(container: Any, streams: Any) -> bool:
    if not streams:
        return False
    container.seek(0)
    try:
        return next(iter(container.decode(streams[0])), None) is not None
    except FFmpegError:
        return False


class AudioReader:
    """The sound of a media file, decoded as it is asked for: 16 kHz mono from the file's start on."""

    def __init__(self, path: str | Path) -> None:
        """Raises UserError if there is no such file, it has no sound or cannot be read."""
        self.path = existing(path)
        if self.path.is_dir():
            raise UserError(f"{self.path} is a folder, which has no sound; give a file such as talk.wav")
        self._queue = SampleQueue()
        self._blocks = _soundfile_blocks(self.path) if _soundfile_reads(self.path) else _av_blocks(self.path)
        self._over = False
        self.samples = 0
        """Samples given out so far."""
        self._fill(1)
        if not len(self._queue):
            raise UserError(f"{self.path} holds no sound; give a recording with an audio track")

    def _fill(self, n: int) -> None:
        while len(self._queue) < n and not self._over:
            block = next(self._blocks, None)
            if block is None:
                self._over = True
            else:
                self._queue.push(block)

    def take(self, n: int) -> Sound:
        """The next `n` samples; fewer at the end, where damage in the file counts as its end."""
        self._fill(n)
        taken = self._queue.take(n)
        self.samples += taken.size
        return taken

    @property
    def ended(self) -> bool:
        """All samples have been taken."""
        return self._over and not len(self._queue)


def _soundfile_blocks(path: Path) -> Iterator[Sound]:
    with soundfile.SoundFile(str(path)) as file:
        rate = file.samplerate
        resample = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        while True:
            try:
                frames = file.read(READ_FRAMES, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                frames = np.empty((0, 1), dtype=np.float32)
            last = not len(frames)
            mono = frames.mean(axis=1, dtype=np.float32)
            yield (
                mono if resample is None else np.asarray(resample.resample_chunk(mono, last=last), np.float32)
            )
            if last:
                return


def _av_blocks(path: Path) -> Iterator[Sound]:
    with open_container(path) as container:
        if not container.streams.audio:
            return
        resampler = av.AudioResampler(format="fltp", rate=SAMPLE_RATE)
        skip: int | None = None
        for packet in container.demux(container.streams.audio[0]):
            try:
                frames = packet.decode()
            except FFmpegError:
                continue  # one damaged packet is a gap of milliseconds, not the end
            for frame in frames:
                if skip is None:
                    lead = _lead(container, frame)
                    skip = max(0, -lead)
                    yield silence(max(0, lead))
                for piece in resampler.resample(frame):
                    block = _mean(piece)
                    yield block[skip:]
                    skip = max(0, skip - block.size)
        for piece in resampler.resample(None):
            yield _mean(piece)


def _mean(frame: Any) -> Sound:
    """The mean of a frame's channels: FFmpeg's own mix to mono is 3 dB louder and would clip."""
    return frame.to_ndarray().mean(axis=0, dtype=np.float32)


def _lead(container: Any, frame: Any) -> int:
    """Samples of silence before the first sound, so that it stays with the pictures; negative to cut."""
    if frame.time is None or container.start_time is None:
        return 0
    lead_s = frame.time - container.start_time / 1_000_000  # FFmpeg's AV_TIME_BASE
    return 0 if abs(lead_s) < SAME_TIME_S else round(lead_s * SAMPLE_RATE)
