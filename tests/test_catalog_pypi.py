"""Members of wheels, from an index as pip would use it: HTML and JSON, parts joined, mirrors, fallbacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from catalog_server import Site, catalog_of_one, make_wheel, noise, serve, sha256

from duplex_cli import catalog, paths
from duplex_cli.catalog import net
from duplex_cli.catalog.entry import PypiPart
from duplex_cli.catalog.pypi import Wheel, parse_index, ranked
from duplex_cli.errors import UserError

FIRST, SECOND = noise(60_000, 1), noise(40_000, 2)
WHEELS = {
    "duplex_try_a-1.0-py3-none-any.whl": make_wheel("duplex-try-a", "1.0", {"a/data/m.part0": FIRST}),
    "duplex_try_b-1.0-py3-none-any.whl": make_wheel("duplex-try-b", "1.0", {"b/data/m.part1": SECOND}),
}
JOINED = '["pypi:duplex-try-a==1.0/a/data/m.part0", "pypi:duplex-try-b==1.0/b/data/m.part1"]'


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("duplex_cli.catalog.net.RETRY_PAUSE_S", 0.0)
    with serve() as served:
        monkeypatch.setenv("PIP_INDEX_URL", f"{served.url}/simple/")
        for filename, content in WHEELS.items():
            served.files[f"/files/{filename}"] = content
            project = filename.split("-")[0].replace("_", "-")
            served.files[f"/simple/{project}/"] = (
                f'<html><body><a href="../../files/{filename}#sha256={sha256(content)}">{filename}</a></body>'
            ).encode()
            served.headers[f"/simple/{project}/"] = {"Content-Type": "text/html"}
        yield served


def made(folder: Path, sources: str = JOINED, body: bytes = FIRST + SECOND) -> catalog.Catalog:
    return catalog_of_one(folder, len(body), sha256(body), sources)


def test_parts_are_joined_in_order(site: Site, tmp_path: Path) -> None:
    path = catalog.ensure("m", catalog=made(tmp_path))
    assert path.read_bytes() == FIRST + SECOND
    assert sorted(item.name for item in path.parent.iterdir()) == [".verified.json", "m.gguf"]


def test_json_index(site: Site, tmp_path: Path) -> None:
    filename = "duplex_try_a-1.0-py3-none-any.whl"
    page = {
        "files": [
            {"filename": "duplex_try_a-1.0.tar.gz", "url": "/no", "hashes": {}},
            {
                "filename": filename,
                "url": f"/files/{filename}",
                "hashes": {"sha256": sha256(WHEELS[filename])},
            },
        ]
    }
    site.files["/simple/duplex-try-a/"] = json.dumps(page).encode()
    site.headers["/simple/duplex-try-a/"] = {"Content-Type": "application/vnd.pypi.simple.v1+json"}
    shelf = made(tmp_path, '"pypi:duplex-try-a==1.0/a/data/m.part0"', FIRST)
    assert catalog.ensure("m", catalog=shelf).read_bytes() == FIRST


def test_wheel_of_another_platform_will_do_and_one_without_the_member_is_passed_over(
    site: Site, tmp_path: Path
) -> None:
    bare = make_wheel("duplex-try-a", "1.0", {"a/nothing": b""})
    foreign = "duplex_try_a-1.0-py3-none-win_arm64.whl"
    site.files["/files/duplex_try_a-1.0-py3-none-any.whl"] = bare
    site.files[f"/files/{foreign}"] = WHEELS["duplex_try_a-1.0-py3-none-any.whl"]
    links = ["duplex_try_a-1.0-py3-none-any.whl", foreign, "duplex_try_a-1.1-py3-none-any.whl"]
    site.files["/simple/duplex-try-a/"] = "".join(f'<a href="/files/{name}">x</a>' for name in links).encode()
    shelf = made(tmp_path, '"pypi:duplex-try-a==1.0/a/data/m.part0"', FIRST)
    assert catalog.ensure("m", catalog=shelf).read_bytes() == FIRST


def test_broken_wheel_transfer_resumes(site: Site, tmp_path: Path) -> None:
    path = "/files/duplex_try_b-1.0-py3-none-any.whl"
    site.cuts[path] = 10_000
    assert catalog.ensure("m", catalog=made(tmp_path)).read_bytes() == FIRST + SECOND
    assert [asked for _, asked_path, asked in site.log if asked_path == path] == ["", "bytes=10000-"]


def test_wheels_of_an_interrupted_pull_are_kept(site: Site, tmp_path: Path) -> None:
    gone = site.files.pop("/simple/duplex-try-b/")
    with pytest.raises(UserError, match=r"no index has a wheel of duplex-try-b 1\.0"):
        catalog.ensure("m", catalog=made(tmp_path))
    site.files["/simple/duplex-try-b/"] = gone
    site.log.clear()
    catalog.ensure("m", catalog=made(tmp_path))
    assert not [path for _, path, _ in site.log if "duplex_try_a" in path]


def test_wheel_that_is_not_what_the_index_says(site: Site, tmp_path: Path) -> None:
    name = "/files/duplex_try_a-1.0-py3-none-any.whl"
    site.files[name] = make_wheel("duplex-try-a", "1.0", {"a/data/m.part0": noise(60_000, 7)})
    with pytest.raises(UserError, match="not what the index says"):
        catalog.ensure("m", catalog=made(tmp_path))


def test_member_with_other_bytes_than_catalogued(site: Site, tmp_path: Path) -> None:
    shelf = made(tmp_path, JOINED, SECOND + FIRST)
    with pytest.raises(UserError, match="its sha256 is"):
        catalog.ensure("m", catalog=shelf)
    assert not list((paths.models_dir() / "m").rglob("*.whl"))


def test_hub_after_index(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", site.url)
    site.files["/own/repo/resolve/abc/m.gguf"] = FIRST
    shelf = made(tmp_path, '"pypi:duplex-try-none==1.0/a/x", "hf:own/repo/m.gguf@abc"', FIRST)
    assert catalog.ensure("m", catalog=shelf).read_bytes() == FIRST


def test_find_links_needs_no_index(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    for filename, content in WHEELS.items():
        (folder / filename).write_bytes(content)
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert catalog.ensure("m", catalog=made(tmp_path)).read_bytes() == FIRST + SECOND
    assert site.log == []


def test_index_in_a_folder(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "simple" / "duplex-try-a"
    folder.mkdir(parents=True)
    filename = "duplex_try_a-1.0-py3-none-any.whl"
    (folder / filename).write_bytes(WHEELS[filename])
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "simple").as_uri())
    shelf = made(tmp_path, '"pypi:duplex-try-a==1.0/a/data/m.part0"', FIRST)
    assert catalog.ensure("m", catalog=shelf).read_bytes() == FIRST


def test_settings_are_pips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://mirror.example/simple\ncert = /some/ca.pem\n"
        "[download]\nextra-index-url =\n    https://two.example/simple\n    https://three.example/simple\n"
    )
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    settings = net.from_environment()
    assert settings.indexes[0] == "https://mirror.example/simple"
    assert settings.indexes[-2:] == ("https://two.example/simple", "https://three.example/simple")
    assert settings.ca == "/some/ca.pem"
    monkeypatch.setenv("PIP_INDEX_URL", "https://env.example/simple")
    assert net.from_environment().indexes[0] == "https://env.example/simple"


def test_ranking_prefers_this_machine_and_keeps_to_the_version() -> None:
    names = [
        "p-1.0-py3-none-win_arm64.whl",
        "p-1.0-py3-none-any.whl",
        "p-1.1-py3-none-any.whl",
        "q-1.0-py3-none-any.whl",
        "not a wheel.whl",
    ]
    chosen = ranked((Wheel(name, "") for name in names), PypiPart("P", "1.0", "x"))
    assert [wheel.filename for wheel in chosen] == [names[1], names[0]]


def test_html_links_are_resolved_and_unquoted() -> None:
    page = '<a href="../../files/p-1.0%2Bcpu-py3-none-any.whl#sha256=' + "a" * 64 + '">p</a><a name="x">'
    wheel = parse_index(page, "text/html; charset=utf-8", "https://h.example/simple/p/")[0]
    assert wheel == Wheel(
        "p-1.0+cpu-py3-none-any.whl", "https://h.example/files/p-1.0%2Bcpu-py3-none-any.whl", "a" * 64
    )
