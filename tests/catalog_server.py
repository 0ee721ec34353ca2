"""A small HTTP server on 127.0.0.1 for the catalogue's tests: ranges, broken transfers, a log of requests."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from duplex_cli import catalog


class Site:
    """What the server has. `cuts[path] = n` breaks the next transfer of that path after n bytes, once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.cuts: dict[str, int] = {}
        self.ranges = True
        self.log: list[tuple[str, str, str]] = []
        """(method, path, Range header) of each request."""
        self.url = ""


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        asked = self.headers.get("Range", "")
        self.site.log.append((self.command, self.path, asked))
        content = self.site.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = 0
        if asked and self.site.ranges:
            start = int(asked.removeprefix("bytes=").split("-")[0])
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - start))
        for name, value in self.site.headers.get(self.path, {}).items():
            self.send_header(name, value)
        self.end_headers()
        if not body:
            return
        cut = self.site.cuts.pop(self.path, None)
        if cut is None:
            self.wfile.write(content[start:])
        else:
            self.wfile.write(content[start : start + cut])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def serve() -> Iterator[Site]:
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_wheel(package: str, version: str, members: dict[str, bytes]) -> bytes:
    """A wheel that pip accepts, holding the members."""
    box = io.BytesIO()
    info = f"{package.replace('-', '_')}-{version}.dist-info"
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return box.getvalue()


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that do not compress, the same for the same seed."""
    blocks = [hashlib.sha256(f"{seed} {n}".encode()).digest() for n in range(size // 32 + 1)]
    return b"".join(blocks)[:size]


def catalog_of_one(folder: Path, size: int, digest: str, sources: str, more: str = "") -> catalog.Catalog:
    """A catalogue with the one model "m", of m.gguf; `digest` may be empty, `more` is TOML after it."""
    path = folder / "catalog.toml"
    path.write_text(
        f"""
[[model]]
name = "m"
role = "interaction"
title = "t"
licence = "MIT"
licence_url = "https://example.org"
format = "raw"
modalities = ["text"]
[[model.file]]
name = "m.gguf"
size = {size}
{f'sha256 = "{digest}"' if digest else ""}
sources = [{sources}]
{more}
"""
    )
    return catalog.load(path)
