"""Choose the pieces of the vocabulary worth keeping, from texts that this machine has.

    python -m models.train.vocabulary BASE.gguf models/adapters/gemma-3-270m.keep.bin

The result is checked in, so a build never depends on which packages are installed. A piece is kept for its
frequency over prose, word lists, message catalogues and code in the languages of our profiles; every byte,
every short piece, and every piece through which a kept one is merged stay as well.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np

from duplex_cli.interaction.build import open_gguf, write_keep
from models.train.collect import LOCALES, messages
from models.train.corpora import flexi_texts, source_files
from models.train.tokens import Tokenizer

KEPT_PIECES = 64_000
"""About 43 MB of embedding at 8 bits."""

WHOLE_WORDS = (
    ("american-english", 1_000_000, 110_000),
    ("spanish", 1_000_000, 150_000),
    ("ngerman", 30_000, 30_000),
    ("french", 30_000, 30_000),
)
"""(word list, bound for a lower-case piece, bound for its capitalized twin). Ids of Gemma's pieces rise as
their frequency in its training text falls, so a bound on the id is a bound on rarity."""

SPOKEN_WEIGHT = 8
"""Prose counts this many times a word list entry: a list names rare words as often as common ones."""

_LONGEST_FILE = 60_000  # characters: no single file may rule the count
_NORMAL, _CONTROL, _USER_DEFINED, _BYTE = 1, 3, 4, 6  # llama.cpp's token types


def texts() -> Iterator[tuple[str, int]]:
    """(text, weight) of everything that is counted."""
    for where, limit in (("es", 400), ("fr", 40), ("de", 60), ("", 700)):
        folder = Path("/usr/share/man") / where
        for path in sorted(folder.glob("man[158]/*.gz"))[: limit * 3 : 3]:
            yield gzip.decompress(path.read_bytes()).decode(errors="ignore")[:_LONGEST_FILE], 2
    for language in ("es", "de", "fr"):
        for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.mo")):
            for english, foreign in messages(path).items():
                yield f"{foreign}\n{english}" if language == "es" else foreign, 2
    for language in ("python", "javascript", "shell"):
        for source in source_files(language):
            yield "\n".join(source.lines), 2
    for text in flexi_texts(whole=True):
        yield text, SPOKEN_WEIGHT * 4
    for name, stride in (("american-english", 1), ("spanish", 1), ("french", 12), ("ngerman", 12)):
        path = Path("/usr/share/dict") / name
        if path.exists():
            words = path.read_text(errors="ignore").split()[::stride]
            for k in range(0, len(words), 2000):
                yield " " + " ".join(words[k : k + 2000]), 1
                yield " " + " ".join(w.capitalize() for w in words[k : k + 2000 : 2]), 1
    for path in sorted((Path(__file__).parent).glob("*.py")):
        yield path.read_text(), SPOKEN_WEIGHT


def merge_path(piece: str, ids: dict[str, int], scores: list[float]) -> set[int]:
    """Ids of the pieces through which llama.cpp's tokenizer merges `piece` from its characters."""
    symbols = list(piece)
    used: set[int] = set()
    while len(symbols) > 1:
        best: tuple[float, int, int] | None = None
        for k in range(len(symbols) - 1):
            joined = ids.get(symbols[k] + symbols[k + 1])
            if joined is not None and (best is None or scores[joined] > best[0]):
                best = (scores[joined], k, joined)
        if best is None:
            break
        _, k, joined = best
        symbols[k : k + 2] = [symbols[k] + symbols[k + 1]]
        used.add(joined)
    return used


def whole_words(ids: dict[str, int]) -> set[int]:
    """Ids of the pieces that are a whole word of a word list, with the space before it."""
    found: set[int] = set()
    for name, lower, capitalized in WHOLE_WORDS:
        path = Path("/usr/share/dict") / name
        for word in path.read_text(errors="ignore").split() if path.exists() else ():
            for piece, bound in ((f"▁{word}", lower), (f"▁{word.capitalize()}", capitalized)):
                token = ids.get(piece)
                if token is not None and token < bound:
                    found.add(token)
    return found


def choose(base: Path, size: int = KEPT_PIECES) -> tuple[np.ndarray, int]:
    """Ids of the pieces to keep, ascending, and the size of the whole vocabulary."""
    reader: gguf.GGUFReader = open_gguf(base)
    pieces: list[str] = reader.fields["tokenizer.ggml.tokens"].contents()
    types: list[int] = reader.fields["tokenizer.ggml.token_type"].contents()
    scores: list[float] = reader.fields["tokenizer.ggml.scores"].contents()
    tokenizer = Tokenizer(base)
    counts: Counter[int] = Counter()
    for text, weight in texts():
        for token, n in Counter(tokenizer._tokenize(text)).items():
            counts[token] += n * weight
    kept = {i for i, kind in enumerate(types) if kind in (_BYTE, _USER_DEFINED)}
    kept |= {i for i, piece in enumerate(pieces) if types[i] == _CONTROL and "unused" not in piece}
    kept |= {i for i, piece in enumerate(pieces) if len(piece) == 1 and ord(piece) < 0x250}
    kept |= {i for i, piece in enumerate(pieces) if re.fullmatch("[▁ ]+|…|[0-9]", piece)}
    ids = {piece: i for i, piece in enumerate(pieces)}
    kept |= whole_words(ids)
    for token, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if len(kept) >= size:
            break
        kept.add(token)
    for token in list(kept):
        if types[token] == _NORMAL:
            kept |= merge_path(pieces[token], ids, scores)
    return np.array(sorted(kept)), len(pieces)


if __name__ == "__main__":
    chosen, whole = choose(Path(sys.argv[1]))
    write_keep(chosen, whole, Path(sys.argv[2]))
    print(f"kept {len(chosen)} of {whole} pieces in {Path(sys.argv[2]).stat().st_size} bytes")
