"""Profiles: what is read, and the sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from duplex_cli.errors import UserError
from duplex_cli.profile import check, load, parse_override, to_data
from duplex_cli.profiles import all_profiles, find_profile, load_named


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('task = "x"\nfoo = 1', "unknown key `foo`"),
        ('task = "x"\n[senses]\nmicrofone = true', "unknown key `senses.microfone`"),
        ('task = "x"\n[senses]\nmicrophone = "yes"', "`senses.microphone`: expected `bool`"),
        ('task = "x"\n[gate]\nthreshold = 3', "`gate.threshold`"),
        ('task = "x"\n[model]\ntokens_per_tick = 0', "`model.tokens_per_tick`"),
        ('summary = "x"', "`task` is missing"),
        ('task = "  "', "`task` is empty"),
        ('task = "x"\n[[script]]\nat = 1', "script step 1 needs either `say` or `call`"),
        ('task = "x', "not valid TOML"),
    ],
)
def test_mistakes_name_key_and_file(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        load(path)
    message = str(caught.value)
    assert says in message
    assert "mine.toml" in message
    assert "\n" not in message


def test_overrides_reach_into_tables(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('task = "x"')
    profile = load(path, {"gate.threshold": 0.7, "senses.language": "es"})
    assert profile.gate.threshold == 0.7
    assert profile.senses.language == "es"
    assert profile.name == "mine"


def test_override_values_are_toml_or_text() -> None:
    assert parse_override("gate.threshold=0.7") == ("gate.threshold", 0.7)
    assert parse_override("voice.speak = false") == ("voice.speak", False)
    assert parse_override("model.name=smollm2-135m") == ("model.name", "smollm2-135m")
    with pytest.raises(UserError, match="key=value"):
        parse_override("gate.threshold")


def test_every_profile_that_we_bring_loads_and_survives_its_journal() -> None:
    names = all_profiles()
    assert {"watch", "translate", "coach-breathing", "coach-pushups", "demo"} <= set(names)
    for name in names:
        profile = load_named(name)
        assert check(to_data(profile), "journal") == profile
        assert profile.summary


def test_unknown_profile_names_those_there_are() -> None:
    with pytest.raises(UserError, match=r"there are: .*watch"):
        find_profile("wacht")


def test_own_profiles_come_before_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path))
    folder = tmp_path / "config" / "profiles"
    folder.mkdir(parents=True)
    (folder / "watch.toml").write_text('task = "mine"')
    assert load_named("watch").task == "mine"
