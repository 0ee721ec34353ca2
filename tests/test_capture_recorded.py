"""Videos and folders of pictures in place of a screen or a camera."""

from __future__ import annotations

import pickle
import struct
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from duplex_cli.capture.camera import CameraSource
from duplex_cli.capture.frames import FrameSpec, open_source
from duplex_cli.capture.recorded import FolderSource, VideoSource
from duplex_cli.clock import ManualClock, monotonic, pause
from duplex_cli.errors import UserError
from tests.capture_media import grey, values, write_video


def times(frames: list[tuple[float, np.ndarray]]) -> list[float]:
    return [round(at, 3) for at, _ in frames]


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_frames_come_at_their_own_times(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"screen.{suffix}"
    write_video(path, [0, 200, 400, 1000, 1900])
    source = open_source(pickle.loads(pickle.dumps(FrameSpec("video", str(path)))))
    first = source.read(0.5)
    assert times(first) == [0.0, 0.2, 0.4] and values(first) == [0, 1, 2]
    assert first[0][1].shape == (48, 64, 3) and first[0][1].dtype == np.uint8
    assert source.read(0.9) == [] and not source.ended
    assert times(source.read(1.0)) == [1.0]
    assert source.read(1.9) == []  # a camera that looks at 1.8 and 2.0 has not seen it yet
    assert values(source.read(5.0)) == [4] and source.ended
    assert source.read(9.0) == []
    source.close()


def test_the_last_change_of_a_burst_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "burst.mkv"
    write_video(path, [0, 50, 100, 150, 3000])
    source = VideoSource(path, fps=5)
    assert values(source.read(0.0)) == [0]
    assert source.read(0.19) == []
    seen = source.read(0.2)
    assert values(seen) == [3] and times(seen) == [0.15]
    assert values(source.read(10.0)) == [4]
    source.close()


@pytest.mark.parametrize("fps", [0.0, 3.0, 5.0])
def test_how_it_is_read_does_not_matter(tmp_path: Path, fps: float) -> None:
    path = tmp_path / "moving.mkv"
    stamps = sorted(np.random.default_rng(5).choice(3000, 25, replace=False).tolist())
    write_video(path, [0, *stamps[1:]])

    def read_by(step: float) -> list[float]:
        source, clock, seen = VideoSource(path, fps), ManualClock(), []
        while clock.now() < 4.0:
            clock.wait_until(clock.now() + step)
            seen += times(source.read(clock.now()))
        source.close()
        return seen

    whole = read_by(4.0)
    assert read_by(0.2) == read_by(0.033) == whole == sorted(whole)
    assert len(whole) == 25 if fps == 0 else len(whole) <= 3 * fps + 2


def test_a_gif(tmp_path: Path) -> None:
    gif = tmp_path / "little.gif"
    with av.open(str(gif), "w") as container:
        stream = container.add_stream("gif", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "rgb8"
        for value in (0, 120, 240):
            frame = av.VideoFrame.from_ndarray(grey(value), format="rgb24").reformat(format="rgb8")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert times(VideoSource(gif, fps=0).read(1.0)) == [0.0, 0.1, 0.2]


def test_a_video_stored_on_its_side_is_seen_upright(tmp_path: Path) -> None:
    path = tmp_path / "telephone.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        picture = grey(0)
        picture[:24, :32] = 255  # bright at the top left
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    # The track's display matrix (ISO 14496-12, tkhd): (x, y) is shown at (-y, x), a quarter turn clockwise.
    one, end = 0x00010000, 0x40000000
    plain = struct.pack(">9i", one, 0, 0, 0, one, 0, 0, 0, end)
    turned = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, end)
    data = path.read_bytes()
    track = data.index(b"tkhd")
    path.write_bytes(data[:track] + data[track:].replace(plain, turned, 1))
    [(_, frame)] = VideoSource(path).read(0.0)
    assert frame.shape == (64, 48, 3)
    assert frame[4, -4, 0] > 200 and frame[4, 4, 0] < 50 and frame[-4, -4, 0] < 50  # bright at the top right


def test_videos_that_cannot_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "noise.mp4").write_bytes(b"\0" * 4000)
    for path in (tmp_path / "noise.mp4", tmp_path / "missing.mp4"):
        with pytest.raises(UserError):
            VideoSource(path)


def test_a_video_cut_off_in_the_middle_gives_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "cut.mkv"
    write_video(path, list(range(0, 4000, 100)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    source = VideoSource(path, fps=0)
    seen = source.read(10.0)
    assert source.ended and 5 < len(seen) < 40
    assert values(seen[:3]) == [0, 1, 2]


def write_pictures(folder: Path, names: list[str]) -> None:
    folder.mkdir()
    for index, name in enumerate(names):
        cv2.imwrite(str(folder / name), np.full((20, 30, 3), (0, 0, 10 * index + 5), np.uint8))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["0.png", "2.png", "12.5.png"], [0.0, 2.0, 12.5]),
        (["10.png", "9.5.png"], [9.5, 10.0]),
        (["frame_000007.png", "frame_000008.png", "frame_000012.jpg"], [0.0, 0.5, 2.5]),
        (["before.png", "later.png", "now.jpeg"], [0.0, 0.5, 1.0]),
    ],
)
def test_names_tell_the_times(tmp_path: Path, names: list[str], expected: list[float]) -> None:
    write_pictures(tmp_path / "shots", names)
    (tmp_path / "shots" / "notes.txt").write_text("not a picture")
    source = open_source(FrameSpec("folder", str(tmp_path / "shots"), fps=2.0))
    assert times(source.read(0.0)) == [at for at in expected if at == 0.0]
    later = source.read(100.0)
    assert times(later) == [at for at in expected if at > 0.0]
    assert source.ended


def test_pictures_are_rgb_and_damaged_ones_are_left_out(tmp_path: Path) -> None:
    write_pictures(tmp_path / "shots", ["1.png", "2.png", "3.png"])
    (tmp_path / "shots" / "0.png").write_bytes(b"")
    (tmp_path / "shots" / "2.png").write_bytes(b"\x89PNG but no more")
    source = FolderSource(tmp_path / "shots")
    frames = source.read(5.0)
    assert times(frames) == [1.0, 3.0]
    assert frames[1][1][0, 0].tolist() == [25, 0, 0]
    assert source.damaged == ["0.png", "2.png"]
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "0.png").write_bytes(b"no")
    with pytest.raises(UserError, match="no picture that can be read"):
        FolderSource(tmp_path / "none")
    with pytest.raises(UserError, match="is not a folder"):
        FolderSource(tmp_path / "shots" / "1.png")


def test_a_camera_gives_its_newest_picture_once(tmp_path: Path) -> None:
    # OpenCV reads a file as it reads a camera, only as fast as it can: it ends on the last picture.
    path = tmp_path / "camera.mp4"
    write_video(path, list(range(0, 1000, 100)))
    source = CameraSource(str(path))
    give_up = monotonic() + 20
    while not source.ended and monotonic() < give_up:
        pause(0.01)
    assert source.ended
    seen = source.read(3.2)
    assert times(seen) == [3.2] and values(seen) == [9]
    assert source.read(3.4) == []
    source.close()


def test_no_camera_and_nothing_to_look_at() -> None:
    with pytest.raises(UserError, match=r"camera 42 gives no picture; plug it in"):
        open_source(FrameSpec("camera", monitor=42))
    nothing = open_source(FrameSpec("none"))
    assert nothing.ended and nothing.read(1.0) == []
    nothing.close()
