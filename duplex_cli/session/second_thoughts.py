"""How people take back, correct, allow and refuse what they asked for, in English words. Pure.

Word lists and not the model decide here, because the cost of an error is one-sided: an errand that is dropped
by mistake can be asked for again, one that runs after "no, wait" cannot be undone.
"""

from __future__ import annotations

import re

from duplex_cli.session.names import content

_DROP = re.compile(
    r"\b(?:never ?mind|forget (?:it|that)|forget about (?:it|that)|scratch that"
    r"|(?:cancel|drop|stop|skip|abort) (?:it|that|this)|let'?s drop|leave (?:it|that)|let it be"
    r"|don'?t (?:bother|do (?:it|that)|need|want|send|call|look|ask|run|worry)"
    r"|no need|not necessary|doesn'?t matter|(?:i|i've) changed my mind|not any ?more"
    r"|(?:found|looked|know|have|did|do) it (?:already|now|up|myself))\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:cancel|stop|drop|forget|skip|abort)(?: about)? (?:the|my|your) (.+)$", re.IGNORECASE
)
_CORRECTION = re.compile(
    r"\b(?:no|nope|wait|sorry|actually|rather|instead|oops|correction|i mean|i meant"
    r"|make (?:that|it)|change (?:that|it)|not (?:that|the|in|for|to)|on second thought)\b",
    re.IGNORECASE,
)
_OPENING = r"^(?:(?:um+|uh+|oh|well|so|hm+) )*"
_YES = re.compile(
    _OPENING + r"(?:yes|yeah|yep|yup|sure|okay|ok|please do|go ahead|do it|do that|of course|right|correct"
    r"|fine|absolutely|please)\b",
    re.IGNORECASE,
)
_NO = re.compile(_OPENING + r"(?:no|nope|nah|don'?t|stop|wait|hold on|not)\b", re.IGNORECASE)


_AGAIN = re.compile(
    _OPENING + r"(?:okay |please |can you |could you )*(?:ask|try|do)(?: (?:it|that|them|him|her))?"
    r" (?:again|once more|one more time)(?: please)?$",
    re.IGNORECASE,
)


_LEADING = re.compile(
    r"^(?:(?:no|nope|wait|sorry|actually|rather|oops|i mean|i meant|make (?:that|it))[\s,]+)+", re.IGNORECASE
)


def drops(said: str) -> bool:
    """Whether what was asked for is not wanted any more: "never mind", and nothing else in its place."""
    return bool(_DROP.search(said)) and not _CORRECTION.search(_DROP.sub(" ", said))


def drops_named(said: str) -> frozenset[str]:
    """What is named behind "cancel the …" or "forget my …"; empty where nothing is."""
    match = _NAMED.search(said)
    return content(match[1]) if match else frozenset()


def corrects(said: str) -> bool:
    """Whether the words change what was just asked for: "no wait, in Paris"."""
    return bool(_CORRECTION.search(said))


def again(said: str) -> bool:
    """Whether what was asked last is to be asked once more: "try that again"."""
    return bool(_AGAIN.match(said))


def first_form(said: str, text: str) -> bool:
    """Whether `text` stands only before a correction inside what was said: "in Madrid no wait in Paris"."""
    marks = list(_CORRECTION.finditer(said))
    if not marks:
        return False
    before, after = content(said[: marks[-1].start()]), content(said[marks[-1].end() :])
    words = content(text)
    return bool(after and words) and not words & after and bool(words & before)


def settled(text: str) -> str:
    """An argument without the correction that the model copied along: "sorry on Friday" -> "on Friday"."""
    return _LEADING.sub("", text) or text


def allows(said: str) -> bool:
    """Whether a question is answered with yes, without an "actually" behind it."""
    return bool(_YES.match(said)) and not _CORRECTION.search(said)


def refuses(said: str) -> bool:
    """Whether a question is answered with no."""
    return bool(_NO.match(said)) or drops(said)
