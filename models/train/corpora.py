"""Real text that Debian and Python packages ship, cleaned for the generators. Licences: models/README.md.

Every function is deterministic for a given machine and returns [] where its package is not installed.
"""

from __future__ import annotations

import gettext
import gzip
import hashlib
import json
import re
import sysconfig
from functools import cache
from itertools import pairwise
from pathlib import Path

LOCALES = Path("/usr/share/locale")
FREEDICT = Path("/usr/share/dictd")
FLEXI = Path(__file__).parents[3] / "shared" / "data" / "flexi"

_PLAIN_SENTENCE = re.compile(r"[A-Za-zÀ-ÿ¿¡][A-Za-zÀ-ÿ ,;'’¿¡?!.-]*")


def held_out(text: str, share: int = 8) -> bool:
    """Whether `text` belongs to evaluation: one in `share`, by a hash that never changes."""
    return hashlib.sha256(text.encode()).digest()[0] % share == 0


DATA = Path(__file__).parent / "data"


@cache
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """Rows of data/NAME.tsv, our own hand-written material: fields parted by tabs, "#" begins a comment line."""
    lines = (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(
        tuple(field.strip() for field in line.split("\t"))
        for line in lines
        if line.strip() and not line.startswith("#")
    )


@cache
def catalogue_pairs(language: str = "es", limit: int = 40_000) -> list[tuple[str, str]]:
    """(foreign, English) message pairs of the installed translation catalogues."""
    pairs: dict[str, str] = {}
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.mo")):
        if path.name.startswith("iso_"):
            continue
        try:
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        except (OSError, UnicodeDecodeError, ValueError):
            continue
        for english, foreign in catalogue.items():
            if isinstance(english, str) and isinstance(foreign, str) and english and foreign:
                pairs.setdefault(foreign, english)
    return list(pairs.items())[:limit]


@cache
def sentence_pairs(language: str = "es") -> list[tuple[str, str]]:
    """Catalogue pairs that read as plain sentences: 2 to 9 words, no format signs, no markup."""
    out = []
    for foreign, english in catalogue_pairs(language):
        foreign, english = foreign.strip(), english.strip()
        words = len(english.split())
        if not 2 <= words <= 9 or not 2 <= len(foreign.split()) <= 11:
            continue
        plain = _PLAIN_SENTENCE.fullmatch(foreign) and _PLAIN_SENTENCE.fullmatch(english)
        if plain and foreign != english and not re.search(r"[A-Z]{3}|\b[a-z]+[A-Z]", foreign + english):
            out.append((foreign, english))
    return out


@cache
def country_pairs(language: str = "es") -> list[tuple[str, str]]:
    """(foreign, English) short country and language names of iso-codes."""
    out = []
    for name in ("iso_3166-1", "iso_639-2"):
        path = LOCALES / language / "LC_MESSAGES" / f"{name}.mo"
        if path.exists():
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            out += [
                (v, k)
                for k, v in catalogue.items()
                if isinstance(k, str)
                and re.fullmatch(r"[A-Z][a-z]+", k)
                and re.fullmatch(r"[A-ZÀ-Ý][a-zà-ÿ]+", v)
            ]
    return out


@cache
def dictionary(pair: str) -> list[tuple[str, str]]:
    """(foreign word, English word) nouns and verbs of a freedict dictionary such as "spa-eng"."""
    path = FREEDICT / f"freedict-{pair}.dict.dz"
    if not path.exists():
        return []
    lines = gzip.decompress(path.read_bytes()).decode(errors="ignore").split("\n")
    common = english_words()
    out: dict[str, str] = {}
    for head, body in pairwise(lines):
        match = re.match(r"([A-Za-zÀ-ÿß]{3,14})(?: /[^/]*/)?(?: <[^>]*>)?$", head)
        if not match or not body or head.startswith(" "):
            continue
        text = re.sub(r"\[[^\]]*\]|<[^>]*>|\([^)]*\)|^\s*\d+\.", "", body)
        sense = re.split(r"[,;/]", text)[0].strip()
        word = match.group(1)
        known = re.fullmatch(r"[a-z]{3,12}", sense) and sense in common
        if known and word.lower() not in common and word.lower() != sense:
            out.setdefault(word, sense)
    return list(out.items())


@cache
def english_words() -> frozenset[str]:
    """The words of the American word list, lower case entries only."""
    path = Path("/usr/share/dict/american-english")
    return frozenset(path.read_text().split()) if path.exists() else frozenset()


@cache
def flexi_texts() -> list[str]:
    """The talk of the FLEXI set (Apache-2.0): people telling, asking, pausing."""
    out: list[str] = []
    for path in sorted(FLEXI.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            item = json.loads(line)
            out += [item[key] for key in ("text", "context") if item.get(key)]
    return out


@cache
def source_files(language: str) -> list[Path]:
    """Real source files: the standard library and packages, npm and Debian's scripts. At most 600."""
    stdlib = Path(sysconfig.get_paths()["stdlib"])
    if language == "python":
        found = [p for p in sorted(stdlib.rglob("*.py")) if "/test" not in str(p) and "idlelib" not in str(p)]
        found = found[:: max(1, len(found) // 600)]
    elif language == "javascript":
        roots = [
            Path("/usr/share/nodejs"),
            Path("/usr/lib/node_modules"),
            Path("/usr/share/javascript"),
            stdlib.parent,
        ]
        found = [
            p for root in roots if root.exists() for p in sorted(root.rglob("*.js")) if ".min." not in p.name
        ]
    else:
        roots = [
            Path("/usr/bin"),
            Path("/usr/sbin"),
            Path("/etc/init.d"),
            Path("/usr/lib"),
            Path("/usr/share"),
        ]
        found = []
        for root in roots:
            if root.exists():
                found += [p for p in sorted(root.glob("*")) if p.is_file() and _is_shell(p)]
                if root.name in ("lib", "share"):
                    found += [p for p in sorted(root.rglob("*.sh")) if p.is_file()]
    return [p for p in found if 400 < p.stat().st_size < 200_000][:600]


def _is_shell(path: Path) -> bool:
    with path.open("rb") as file:
        return bool(re.match(rb"#! ?/(usr/)?bin/(env )?(ba|da)?sh", file.readline(80)))
