"""What a view is told once, at the start of a session."""

from __future__ import annotations

from dataclasses import dataclass

HEARING_SENSES = frozenset({"mic", "microphone", "audio", "ears"})
"""Names of senses that make words; any of them opens the "hears" part of the view from the start."""

SEEING_SENSES = frozenset({"screen", "camera", "video", "folder", "eyes", "motion"})
"""Names of senses that make lines and movements; any of them opens the "sees" part of the view."""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """The fixed facts of a session, as a person wants to read them."""

    session: str
    profile: str
    model: str
    senses: tuple[str, ...] = ()
    """Names such as "mic", "screen", "camera"; shown as they are."""
    voice: bool = True
    recording: bool = False
    journal: str = ""
    """Path of the journal, empty if none is kept."""
    keys: str = ""
    """One line of help, such as "m mute  p pause  s snooze  q stop"."""

    @property
    def hears(self) -> bool:
        """Whether words can be expected."""
        return not HEARING_SENSES.isdisjoint(self.senses)

    @property
    def sees(self) -> bool:
        """Whether something is looked at."""
        return not SEEING_SENSES.isdisjoint(self.senses)
