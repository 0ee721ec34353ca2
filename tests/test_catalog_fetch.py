"""Fetching from a hub: resume, damage, truncation, wrong bytes, offline. The hub is a server on 127.0.0.1."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from catalog_server import Site, catalog_of_one, noise, serve, sha256

from duplex_cli import catalog, paths
from duplex_cli.catalog import store
from duplex_cli.errors import UserError

BODY = noise(300_000)
PATH = "/own/repo/resolve/abc/m.gguf"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("duplex_cli.catalog.net.RETRY_PAUSE_S", 0.0)
    with serve() as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        served.files[PATH] = BODY
        yield served


SOURCE = '"hf:own/repo/m.gguf@abc"'


def made(
    folder: Path,
    size: int = len(BODY),
    digest: str = sha256(BODY),
    sources: str = SOURCE,
    more: str = "",
) -> catalog.Catalog:
    return catalog_of_one(folder, size, digest, sources, more)


def test_fetched_once_then_no_request(site: Site, tmp_path: Path) -> None:
    shelf = made(tmp_path)
    assert catalog.find("m", shelf) is None
    told: list[tuple[str, float]] = []
    path = catalog.ensure("m", catalog=shelf, progress=lambda stage, done: told.append((stage, done)))
    assert path.read_bytes() == BODY and path == paths.models_dir() / "m" / "m.gguf"
    assert told[-1] == ("m.gguf from hf:own/repo", 1.0)
    assert not (path.parent / ".fetch").exists()
    site.log.clear()
    assert catalog.ensure("m", catalog=shelf) == path == catalog.find("m", shelf)
    assert site.log == []


def test_cached_works_without_any_source(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = made(tmp_path)
    path = catalog.ensure("m", catalog=shelf)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # discard: nobody listens
    assert catalog.ensure("m", catalog=shelf) == path


def test_broken_transfer_is_taken_up_where_it_stopped(site: Site, tmp_path: Path) -> None:
    site.cuts[PATH] = 100_000
    assert catalog.ensure("m", catalog=made(tmp_path)).read_bytes() == BODY
    assert [asked for _, path, asked in site.log if path == PATH] == ["", "bytes=100000-"]


def test_next_run_goes_on_from_what_came(site: Site, tmp_path: Path) -> None:
    room = paths.models_dir() / "m" / ".fetch"
    room.mkdir(parents=True)
    (room / "m.gguf.0.part").write_bytes(BODY[:200_000])
    assert catalog.ensure("m", catalog=made(tmp_path)).read_bytes() == BODY
    assert ("GET", PATH, "bytes=200000-") in site.log


def test_whole_part_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    room = paths.models_dir() / "m" / ".fetch"
    room.mkdir(parents=True)
    (room / "m.gguf.0.part").write_bytes(BODY)
    assert catalog.ensure("m", catalog=made(tmp_path)).read_bytes() == BODY
    assert [asked for _, _, asked in site.log] == [f"bytes={len(BODY)}-"]


def test_part_of_another_file_is_started_over(site: Site, tmp_path: Path) -> None:
    room = paths.models_dir() / "m" / ".fetch"
    room.mkdir(parents=True)
    (room / "m.gguf.0.part").write_bytes(noise(1000, seed=9))
    assert catalog.ensure("m", catalog=made(tmp_path)).read_bytes() == BODY
    assert [asked for _, _, asked in site.log] == ["bytes=1000-", ""]


def test_server_without_ranges(site: Site, tmp_path: Path) -> None:
    site.ranges = False
    site.cuts[PATH] = 100_000
    assert catalog.ensure("m", catalog=made(tmp_path)).read_bytes() == BODY


def test_wrong_bytes_are_never_given_out(site: Site, tmp_path: Path) -> None:
    site.files[PATH] = noise(len(BODY), seed=1)
    with pytest.raises(UserError) as caught:
        catalog.ensure("m", catalog=made(tmp_path))
    message = str(caught.value)
    assert "sha256" in message and "hf:own/repo" in message and "\n" not in message
    assert "HF_ENDPOINT" in message
    assert not (paths.models_dir() / "m" / "m.gguf").exists()
    site.files[PATH] = BODY
    assert catalog.ensure("m", catalog=made(tmp_path)).read_bytes() == BODY


def test_sources_are_tried_in_order(site: Site, tmp_path: Path) -> None:
    shelf = made(tmp_path, sources=f'"hf:own/gone/m.gguf@abc", {SOURCE}')
    assert catalog.ensure("m", catalog=shelf).read_bytes() == BODY
    assert [path for _, path, _ in site.log] == ["/own/gone/resolve/abc/m.gguf", PATH]


def test_all_faults_in_one_line(site: Site, tmp_path: Path) -> None:
    shelf = made(tmp_path, sources='"hf:own/gone/m.gguf@abc", "hf:own/away/m.gguf@abc"')
    with pytest.raises(UserError) as caught:
        catalog.ensure("m", catalog=shelf)
    message = str(caught.value)
    assert "hf:own/gone: 127.0.0.1 answered 404 | hf:own/away: 127.0.0.1 answered 404" in message
    assert "check the network" in message and "\n" not in message


def test_truncated_file_is_named_set_aside_and_fetched(site: Site, tmp_path: Path) -> None:
    shelf = made(tmp_path)
    path = catalog.ensure("m", catalog=shelf)
    path.write_bytes(BODY[:1234])
    assert catalog.find("m", shelf) is None
    said: list[str] = []
    assert catalog.ensure("m", catalog=shelf, announce=said.append).read_bytes() == BODY
    assert "m: m.gguf is truncated" in said[0] and ".damaged" in said[0]
    assert path.with_name("m.gguf.damaged").read_bytes() == BODY[:1234]


def test_damaged_file_is_named_set_aside_and_fetched(site: Site, tmp_path: Path) -> None:
    shelf = made(tmp_path)
    path = catalog.ensure("m", catalog=shelf)
    path.write_bytes(noise(len(BODY), seed=2))
    said: list[str] = []
    assert catalog.ensure("m", catalog=shelf, announce=said.append).read_bytes() == BODY
    assert "m.gguf is damaged" in said[0]


def test_damage_behind_an_unchanged_time_is_found_by_check_and_then_mended(
    site: Site, tmp_path: Path
) -> None:
    import os

    shelf = made(tmp_path)
    path = catalog.ensure("m", catalog=shelf)
    before = path.stat()
    path.write_bytes(noise(len(BODY), seed=2))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert catalog.find("m", shelf) == path  # a start trusts size and time of change
    assert [f.state for f in catalog.check("m", read=True, catalog=shelf)] == ["damaged"]
    assert catalog.ensure("m", catalog=shelf).read_bytes() == BODY


def test_file_put_there_by_hand_is_taken(site: Site, tmp_path: Path) -> None:
    path = paths.models_dir() / "m" / "m.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY)
    assert catalog.ensure("m", catalog=made(tmp_path)) == path
    assert site.log == [] and store.stamped_sha256(path) == sha256(BODY)


def test_file_known_to_the_hub_only(site: Site, tmp_path: Path) -> None:
    shelf = made(tmp_path, digest="", size=299000)
    site.headers[PATH] = {"X-Linked-Etag": f'"{sha256(BODY)}"'}
    path = catalog.ensure("m", catalog=shelf)
    assert path.read_bytes() == BODY
    site.log.clear()
    assert catalog.ensure("m", catalog=shelf) == path and site.log == []
    path.write_bytes(BODY[:-1] + b"x")
    said: list[str] = []
    assert catalog.ensure("m", catalog=shelf, announce=said.append).read_bytes() == BODY
    assert "damaged" in said[0]
    catalog.remove("m", shelf)
    site.headers[PATH] = {"X-Linked-Etag": f'"{sha256(b"another")}"'}
    with pytest.raises(UserError, match="sha256"):
        catalog.ensure("m", catalog=shelf)
    site.headers[PATH] = {"ETag": '"0123456789abcdef"'}
    with pytest.raises(UserError, match="keeps no sha256"):
        catalog.ensure("m", catalog=shelf)


def test_two_at_once_fetch_once(site: Site, tmp_path: Path) -> None:
    shelf = made(tmp_path)
    answers: list[Path] = []
    threads = [
        threading.Thread(target=lambda: answers.append(catalog.ensure("m", catalog=shelf))) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2 and answers[0].read_bytes() == BODY
    assert len([path for _, path, _ in site.log if path == PATH]) == 1


def test_folder_of_several_files_fetches_only_what_is_wrong(site: Site, tmp_path: Path) -> None:
    other = noise(5000, seed=3)
    site.files["/own/repo/resolve/abc/t.json"] = other
    shelf = made(
        tmp_path,
        more=f"""[[model.file]]
name = "t.json"
use = "tokenizer"
size = 5000
sha256 = "{sha256(other)}"
sources = ["hf:own/repo/t.json@abc"]
""",
    )
    folder = catalog.ensure("m", catalog=shelf)
    assert folder.is_dir() and catalog.files("m", shelf)["tokenizer"].read_bytes() == other
    (folder / "t.json").write_bytes(b"short")
    site.log.clear()
    catalog.ensure("m", catalog=shelf)
    assert [path for _, path, _ in site.log] == ["/own/repo/resolve/abc/t.json"]


def test_unwritable_cache_says_the_mend(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    monkeypatch.setenv("DUPLEX_HOME", str(blocker))
    with pytest.raises(UserError, match="DUPLEX_HOME"):
        catalog.ensure("m", catalog=made(tmp_path))


def test_unreadable_certificates_say_which(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CERT", str(tmp_path / "none.pem"))
    with pytest.raises(UserError, match=r"none\.pem"):
        catalog.ensure("m", catalog=made(tmp_path))


def test_too_full_a_disk_is_told_before_fetching(site: Site, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="GB free"):
        catalog.ensure("m", catalog=made(tmp_path, size=10**16))
    assert site.log == []


def test_removed_and_gone(site: Site, tmp_path: Path) -> None:
    shelf = made(tmp_path)
    path = catalog.ensure("m", catalog=shelf)
    assert catalog.remove("m", shelf) >= len(BODY)
    assert not path.exists() and catalog.find("m", shelf) is None
