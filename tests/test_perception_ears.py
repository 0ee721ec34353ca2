"""English hearing: real speech through Silero and Moonshine in 200 ms chunks."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hearing_material import (
    COMMANDS,
    MONOLOGUE,
    SHARED,
    english,
    hear,
    noises,
    plain,
    recording,
    sounding,
    text_of,
    without_pauses,
    word_errors,
)

from duplex_cli import catalog
from duplex_cli.errors import UserError
from duplex_cli.perception.ears import MOONSHINE_PACE, Ears, make_ears
from duplex_cli.perception.moonshine import Moonshine, once
from duplex_cli.perception.voice_activity import VoiceActivity
from duplex_cli.stream import SAMPLE_RATE


class Counted(Moonshine):
    """Counts the readings and the seconds read."""

    reads = 0
    seconds = 0.0
    longest_s = 0.0

    def read(self, samples, prefix="", lang=""):
        self.reads += 1
        self.seconds += len(samples) / SAMPLE_RATE
        self.longest_s = max(self.longest_s, len(samples) / SAMPLE_RATE)
        return super().read(samples, prefix, lang)


@pytest.fixture(scope="module")
def moonshine() -> Counted:
    return Counted(catalog.ensure("moonshine-tiny-en"))


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_is_told_within_600_ms_of_its_end(moonshine: Counted, text: str):
    clip = sounding(english(text), 0.02)
    end_s = 0.5 + len(clip) / SAMPLE_RATE
    told = hear(Ears(moonshine), clip)
    assert plain(text_of(told)) in (plain(text), ["newt"]), "tiny mishears 'mute' now and then"
    assert max(now for now, percept in told if percept.kind == "hear") <= end_s + 0.6
    kinds = [percept.kind for _, percept in told if percept.kind != "partial"]
    assert kinds[0] == "voice" and kinds[-1] == "pause" and kinds.count("pause") == 1
    assert abs(told[0][1].at - 0.5) < 0.2, "the onset is dated back"


def test_times_are_true_to_the_session_and_never_in_the_future(moonshine: Counted):
    clip = sounding(english("Tell me as soon as the build has finished."))
    told = hear(Ears(moonshine), clip, start_s=100.0)
    at = [percept.at for _, percept in told if percept.kind == "hear"]
    assert at == sorted(at) and len(at) >= 2
    assert all(percept.at <= now for now, percept in told)
    assert 100.5 < at[0] < at[-1] < 100.5 + len(clip) / SAMPLE_RATE + 0.1
    assert abs(at[-1] - (100.5 + len(clip) / SAMPLE_RATE)) < 0.3
    assert {percept.lang for _, percept in told if percept.kind == "hear"} == {"en"}


def test_the_same_chunks_give_the_same_percepts(moonshine: Counted):
    clip = english("Please open the second tab and scroll down to the table of prices.")
    first = hear(make_ears("en", catalog.ensure("moonshine-tiny-en"), None, 1), clip)
    assert first == hear(Ears(moonshine), clip)
    assert any(percept.kind == "partial" and percept.text for _, percept in first)
    assert [percept.text for _, percept in first if percept.kind == "partial"][-1] == "", "cleared at the end"


def test_a_minute_without_a_breath_loses_and_doubles_no_word(moonshine: Counted):
    clips = [english(text) for text in MONOLOGUE]
    speech = without_pauses(clips)
    moonshine.reads, moonshine.seconds, moonshine.longest_s = 0, 0.0, 0.0
    told = hear(Ears(moonshine), speech)
    length_s = len(speech) / SAMPLE_RATE
    assert length_s > 60
    assert moonshine.longest_s <= MOONSHINE_PACE.limit_s + 1.0
    assert moonshine.seconds / length_s < 15, "seconds read for each second of speech"
    wanted = plain(" ".join(MONOLOGUE))
    whole = [word for clip in clips for word in plain(moonshine.transcribe(clip))]
    streamed = word_errors(wanted, plain(text_of(told)))
    assert streamed <= word_errors(wanted, whole) + 0.02 * len(wanted)
    assert abs(len(plain(text_of(told))) - len(wanted)) <= 3
    lags = [now - percept.at for now, percept in told if percept.kind == "hear"]
    assert np.median(lags) < 1.0 and sum(percept.kind == "pause" for _, percept in told) == 1


@pytest.mark.parametrize("name", noises(1.0))
def test_noise_is_not_speech(moonshine: Counted, name: str):
    assert hear(Ears(moonshine), noises(6.0)[name]) == []


@pytest.mark.parametrize("name", ["silence", "hiss", "hum"])
def test_the_reader_itself_finds_no_word_in_noise(moonshine: Counted, name: str):
    assert moonshine.transcribe(noises(2.0)[name]) == ""


@pytest.mark.skipif(not SHARED.is_dir(), reason="recordings live beside the checkout")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hello", "Hello."),
        ("yes", "Yes."),
        ("no", "No."),
        ("thank_you", "Thank you very much."),
        ("help_me", "Can you help me with something?"),
        ("hi_how_are_you", "Hi, how are you?"),
    ],
)
def test_people_are_heard(moonshine: Counted, name: str, text: str):
    assert plain(text_of(hear(Ears(moonshine), recording(f"speech/{name}.wav")))) == plain(text)


def test_ears_go_on_after_warming_up_a_gap_and_a_long_chunk(moonshine: Counted):
    ears = Ears(moonshine)
    ears.warm_up()
    clip = sounding(english("never mind"))
    assert ears.feed(clip[: SAMPLE_RATE // 2], 0.0)[0].text == "start"
    after_gap = ears.feed(np.zeros(3200, np.float32), 7.0)
    assert ("voice", "stop") in [(percept.kind, percept.text) for percept in after_gap]
    assert all(percept.at <= 0.6 for percept in after_gap)
    late = ears.feed(np.concatenate([clip, np.zeros(SAMPLE_RATE, np.float32)]), 7.2)
    assert plain(text_of((0.0, percept) for percept in late)) == ["never", "mind"]
    assert late[0].kind == "voice" and 7.1 < late[0].at < 7.5
    assert ears.feed(np.empty(0, np.float32), 7.2 + (len(clip) + SAMPLE_RATE) / SAMPLE_RATE) == []


def test_speech_that_goes_on_at_the_end_is_finished(moonshine: Counted):
    told = hear(Ears(moonshine), sounding(english("never mind")), tail_s=0.0)
    assert plain(text_of(told)) == ["never", "mind"] and told[-1][1].kind == "pause"


@pytest.mark.parametrize(
    ("text", "seconds", "told"),
    [
        ("Never mind, never mind.", 0.93, "Never mind"),
        ("Never mind, never mind.", 1.6, "Never mind, never mind."),
        ("No, no, no, no.", 0.9, "No, no"),
        ("No, no.", 0.4, "No, no."),
        ("Stop it, never mind.", 0.9, "Stop it, never mind."),
    ],
)
def test_a_phrase_begun_anew_faster_than_it_can_be_said_is_told_once(text: str, seconds: float, told: str):
    assert once(text, seconds) == told


def test_voice_activity_dates_back_and_holds_over_a_short_gap():
    word = sounding(english("stop", 2))
    gap = np.zeros(round(0.15 * SAMPLE_RATE), np.float32)
    end = np.zeros(SAMPLE_RATE, np.float32)
    activity = VoiceActivity()
    told = activity.feed(np.concatenate([end, word, gap, word, end]))
    assert [percept.text for percept in told] == ["start", "stop"]
    assert told[0].at == pytest.approx(1.0, abs=0.15)
    assert told[1].at == pytest.approx(1.15 + 2 * len(word) / SAMPLE_RATE, abs=0.2)


def test_the_factory_takes_what_can_be_pickled_and_names_what_is_wrong(tmp_path):
    arguments = ("en", tmp_path, None, 1)
    assert pickle.loads(pickle.dumps((make_ears, arguments))) == (make_ears, arguments)
    with pytest.raises(UserError, match=r"encoder_model\.ort.*duplex models pull moonshine-tiny-en"):
        make_ears(*arguments)
    with pytest.raises(UserError, match=r"model\.bin.*duplex models pull whisper-base"):
        make_ears("multi", tmp_path, None, 1)
    with pytest.raises(UserError, match="English ears"):
        make_ears("en", tmp_path, "es", 1)


def test_stereo_is_refused(moonshine: Counted):
    with pytest.raises(ValueError, match="one dimension"):
        Ears(moonshine).feed(np.zeros((2, 3200), np.float32), 0.0)
