"""The voice itself: hibari, and espeak-ng where it is installed."""

from __future__ import annotations

import numpy as np
import onnxruntime
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import require

from duplex_cli.errors import UserError
from duplex_cli.speech.espeak import open_speaker
from duplex_cli.speech.loudness import (
    LEAD_S,
    PEAK_LIMIT,
    clause_clip,
    levelled,
    onset_and_end,
    pause_after,
    trimmed,
)
from duplex_cli.speech.remark import Clip, words_heard
from duplex_cli.speech.synthesis import Voice, voices
from duplex_cli.stream import SAMPLE_RATE

CLAUSES = [
    "Five minutes left.",
    "Time to stretch.",
    "Up!",
    "Three,",
    "breathe in",
    "So `len(rows)` is wrong;",
]


@pytest.fixture(scope="module")
def voice() -> Voice:
    voice = Voice()
    voice.warm_up()
    return voice


def rms_dbfs(samples: np.ndarray) -> float:
    return 20 * float(np.log10(np.sqrt(np.square(samples).mean())))


@pytest.mark.parametrize("text", CLAUSES)
def test_speech_begins_within_30_ms_and_ends_with_its_pause(voice: Voice, text: str):
    clip = voice.say(text)
    onset, end = onset_and_end(clip)
    assert clip.dtype == np.float32 and clip.ndim == 1
    assert onset / SAMPLE_RATE < 0.03
    assert pause_after(text) <= (len(clip) - end) / SAMPLE_RATE <= pause_after(text) + 0.06
    assert clip[0] == 0.0 and not clip[-round(pause_after(text) * SAMPLE_RATE) :].any()
    assert rms_dbfs(clip[onset:end]) == pytest.approx(-20.0, abs=1.0)
    assert np.abs(clip).max() <= PEAK_LIMIT + 1e-6


def test_a_pitch_of_speech_is_kept_by_the_resampling(voice: Voice):
    """A clip that were taken for 24 kHz would last half as long again."""
    assert 0.6 < len(voice.say("Time to stretch.")) / SAMPLE_RATE < 1.6


def test_the_same_words_give_the_same_samples(voice: Voice):
    np.testing.assert_array_equal(voice.say("Breathe out."), voice.say("Breathe out."))


def test_nothing_to_pronounce_is_empty(voice: Voice):
    for text in ("", "...", "🙂", " — "):
        assert len(voice.say(text)) == 0


def test_two_sentences_in_one_clause_have_no_long_hole(voice: Voice):
    clip = voice.say("Stretch. Then drink.")
    onset, end = onset_and_end(clip)
    quiet = np.abs(clip[onset:end]) < 1e-3
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(int), [0]])))
    assert (edges[1::2] - edges[::2]).max() / SAMPLE_RATE < 0.4


def test_rate(voice: Voice):
    slow, fast = Voice(rate=0.7), Voice(rate=1.5)
    assert (
        len(slow.say("Time to stretch."))
        > len(voice.say("Time to stretch."))
        > len(fast.say("Time to stretch."))
    )
    with pytest.raises(UserError, match=r"voice rate 3 is out of range; use 0\.5 to 2"):
        Voice(rate=3)


def test_an_unknown_voice_is_told_which_there_are():
    assert voices()[0].name == "heart" and voices()[0].present
    with pytest.raises(UserError, match=r"unknown voice 'bob'; choose one of: heart, .*emma"):
        Voice("bob")


def test_a_voice_that_cannot_be_fetched_names_the_mend(tmp_path, monkeypatch):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # the discard port: refused at once
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    damaged = tmp_path / "bf_emma.int8.onnx"
    damaged.write_bytes(b"half a model")
    with pytest.raises(UserError, match=r"voice 'emma' .* could not be downloaded; .* use the voice 'heart'"):
        Voice("emma")
    assert not damaged.exists() and (tmp_path / "bf_emma.int8.onnx.damaged").exists()


def test_a_voice_takes_no_thread_of_its_own():
    options = onnxruntime.SessionOptions()
    assert options is not None  # the import above made the library's own threads
    before = psutil.Process().num_threads()
    Voice().say("Threads, kwzt.")
    assert psutil.Process().num_threads() <= before


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30))
def test_no_text_breaks_the_voice(voice: Voice, text: str):
    clip = voice.say(text)
    assert np.isfinite(clip).all() and np.abs(clip).max(initial=0.0) <= PEAK_LIMIT + 1e-6


def test_words_heard_are_within_a_word_of_what_the_voice_had_said(voice: Voice):
    clause = "the list index is off by one because length plus one is too many"
    words = clause.split()
    whole = Clip(voice.say(clause), "").spoken
    for said in range(1, len(words)):
        spoken = Clip(voice.say(" ".join(words[:said])), "").spoken
        heard = len(words_heard(clause, spoken / whole).split())
        assert abs(heard - said) <= 1, (said, heard)


def test_trimming_and_levelling_of_silence_and_of_a_click():
    silence = np.zeros(1000, np.float32)
    assert (
        len(trimmed(silence)) == 0 and not levelled(silence).any() and len(clause_clip([silence], ".")) == 0
    )
    click = silence.copy()
    click[500] = 0.01
    out = levelled(trimmed(click))
    assert np.abs(out).max() <= PEAK_LIMIT and np.argmax(np.abs(out)) <= (LEAD_S + 0.01) * SAMPLE_RATE


def test_english_is_hibaris_whatever_the_region():
    for language in ("en", "en-GB", ""):
        speaker = open_speaker(language)
        assert isinstance(speaker, Voice)


@pytest.mark.parametrize("language", ["es", "fr", "de", "pt-BR"])
def test_a_language_is_spoken_that_is_listed_by_country_alone(language: str):
    require("espeak-ng")
    assert open_speaker(language) is not None


def test_other_languages_are_espeaks():
    require("espeak-ng")
    speaker = open_speaker("es-MX")
    assert speaker is not None
    speaker.warm_up()
    clip = speaker.say("-f Buenos días, ¿qué tal?")  # begins like an option
    onset, end = onset_and_end(clip)
    assert onset / SAMPLE_RATE < 0.03 and 0.8 < end / SAMPLE_RATE < 4
    assert rms_dbfs(clip[onset:end]) == pytest.approx(-20.0, abs=1.5)
    assert len(speaker.say("🙂")) == 0


def test_a_language_without_a_voice_is_printed_only():
    assert open_speaker("qqx") is None
