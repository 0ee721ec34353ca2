"""Durations and times of day as people say them and transcribers write them, in English.

"four seconds", "4s", "a minute and a half", "half an hour", "1:30", "half past three", "7 pm".
Number words are read by text2num; the little grammar around them is ours because the parsers we looked
at (dateparser, parsedatetime, pytimeparse) read dates, or digits only, and not spoken durations.
"""

from __future__ import annotations

import re

from text_to_num import alpha2digit

_UNITS = {
    "ms": 0.001, "millisecond": 0.001,
    "s": 1.0, "sec": 1.0, "second": 1.0,
    "m": 60.0, "min": 60.0, "minute": 60.0,
    "h": 3600.0, "hr": 3600.0, "hour": 3600.0,
    "day": 86400.0, "week": 604800.0,
}  # fmt: skip
_UNIT = r"(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|weeks?)\b"
_AMOUNT = (
    r"(\d+(?:\.\d+)?|3 quarters of an?|a quarter of an?|quarter of an?|quarter|half an?|half|a couple of"
    r"|couple of|a few|few|an?)"
)
_PART = re.compile(rf"{_AMOUNT}[\s-]*{_UNIT}(\s+and\s+(?:a\s+)?(half|quarter))?", re.IGNORECASE)
_WORDS = {
    "a": 1.0, "an": 1.0, "half": 0.5, "half a": 0.5, "half an": 0.5,
    "quarter of an": 0.25, "a quarter of an": 0.25, "quarter": 0.25, "3 quarters of an": 0.75,
    "quarter of a": 0.25, "a quarter of a": 0.25, "3 quarters of a": 0.75,
    "a couple of": 2.0, "couple of": 2.0, "a few": 3.0, "few": 3.0,
}  # fmt: skip


_FILLERS = re.compile(r"\b(or so|about|around|roughly|exactly|single|more|extra|additional|full|whole)\s+")


def _digits(text: str) -> str:
    lowered = _FILLERS.sub("", text.lower().replace("-", " ").replace(",", " ") + " ").strip()
    # "thirty second" is no ordinal here, nor is "a second".
    plain = alpha2digit(re.sub(r"\bsecond\b", "seconds", lowered), "en", threshold=0.0)
    return re.sub(r"(\d+) and (\d*\.?\d+|a half|half) (?=second|minute|hour)", _join_half, plain)


def _join_half(match: re.Match[str]) -> str:
    whole, part = match.groups()
    return f"{int(whole) + 0.5} " if "half" in part else match.group(0)


def numbers(text: str) -> frozenset[str]:
    """All numbers in a sentence, in digits, whether spoken or written: {"12"} for "make it twelve"."""
    return frozenset(re.findall(r"\d+(?:\.\d+)?", _digits(text)))


def find_durations(text: str) -> list[float]:
    """All durations in a sentence, in seconds, in order. Parts joined by "and" or nothing add up."""
    plain = _digits(text)
    found: list[float] = []
    end_of_last = -1
    for match in _PART.finditer(plain):
        amount, unit, _, extra = match.groups()
        size = _UNITS[unit.lower().rstrip("s") if len(unit) > 2 else unit.lower()]
        value = (_WORDS[amount] if amount in _WORDS else float(amount)) * size
        if extra:
            value += size * (0.5 if extra.lower() == "half" else 0.25)
        between = plain[end_of_last : match.start()].strip() if end_of_last >= 0 else None
        if found and between in ("", "and") and value < found[-1]:
            found[-1] += value
        else:
            found.append(value)
        end_of_last = match.end()
    return found


def parse_duration(text: str) -> float | None:
    """The duration that `text` is, in seconds, or None. "minute" alone ("every minute") is one."""
    stripped = _FILLERS.sub("", text.lower().strip() + " ").strip()
    if re.match(_UNIT + r"(?:\s+and\s+a\s+half)?$", stripped, re.IGNORECASE):
        stripped = f"1 {stripped}"
    if re.match(r"(other|second)\s+" + _UNIT, stripped, re.IGNORECASE):
        stripped = "2 " + stripped.split(None, 1)[1]
    found = find_durations(stripped)
    return found[0] if found else None


_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2})|[\s.](\d{2}))?\s*(o'?clock|a\.?m\.?|p\.?m\.?)?(.*)", re.IGNORECASE)
_RELATIVE = re.compile(
    r"(?P<part>half an hour|half|a quarter|quarter|an?|a couple of|a few|\d+)(?: (?:minutes?|mins?))? "
    r"(?P<side>past|after|to|till|until|before|of) (?P<hour>\d{1,2})(?!\d)(?P<rest>.*)"
)
_MINUTES = {
    "half an hour": 30, "half": 30, "a quarter": 15, "quarter": 15, "a": 1, "an": 1,
    "a couple of": 2, "a few": 3,
}  # fmt: skip
_HALF_HOUR = re.compile(r"half (?=\d)")
"""British: "half six" is half past six."""
_OH = re.compile(r"\b(\d{1,2}) (?:oh|o|0) (\d)\b")
""" "twelve oh one": the minutes below ten, figure by figure."""
_HUNDRED = re.compile(r"^(\d{1,2})(?:00| hundred)(?: hours)?$")
_SHUT = re.compile(r"^(\d{1,2})([0-5]\d)\b")
"""Military time, and how some transcribers write a time: "1700", "1205"."""
_NAMED = {"noon": "12 pm", "midday": "12 pm", "midnight": "12 am"}
_NAME = re.compile(r"\b(?:12 )?(noon|midday|midnight)\b")
_DAYTIME = re.compile(r"\b(?P<am>morning)|(?P<pm>afternoon|evening|tonight|night)\b")


_SPAN_FROM = re.compile(
    r"(?P<span>.*\b(?:seconds?|secs?|minutes?|mins?)(?: and a half)?) "
    r"(?P<side>past|after|to|till|until|before|of) (?P<clock>.+)"
)
""" "Thirty seconds past noon", "a minute and a half to one"."""
_AND_SECONDS = re.compile(
    r"(?P<clock>.+?) (?:and )?(?P<span>(?:\d{1,2}|a couple of|a few) (?:seconds?|secs?)|half a minute)"
)
_H_M_S = re.compile(r"(?P<clock>\d{1,2}:\d{2}):(?P<seconds>[0-5]\d)\b(?P<rest>.*)")


def parse_clock(text: str, now_s: float) -> float | None:
    """Seconds from `now_s` (seconds since local midnight) until the time of day that `text` names.

    Without am, pm or a part of the day the next such time on a 12-hour clock is meant. None if it is no
    time of day.
    """
    plain = _digits(text).strip().removeprefix("at ").strip()
    plain = _NAME.sub(lambda name: _NAMED[name[1]], plain)
    plain = _HALF_HOUR.sub("half past ", _OH.sub(r"\1:0\2", plain))
    offset = 0.0
    if not _RELATIVE.match(plain):
        plain, offset = _to_the_second(plain)
    moments = _moments(plain)
    return min((moment + offset - now_s) % 86400 or 86400.0 for moment in moments) if moments else None


def _to_the_second(plain: str) -> tuple[str, float]:
    """A time of day in digits without its seconds, and how many seconds later (or earlier) is meant."""
    if found := _H_M_S.fullmatch(plain):
        return found["clock"] + found["rest"], float(found["seconds"])
    if found := _SPAN_FROM.fullmatch(plain):
        span = parse_duration(found["span"])
        if span is not None:
            return found["clock"], span if found["side"] in ("past", "after") else -span
    if found := _AND_SECONDS.fullmatch(plain):
        return found["clock"], parse_duration(found["span"]) or 0.0
    return plain, 0.0


def _moments(plain: str) -> list[float]:
    """The seconds since midnight that a time of day in digits may mean; none if it is no time of day."""
    relative = _RELATIVE.match(plain)
    if relative:
        part = relative["part"]
        minutes = _MINUTES[part] if part in _MINUTES else int(part)
        hour, minute = int(relative["hour"]), minutes if relative["side"] in ("past", "after") else -minutes
        half_day, rest = relative["rest"].strip(), relative["rest"]
    else:
        match = _CLOCK.match(_SHUT.sub(r"\1:\2", _HUNDRED.sub(r"\1:00", plain)))
        if match is None:
            return []
        hour = int(match.group(1))
        minute = int(match.group(2) or match.group(3) or 0)
        half_day, rest = match.group(4) or "", match.group(5)
    if hour > 24 or abs(minute) > 59:
        return []
    half_day = half_day.replace(".", "").lower()[:2]
    daytime = _DAYTIME.search(rest)
    if daytime and half_day not in ("am", "pm"):
        late = daytime["pm"] and not (hour == 12 and daytime["pm"] in ("night", "tonight"))
        half_day = "pm" if late else "am"
    if half_day in ("am", "pm"):
        hours = [hour % 12 + (12 if half_day == "pm" or hour > 12 else 0)]
    else:
        hours = [hour] if hour > 12 else [hour % 12, hour % 12 + 12]
    return [hour * 3600.0 + minute * 60.0 for hour in hours]


_HOUR = r"(?:noon|midday|midnight|\d{1,2})"
_PART_OF_HOUR = r"(?:half an hour|half|a quarter|quarter|an?|\d{1,2})(?: minutes?)?"
_SPAN_BEFORE = (
    r"(?:(?:\d{1,3}|half a|a) (?:seconds?|minutes?)(?: and a half)? (?:past|after|to|till|before) )?"
)
_BARE_HOUR = r"(?:(?<=\bat )|(?<=\bpast )|(?<=\bafter )|(?<=\bto )|(?<=\bbefore ))\d{1,2}"
_SAID_CLOCK = re.compile(
    rf"\b(?:at )?(?P<clock>{_SPAN_BEFORE}"
    rf"(?:{_PART_OF_HOUR} (?:past|after|to|till|before|of) {_HOUR}|half \d{{1,2}}"
    rf"|{_HOUR} (?:oh|o|0) \d|\d{{1,2}}[: ][0-5]\d|\d{{1,2}} o'?clock|\d{{1,2}}(?= ?[ap]\.?m\b)"
    rf"|noon|midday|midnight|{_BARE_HOUR})(?::[0-5]\d\b)?(?: ?[ap]\.?m\b| in the \w+| tonight)?"
    r"(?: (?:and )?(?:\d{1,2} seconds?|half a minute))?)"
    r"(?!\d| (?:seconds?|secs?|minutes?|mins?|hours?|times)\b)"
)


def find_clocks(text: str, now_s: float) -> list[tuple[str, float]]:
    """Times of day in a sentence, in order: (in digits, seconds from `now_s` as `parse_clock` has them)."""
    clocks = [match["clock"] for match in _SAID_CLOCK.finditer(_digits(text))]
    waits = [(clock, parse_clock(clock, now_s)) for clock in clocks]
    return [(clock, wait) for clock, wait in waits if wait is not None]
