"""The loop on the sample clock: gathers percepts, closes a micro-turn every 200 ms, carries out its acts.

All that decides anything is in `tick`; here is only what touches devices, workers and files.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from duplex_cli.capture.audio import AudioPort
from duplex_cli.clock import precise, wall
from duplex_cli.control.commands import make
from duplex_cli.control.commands import to_json as to_json_command
from duplex_cli.perception.secrets import mask
from duplex_cli.session.help import Help
from duplex_cli.session.interrupt import Interrupt
from duplex_cli.session.journal import Journal, remarks_of
from duplex_cli.session.own_words import OwnWords
from duplex_cli.session.remarks import RemarkLog
from duplex_cli.session.senses import Hearing, Sense, Sight
from duplex_cli.session.speaking import PrintedSpeech, SpokenSpeech
from duplex_cli.session.state import State
from duplex_cli.session.status import status_of
from duplex_cli.session.steer import steer
from duplex_cli.session.summary import Figures
from duplex_cli.session.taking_in import by_time
from duplex_cli.session.tick import tick
from duplex_cli.session.watcher import Switches, Watcher
from duplex_cli.speech.playback import Playback
from duplex_cli.stream import SAMPLE_RATE, TICK_S, MicroTurn, Percept, to_json

LINGER_S = 2.0
"""A fed file's session goes on so long after its end and the last word, so that answers are not cut off."""

LONGEST_LINGER_S = 20.0
"""What is still being said then is no answer but a standing reminder, which would go on for ever."""


SHOWN = ("see", "result", "finding", "fixed")
"""Kinds of percepts whose text stood on a screen or came from a tool: secrets are masked in them, whatever
sense or script they came from, before the model and the journal."""


class Commands(Protocol):
    """Where commands come from: keys, hotkeys and the control socket put them together."""

    def drain(self) -> list[tuple[str, float | None]]:
        """Commands since the last call, in order: (name, minutes of a snooze)."""
        ...

    def tell(self, status: Mapping[str, Any]) -> None:
        """How things stand, for `duplex ctl status`."""
        ...


@dataclass(slots=True)
class Parts:
    """What a session is put together from. Optional parts are None where the user has them off."""

    audio: AudioPort
    playback: Playback
    speech: SpokenSpeech | PrintedSpeech
    senses: list[Sense]
    watcher: Watcher | None = None
    journal: Journal | None = None
    commands: Commands | None = None
    help: Help | None = None
    """Tools and the background mind, where the profile has any."""
    fast: bool = False
    script: Sequence[Percept] = ()
    """Percepts put in by hand at their times: scenario files and demos."""
    duration_s: float = 0.0
    """End after so many seconds; 0: when everything fed has ended, or on command."""
    fed: bool = False
    """Whether sound or pictures come from files, so that there is an end."""
    sound_fed: bool = False
    """Whether sound does."""


@dataclass(slots=True)
class Outcome:
    """What a session leaves behind."""

    seconds: float
    figures: Figures
    remarks: list[dict[str, Any]]
    lines: list[dict[str, Any]] = field(default_factory=list)
    """Journal lines, where no journal is kept on disk."""


class Session:
    """Runs one session to its end. `notes` may be appended to from any thread."""

    def __init__(self, state: State, parts: Parts) -> None:
        self.state = state
        self.parts = parts
        self.notes: deque[str] = deque()
        self._figures = Figures()
        self._log = RemarkLog()
        self._own = OwnWords()
        self._script = deque(sorted(parts.script, key=lambda p: p.at))
        self._heard_samples = 0
        self._last_busy = self._last_fed = 0.0
        self._device_note = ""

    def run(self, on_tick: Callable[[float], None] | None = None) -> Outcome:
        """Tick until the end. Ctrl-C ends it in order too."""
        clock = self.parts.audio.clock
        self._event("clock", wall=round(wall() - clock.now(), 3))
        slot = 0
        t = 0.0
        with suppress(KeyboardInterrupt), Interrupt() as interrupt:
            while not (self.state.steering.stopping or interrupt.asked):
                slot += 1
                t = round(slot * TICK_S, 4)
                clock.wait_until(t)
                missed = 0 if self.parts.fast else max(0, int((clock.now() - t) / TICK_S))
                slot += missed  # a slot that has passed is not made up for: its percepts come with this one
                t = round(slot * TICK_S, 4)
                self._one_tick(t, missed)
                if on_tick is not None:
                    on_tick(t)
                if self._over(t):
                    break
        return Outcome(t, self._figures, remarks_of(self._log.lines), self._log.lines)

    def _one_tick(self, t: float, missed: int) -> None:
        parts = self.parts
        late_s = 0.0 if parts.fast else max(0.0, parts.audio.clock.now() - t)
        started = precise()
        self._obey(t)
        self._feed(t)
        percepts, partial, waited = self._gather(t)
        self.state, turn = tick(self.state, percepts, t)
        self._perform(turn, t)
        if self.parts.help is not None:
            self.parts.help.take(turn)
        self._report_speech(t)
        cost_ms = (late_s + precise() - started - waited) * 1000.0
        missed += cost_ms > TICK_S * 1000.0  # its own slot had passed before it was done
        self._figures.add(cost_ms, missed, self.state.steps)
        self._record(turn, cost_ms, missed)
        self._show(turn, cost_ms, missed, partial, t)

    # ---- in

    def _obey(self, t: float) -> None:
        for name, minutes in self.parts.commands.drain() if self.parts.commands else ():
            command = make(name, minutes)
            before = self.state.steering
            self.state = steer(self.state, command, t)
            after = self.state.steering
            if after.muted != before.muted:
                self.parts.playback.mute(after.muted)
            if after.paused and not before.paused:
                self.parts.speech.fall_silent()
            self._event("command", **to_json_command(command), at=t)

    def _feed(self, t: float) -> None:
        """Give the tick's sound to the senses and the journal."""
        mic = self.parts.audio.read(t)
        start_s = self._heard_samples / SAMPLE_RATE
        self._heard_samples += len(mic)
        for sense in self.parts.senses:
            if isinstance(sense, Hearing):
                sense.whole = self.parts.audio.whole if self._sounding else None
            sense.feed(mic, start_s, t)
        if self.parts.journal is not None:
            self.parts.journal.sound("mic", mic)
            self.parts.journal.sound("voice", self.parts.audio.spoken)

    def _gather(self, t: float) -> tuple[list[Percept], str | None, float]:
        """Percepts for this tick, words not yet stable, and seconds waited (no cost of the tick)."""
        started = precise()
        percepts = [*self._begun(), *self.parts.speech.events()]
        for sense in self.parts.senses:
            percepts += sense.gather(wait=self.parts.fast)
        if self.parts.help is not None:
            percepts += self.parts.help.gather(t, wait=self.parts.fast)
        waited = precise() - started if self.parts.fast else 0.0
        while self._script and self._script[0].at <= t + 1e-9:
            percepts.append(self._script.popleft())
        percepts = self._own.without(by_time(percepts))
        partial = next((p.text for p in reversed(percepts) if p.kind == "partial"), None)
        # What may yet change is worth its line in the journal only where it decides something.
        told = [p for p in percepts if p.kind != "partial" or self._sounding]
        if self.state.profile.privacy.secrets:
            told = [replace(p, text=mask(p.text)) if p.kind in SHOWN else p for p in told]
        return sorted(told, key=lambda p: p.at), partial, waited

    # ---- out

    def _perform(self, turn: MicroTurn, t: float) -> None:
        for act in turn.acts:
            if act.kind == "say":
                self._log.add(act, t, turn.gate)
                self._own.said(act)
                self.parts.speech.say(act, t)
            elif act.kind == "yield" and act.remark in self._log.ahead(t):
                self._log.withdraw(act.remark)
                self.parts.speech.drop(act.remark)
            elif act.kind == "yield":
                self.parts.speech.fall_silent()
            elif act.kind in ("duck", "hold", "resume"):
                self.parts.speech.bear(act.kind)
            elif self.parts.help is not None:
                self.parts.help.perform(act, t)

    def _begun(self) -> list[Percept]:
        """Remarks that began to sound since the last tick."""
        begun: list[Percept] = []
        for remark, rendered in self.parts.playback.started():
            at = rendered + self.parts.speech.round_trip_s
            self._log.started(remark, at)
            self._event("started", remark=remark, at=round(at, 4))
            begun.append(Percept(rendered, "begun", str(remark)))
        return begun

    @property
    def _sounding(self) -> bool:
        return self.state.overlap.sounding or self.parts.playback.speaking

    def _report_speech(self, t: float) -> None:
        for remark, whole in self.parts.playback.ended():
            self._event("ended", remark=remark, whole=whole, at=round(t, 4))

    def _record(self, turn: MicroTurn, cost_ms: float, missed: int) -> None:
        if self.parts.journal is not None:
            self.parts.journal.turn(turn, cost_ms, missed)
        if turn.acts or turn.percepts:
            self._log.lines.append({"turn": to_json(turn), "cost_ms": cost_ms})

    def _event(self, name: str, **data: Any) -> None:
        self._log.lines.append({"event": name, **data})
        if self.parts.journal is not None:
            self.parts.journal.event(name, **data)

    # ---- shown

    def _show(self, turn: MicroTurn, cost_ms: float, missed: int, partial: str | None, t: float) -> None:
        self.notes.extend(self.state.notes)
        watcher = self.parts.watcher
        while self.notes:
            note = self.notes.popleft()
            self._event("note", text=note, at=round(t, 3))
            if watcher is not None:
                watcher.note(note)
        for remark in self._log.to_show(t):
            if watcher is not None:
                watcher.remark(remark.at, remark.text, remark.kind, remark.p)
        if watcher is None:
            return
        sound, steering = self.parts.audio.state, self.state.steering
        speaking = self.parts.playback.speaking
        watcher.meters(sound.mic_dbfs, self.parts.playback.level, speaking, self.state.user_speaking)
        if partial is not None:
            watcher.partial(partial)
        self._note_device(sound.unplugged, sound.hint)
        watcher.state(
            Switches(
                paused=steering.paused,
                muted=steering.muted,
                snoozed_until=steering.snoozed_until if steering.snoozed(t) else None,
                recording=self.parts.journal is not None,
                looking=", ".join(s.name for s in self.parts.senses if s.name == "eyes"),
                privacy=", ".join(s.withheld for s in self.parts.senses if isinstance(s, Sight)),
                echo=sound.echo_told,
            )
        )
        watcher.turn(turn, cost_ms, missed)
        if self.parts.commands is not None:
            self.parts.commands.tell(status_of(self.state.agenda, steering, t, self._figures.missed))

    def _note_device(self, unplugged: bool, hint: str) -> None:
        told = hint or ("sound device unplugged, waiting for it" if unplugged else "")
        if told != self._device_note:
            self._device_note = told
            self.notes.append(told or "sound device is back")

    def _over(self, t: float) -> bool:
        if self.parts.duration_s:
            return t >= self.parts.duration_s - 1e-9
        if not self.parts.fed:
            return False
        sound_end = self.parts.audio.ended_at if self.parts.sound_fed else 0.0
        heard_all = sound_end is not None and sound_end <= t
        looking = not all(sense.ended for sense in self.parts.senses)
        if not heard_all or looking or self._script:
            self._last_fed = self._last_busy = t
        elif (
            self.parts.speech.busy or self.state.open or self.state.errands.open
        ) and t - self._last_fed < LONGEST_LINGER_S:
            self._last_busy = t
        return t - self._last_busy >= LINGER_S
