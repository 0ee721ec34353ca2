"""Hearing in many languages: espeak-ng's Spanish through Whisper with short windows."""

from __future__ import annotations

import numpy as np
import pytest
from hearing_material import (
    SPANISH,
    english,
    hear,
    noises,
    plain,
    spanish,
    text_of,
    without_pauses,
    word_errors,
)
from programs import require

from duplex_cli import catalog
from duplex_cli.errors import UserError
from duplex_cli.perception.ears import WHISPER_PACE, Ears
from duplex_cli.perception.whisper import Whisper
from duplex_cli.stream import SAMPLE_RATE


@pytest.fixture(scope="module", autouse=True)
def _speaker() -> None:
    require("espeak-ng")


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    return Whisper(catalog.ensure("whisper-base"), "es")


def test_spanish_is_told_while_it_is_spoken_and_as_well_as_read_at_once(whisper: Whisper):
    wanted, streamed, whole = [], [], []
    for text in (SPANISH[0], SPANISH[2], SPANISH[7]):
        clip = spanish(text)
        told = hear(Ears(whisper, WHISPER_PACE), clip)
        first = min(now for now, percept in told if percept.kind == "hear")
        assert first < 0.5 + len(clip) / SAMPLE_RATE, "before the speaker is through"
        assert {percept.lang for _, percept in told if percept.kind == "hear"} == {"es"}
        wanted += plain(text)
        streamed += plain(text_of(told))
        whole += plain(whisper.transcribe(clip))
    assert word_errors(wanted, streamed) <= word_errors(wanted, whole) + 2
    assert word_errors(wanted, streamed) <= 0.3 * len(wanted), (
        "espeak-ng is hard to read: see docs/hearing.md"
    )


def test_a_long_spanish_speech_stays_bounded(whisper: Whisper):
    speech = without_pauses(spanish(text) for text in (SPANISH[0], SPANISH[1], SPANISH[7]))
    told = hear(Ears(whisper, WHISPER_PACE), speech)
    wanted = plain(" ".join((SPANISH[0], SPANISH[1], SPANISH[7])))
    assert abs(len(plain(text_of(told))) - len(wanted)) <= 4
    assert word_errors(wanted, plain(text_of(told))) <= 0.35 * len(wanted)


def test_a_prefix_stands_and_is_not_repeated(whisper: Whisper):
    reading = whisper.read(spanish(SPANISH[7]), "la reunión empieza")
    assert reading.text.startswith("la reunión empieza")
    assert plain(reading.text).count("reunión") == 1 and "termina a las" in reading.text


@pytest.mark.parametrize("text", ["No.", "Gracias.", "Basta ya.", "Está bien, para."])
def test_short_words_do_not_loop(whisper: Whisper, text: str):
    heard = plain(text_of(hear(Ears(whisper, WHISPER_PACE), spanish(text))))
    assert 1 <= len(heard) <= len(plain(text))


def test_the_language_is_found_where_none_is_given():
    whisper = Whisper(catalog.ensure("whisper-base"))
    assert whisper.read(spanish(SPANISH[0])).lang == "es"
    assert whisper.read(english("Please open the second tab and scroll down.")).lang == "en"


@pytest.mark.parametrize("name", ["silence", "hiss", "loud hiss", "hum", "rumble"])
def test_no_word_in_noise(whisper: Whisper, name: str):
    assert whisper.transcribe(noises(3.0)[name]) == ""


def test_more_than_a_window_is_cut_and_nothing_at_all_is_empty(whisper: Whisper):
    assert whisper.transcribe(np.zeros(0, np.float32)) == ""
    assert whisper.read(np.zeros(40 * SAMPLE_RATE, np.float32)).lang == "es"


def test_an_unknown_language_is_refused():
    with pytest.raises(UserError, match="klingon"):
        Whisper(catalog.ensure("whisper-base"), "klingon")
