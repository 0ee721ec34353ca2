"""A camera, always its newest picture."""

from __future__ import annotations

import threading
from typing import Any

import cv2
import numpy as np

from duplex_cli.capture.frames import Frame
from duplex_cli.errors import UserError


class CameraSource:
    """Gives the newest picture at each `read`, and nothing if there is none since the last.

    A thread takes pictures as they come: a driver queues them, and who reads slowly would see the past.
    """

    def __init__(self, camera: int | str = 0) -> None:
        """A number from 0, a device such as /dev/video0, or an address that OpenCV can read.

        Raises UserError if it gives no picture.
        """
        self.ended = False
        self.withheld = ""
        """The camera gives no pictures any more (pulled out)."""
        # OpenCV prints its own account of a missing camera, which would tear the terminal view.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        self._capture: Any = cv2.VideoCapture(camera)
        works, first = self._capture.read() if self._capture.isOpened() else (False, None)
        if not works:
            self._capture.release()
            raise UserError(
                f"the camera {camera} gives no picture; plug it in, close the program that holds it, choose "
                "another (see duplex devices), or use --from video.mp4"
            )
        self._lock = threading.Lock()
        self._newest: Any = first
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._take, name="duplex-camera", daemon=True)
        self._thread.start()

    def _take(self) -> None:
        while not self._closing.is_set():
            works, picture = self._capture.read()
            if not works:
                self.ended = True
                return
            with self._lock:
                self._newest = picture

    def read(self, until_s: float) -> list[tuple[float, Frame]]:
        with self._lock:
            picture, self._newest = self._newest, None
        if picture is None:
            return []
        return [(until_s, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8))]

    def close(self) -> None:
        """Waits for the picture that is being taken, at most 2 s for a camera that is stuck."""
        self._closing.set()
        self._thread.join(timeout=2.0)
        if not self._thread.is_alive():
            self._capture.release()
