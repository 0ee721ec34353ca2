"""Reminders and timers: set in many phrasings, corrected, changed, several at once, due, cancelled."""

from __future__ import annotations

from models.train.streams import Pick, Stream, sentence

# What the user asks for, as they say it, and as it is told back to them.
ACTIONS: tuple[tuple[str, str], ...] = tuple(
    (said, told or said)
    for said, _, told in (
        line.partition("=")
        for line in """
stretch|stretch my legs=stretch your legs|stretch my neck=stretch your neck|drink|drink water|drink some water
drink a glass of water|have a sip of water|breathe|breathe in|breathe deeply|breathe slowly|take a breath
take a deep breath
stand up|stand up straight|stand up and walk around|sit up straight|straighten my back=straighten your back
relax my shoulders=relax your shoulders|drop my shoulders=drop your shoulders
unclench my jaw=unclench your jaw
blink|blink my eyes=blink your eyes|rest my eyes=rest your eyes|look away from the screen
look out of the window|look up
check the oven|check the pasta|check on the soup|check the rice|check the laundry
check my email=check your email
check the build|check the logs|check the mail|check the server|check on the baby
check my posture=check your posture
turn off the stove|turn off the oven|turn the heating down|turn the chicken over|flip the pancake
stir the soup|stir the sauce
take the cake out|take the bread out of the oven|take out the trash|take my medicine=take your medicine
take my pills=take your pills|take a break|take a short break|take a walk|take notes|take the dog out
feed the cat|feed the dog
call mom|call my mother=call your mother|call dad back|call my sister=call your sister|call the dentist
call the bank
call Anna|call the plumber|phone my brother=phone your brother|text Maria|text my boss=text your boss
answer Peter
email the report|email the client|send the invoice|send the report|reply to John|join the meeting
join the call
leave for the train|leave for the airport|leave the house|go to bed|go home|go for a walk|get up|get ready
get some fresh air
pick up the kids|pick up the parcel|buy milk|buy bread|pay the rent|pay the bill|water the plants|move the car
save the file|save my work=save your work|commit my changes=commit your changes|push the branch|run the tests
start the backup|restart the server|close the window|open the window|lock the door|hang up the laundry
switch sides|switch legs|change position|change hands|move my feet=move your feet
wiggle my toes=wiggle your toes
smile|swallow|slow down|speak slower|keep going|focus|stay calm|wash my hands=wash your hands|put on sunscreen
eat something|eat lunch|start cooking|practice the piano|charge my phone=charge your phone|print the tickets
book the table
tighten my core=tighten your core|roll my wrists=roll your wrists|walk around|hold the plank
squeeze the ball|let go
""".replace("\n", "|").split("|")
        if line
    )
)
ALTERNATING: tuple[tuple[str, str], ...] = (
    ("breathe in and out", "breathe in / breathe out"),
    ("breathe in and breathe out", "breathe in / breathe out"),
    ("breathe in then out", "breathe in / breathe out"),
    ("breathe in and then breathe out", "breathe in / breathe out"),
    ("inhale and exhale", "inhale / exhale"),
    ("inhale then exhale", "inhale / exhale"),
    ("look left and right", "look left / look right"),
    ("look left and then right", "look left / look right"),
    ("turn left and right", "turn left / turn right"),
    ("lean left and right", "lean left / lean right"),
    ("squat and stand", "squat / stand"),
    ("stand up and sit down", "stand up / sit down"),
    ("sit down and stand up", "sit down / stand up"),
    ("step left and step right", "step left / step right"),
    ("tense and relax", "tense / relax"),
    ("tense up and then relax", "tense up / relax"),
    ("push and pull", "push / pull"),
    ("open and close my hands", "open your hands / close your hands"),
    ("look up and down", "look up / look down"),
    ("raise my arms and lower my arms", "raise your arms / lower your arms"),
    ("walk and run", "walk / run"),
)
EXTENDABLE = frozenset(
    told for _, told in ACTIONS if any(other != told and other.startswith(told + " ") for _, other in ACTIONS)
)
"""Requests that may go on ("stretch" / "stretch your legs"): they are complete only at the pause."""

SMALL = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "fifteen", "twenty", "thirty", "forty",
    "forty five", "fifty", "sixty", "ninety", "twenty five", "thirty five", "eighteen", "twenty-four",
]  # fmt: skip
VALUES = dict(zip(SMALL, [*range(1, 13), 15, 20, 30, 40, 45, 50, 60, 90, 25, 35, 18, 24], strict=True))
HOURS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def number(p: Pick) -> str:
    word = p.random.choice(SMALL[1:])
    return str(VALUES[word]) if p.maybe(0.35) else word


def duration(p: Pick) -> str:
    r = p.random
    if p.maybe(0.16):
        return p.of(
            ["half an hour", "an hour", "a minute", "one minute", "half a minute", "an hour and a half",
            "one hour",
             "a quarter of an hour", "a couple of minutes", "two and a half minutes", "two hours",
             "one second",
             "a minute and a half", "three and a half hours", "a few seconds", "one hour and ten minutes",
             "three quarters of an hour", "one and a half minutes", "a couple of hours",
             "five and a half seconds",
             "two minutes and thirty seconds", "one minute and 20 seconds", "90 seconds", "1 minute",
             "1 hour"]
        )  # fmt: skip
    return f"{number(p)} {r.choice(['seconds'] * 5 + ['minutes'] * 5 + ['hours', 'secs', 'mins'])}"


def period(p: Pick) -> str:
    if p.maybe(0.18):
        return p.of(
            ["minute", "hour", "half hour", "half an hour", "second", "couple of minutes", "single minute",
            "day",
             "other minute", "quarter of an hour", "half minute", "10 or so seconds", "few minutes",
             "hour and a half"]
        )  # fmt: skip
    return (
        duration(p)
        if p.maybe(0.2)
        else f"{number(p)} {p.random.choice(['seconds', 'seconds', 'minutes', 'minutes', 'hours'])}"
    )


def clock_time(p: Pick) -> tuple[str, bool]:
    """A time of day as spoken and whether it may go on ("three" ... "thirty")."""
    r = p.random
    hour = r.choice(HOURS)
    digit = HOURS.index(hour) + 1
    open_form = r.random() < 0.25
    if open_form:
        return r.choice([hour, str(digit)]), True
    return r.choice(
        [f"half past {hour}", f"quarter past {hour}", f"quarter to {hour}", f"{hour} thirty",
        f"{hour} fifteen",
         f"{hour} o'clock", f"{digit} o'clock", f"{digit}:30", f"{digit}:{r.randint(10, 59)}", f"{hour} pm",
         f"{digit} am",
         f"{digit} p.m.", f"ten past {hour}", f"five to {hour}", f"twenty past {hour}", f"{hour} forty five",
         "noon",
         "midnight", f"{hour} in the morning", f"{hour} in the afternoon", f"{hour} in the evening",
         f"{digit + 12}:00"]
    ), False  # fmt: skip


# {a} is the action, {d} a duration, {p} a period, {c} a clock time. "@0" marks the word that completes it.
LEADS = (
    "", "", "", "", "okay ", "hey ", "um ", "uh ", "please ", "so ", "alright ", "hey duplex ", "could you ",
    "can you ",
    "can you please ", "would you ", "I'd like you to ", "I want you to ", "I need you to ", "listen ",
    "all right ",
    "oh and ", "also ", "duplex ", "now ", "will you ", "one more thing ", "before I forget ", "quick thing ",
    "hmm ",
)  # fmt: skip
AFTER = (
    "remind me to {a} in {d}", "in {d} remind me to {a}", "remind me in {d} to {a}", "tell me to {a} in {d}",
    "tell me in {d} to {a}", "in {d} tell me to {a}", "remind me to {a} after {d}",
    "after {d} remind me to {a}",
    "give me a reminder to {a} in {d}", "remind me to {a} {d} from now", "set a reminder in {d} to {a}",
    "set a reminder to {a} in {d}", "ping me in {d} to {a}", "let me know in {d} that I should {a}",
    "poke me in {d} so I {a}", "say {a} in {d}", "nudge me to {a} in {d}",
    "don't let me forget to {a} in {d}",
    "in about {d} I have to {a} so remind me", "make sure I {a} in {d}",
    "I have to {a} in {d} remind me please",
    "when {d} are over tell me to {a}", "set an alarm in {d} to {a}", "get me to {a} in {d}",
    "warn me in {d} to {a}",
)  # fmt: skip
EVERY = (
    "remind me to {a} every {p}", "every {p} remind me to {a}", "remind me every {p} to {a}",
    "tell me to {a} every {p}",
    "every {p} tell me to {a}", "tell me every {p} to {a}", "every {p} say {a}", "say {a} every {p}",
    "keep reminding me to {a} every {p}", "nudge me to {a} every {p}", "every {p} I need to {a} so remind me",
    "give me a reminder to {a} every {p}", "I want to {a} every {p} please remind me",
    "once every {p} tell me to {a}",
    "remind me to {a} once every {p}", "make me {a} every {p}", "poke me every {p} to {a}",
    "ping me every {p} to {a}",
    "have me {a} every {p}", "I should {a} every {p} can you remind me", "prompt me to {a} every {p}",
    "set a repeating reminder every {p} to {a}", "set up a reminder every {p} to {a}",
    "let's {a} every {p} you tell me when",
    "from now on remind me every {p} to {a}", "guide me to {a} every {p}", "help me {a} every {p}",
    "cue me to {a} every {p}",
)  # fmt: skip
AT = (
    "remind me at {c} to {a}", "remind me to {a} at {c}", "at {c} remind me to {a}", "at {c} tell me to {a}",
    "tell me to {a} at {c}", "tell me at {c} to {a}", "I have to {a} at {c} remind me",
    "set a reminder for {c} to {a}",
    "set an alarm for {c} to {a}", "when it is {c} tell me to {a}", "don't let me forget to {a} at {c}",
    "make sure I {a} at {c}", "ping me at {c} to {a}",
)  # fmt: skip
PLAIN_TIMERS = (
    "set a timer for {d}", "set a {d} timer", "start a timer for {d}", "timer for {d}",
    "tell me when {d} are over",
    "let me know when {d} have passed", "give me {d} on the clock", "start a {d} countdown",
    "time {d} for me",
    "tell me when {d} are up", "set the timer to {d}", "alert me in {d}", "wake me in {d}",
    "put {d} on the timer",
)  # fmt: skip
LIMITS = ("for {d}", "for the next {d}", "{n} times", "until {c}", "for {n} rounds")
REPAIRS = (
    "no wait",
    "wait no",
    "I mean",
    "sorry",
    "no sorry",
    "actually",
    "uh no",
    "no make that",
    "or rather",
    "scratch that",
)
CHANGES = (
    "no wait make that {t}", "actually make it {t}", "make that {t}", "change that to {t}",
    "sorry I meant {t}",
    "let's do {t} instead", "I think {t} is better", "no I want {t}", "change it to {t} please",
    "better make it {t}",
    "hmm too often make it {t}", "can we do {t} instead", "switch to {t}", "that's too fast do {t}",
    "{t} instead please",
)  # fmt: skip
STOP_ALL = (
    "okay stop", "stop", "you can stop now", "that's enough thanks", "that is enough", "stop reminding me",
    "stop it",
    "okay that's enough", "no more reminders", "please stop", "cancel that", "cancel it", "never mind",
    "forget it", "enough", "okay you can stop", "that will do", "alright stop", "I'm done you can stop",
    "thanks that's enough",
    "cancel the reminders", "stop the reminders please", "you don't need to remind me anymore",
    "okay we're done",
    "quit reminding me", "turn that off", "turn off the reminder", "stop telling me that",
    "drop that reminder",
    "cancel all reminders", "stop everything", "cancel everything", "okay I'm good now stop",
    "let's stop here",
)  # fmt: skip
STOP_ONE = (
    "never mind the {w}", "cancel the {w}", "forget about the {w}", "stop the {w} reminder",
    "cancel the {w} reminder",
    "I don't need the {w} reminder anymore", "no need to remind me to {a}", "stop telling me to {a}",
    "stop reminding me to {a}",
    "you can stop the {w} one", "drop the {w} one", "skip the {w}", "I already did the {w}",
    "delete the {w} timer",
    "you don't have to remind me to {a}", "turn off the {w} reminder", "forget the {w}",
    "cancel the one about the {w}",
)  # fmt: skip
UNFINISHED = (
    "remind me to", "can you remind me", "remind me in", "in ten minutes", "every twenty seconds",
    "set a timer", "tell me when",
    "I need a reminder", "remind me to call", "at half past", "could you maybe remind me to",
    "set a reminder for",
    "every hour or so I", "remind me about the thing", "remind me later to", "I should set a reminder for",
)  # fmt: skip
NO_REQUESTS = (
    "she told me to stop", "I asked him to remind me in ten minutes", "he said stop it",
    "my phone reminds me to drink every hour",
    "yesterday I set a timer for five minutes and forgot it", "the bus comes every twenty minutes",
    "I need to stop at the store",
    "stop signs are red you know", "they remind me of my grandparents", "it takes about five minutes",
    "that reminds me of a song",
    "my watch tells me to stand up every hour", "I go running every morning",
    "in ten minutes the meeting starts",
    "the doctor says I should drink every hour", "we stopped at a nice village",
    "the alarm at work went off again",
    "she reminds him to call every sunday", "in two hours we will be home",
    "do you remember when we set that alarm",
    "he can't stop talking", "I told the kids to stop", "the rain stopped an hour ago",
    "the timer in the kitchen is broken",
    "no mom I am not cancelling the trip", "mark stop pulling the cat's tail",
    "tell her to call me in an hour",
    "I said never mind to the waiter", "enough people came to the party",
    "the kids asked me to wake them at seven",
    "could you remind me he said and I laughed", "the recipe says stir every two minutes",
    "every four seconds a car goes by",
    "they cancelled the flight", "the show was cancelled last year", "I forgot it at home",
    "we do that every thirty minutes at work",
    "he always says breathe in and out", "the teacher told us to breathe in every four seconds",
    "don't stop now he shouted",
)  # fmt: skip
DUE_FORMS = ("{A}.",) * 9 + ("Time to {a}.", "Please {a}.", "Remember to {a}.")

_NOUN_STOPS = frozenset(
    [
        "my",
        "your",
        "the",
        "a",
        "an",
        "some",
        "on",
        "in",
        "out",
        "of",
        "up",
        "and",
        "to",
        "for",
        "off",
        "back",
        "down",
        "home",
        "it",
        "around",
        "over",
    ]
)


def spoken(told: str, p: Pick) -> str:
    """How a due reminder is worded: its own words, sometimes with a short frame."""
    if " / " in told or told.endswith(("up", "timer", "over")) or len(told.split()) < 2:
        return sentence(told)
    form = p.random.choice(DUE_FORMS)
    return form.format(A=told[:1].upper() + told[1:], a=told)


def lead(p: Pick) -> str:
    return p.of(LEADS)


def complete(phrase: str, last_is_action: bool, told: str, open_time: bool) -> bool:
    """Whether the request can be acted on at its last word, without waiting for the pause."""
    return not (last_is_action and told in EXTENDABLE) and not (not last_is_action and open_time)


def request(p: Pick, avoid: set[str] | None = None) -> tuple[str, str, str, bool, float]:
    """One request: (speech, call, reminder text, may act at the last word, period in seconds or 0)."""
    alternating = p.maybe(0.16)
    said, told = p.of(ALTERNATING if alternating else ACTIONS)
    while avoid and told in avoid:
        said, told = p.of(ACTIONS)
        alternating = False
    kind = (
        "every" if alternating else p.random.choices(["every", "after", "at", "timer"], [45, 32, 13, 10])[0]
    )
    if kind == "every":
        template, when = p.of(EVERY), period(p)
        text, call = template.format(a=said, p=when), f"every {when}"
        if p.maybe(0.15):
            limit = p.of(LIMITS).format(d=duration(p), n=number(p), c=clock_time(p)[0])
            if template.endswith("{p}"):
                return f"{lead(p)}{text}@0 {limit}@1", f"{call}|{call} {limit}", told, True, 1.0
            text, call = text.replace(when, f"{when} {limit}", 1), f"{call} {limit}"
        ok = complete(text, template.endswith("{a}"), told, False)
        return f"{lead(p)}{text}", f"call {call}: {told}", told, ok, 1.0
    if kind == "after":
        template, when = p.of(AFTER), duration(p)
        ok = complete(
            "",
            template.endswith("{a}"),
            told,
            when in ("an hour", "one hour", "a minute", "one minute", "two hours"),
        )
        return f"{lead(p)}{template.format(a=said, d=when)}", f"call after {when}: {told}", told, ok, 0.0
    if kind == "at":
        template, (when, open_time) = p.of(AT), clock_time(p)
        ok = complete("", template.endswith("{a}"), told, open_time)
        return f"{lead(p)}{template.format(a=said, c=when)}", f"call at {when}: {told}", told, ok, 0.0
    template, when = p.of(PLAIN_TIMERS), duration(p)
    told = f"{when} are up" if when.split()[0] not in ("a", "an", "one", "half", "1") else f"{when} is up"
    if p.maybe(0.25) and template in ("set a timer for {d}", "start a timer for {d}", "timer for {d}"):
        thing = p.of(
            [
                "pasta",
                "eggs",
                "tea",
                "pizza",
                "laundry",
                "rice",
                "break",
                "cake",
                "meeting",
                "potatoes",
                "bread",
                "dough",
            ]
        )
        return (
            f"{lead(p)}{template.format(d=when)}@0 for the {thing}@1",
            f"after {when}|after {when}", f"{told}|{thing} timer", True, 0.0,
        )  # fmt: skip
    ok = template.endswith(("timer", "over", "passed", "countdown", "clock", "up", "me")) or when[-1] == "s"
    return f"{lead(p)}{template.format(d=when)}", f"call after {when}: {told}", told, ok, 0.0


def repaired(p: Pick, text: str, call: str) -> str:
    """Put a restart or a correction before the time: "every five no wait every ten seconds"."""
    for unit in ("every ", "in ", "after ", "at "):
        where = f" {unit}"
        if where in f" {text}" and call.startswith(f"call {unit.strip().replace('in', 'after')}"):
            wrong = {"every ": period(p), "at ": clock_time(p)[0]}.get(unit, duration(p))
            if p.maybe(0.4):
                wrong = wrong.split()[0]
            head, tail = f" {text}".split(where, 1)
            return f"{head}{where}{wrong} {p.of(REPAIRS)} {unit}{tail}".strip()
    return text


def disfluent(p: Pick, text: str) -> str:
    """Scatter an "um" or a repeated word, as people speak."""
    words = text.split()
    if len(words) > 4 and p.maybe(0.18):
        k = p.random.randrange(1, len(words) - 1)
        extra = p.random.choice(["um", "uh", "like", "you know", words[k].split("@")[0], "er"])
        words.insert(k, extra)
    return " ".join(words)


def ask(s: Stream, avoid: set[str]) -> tuple[str, float]:
    """The user asks for a reminder; returns its text and 1.0 if it repeats."""
    p = s.pick
    text, call, told, now, repeats = request(p, avoid)
    if "|" in call or "@1" in text:
        first, second = call.split("|")
        a, b = (told.split("|") * 2)[:2]
        s.hear(
            text,
            [
                (f"call {first.removeprefix('call ')}: {a}".lower(), "timer"),
                (f"call {second}: {b}".lower(), "timer"),
            ],
        )
        return b.lower(), repeats
    if p.maybe(0.1):
        text = repaired(p, text, call)
    s.hear(
        disfluent(p, text),
        [(call.lower().replace("p.m.", "pm"), "timer")],
        at_pause=not now and p.maybe(0.85),
    )
    return told.lower(), repeats


def fire(s: Stream, told: str, count: int, noise, gap: float) -> None:
    """The rule falls due `count` times, alternating where it has two texts."""
    texts = told.split(" / ")
    for k in range(count):
        if s.pick.maybe(0.4):
            noise(s)
        s.now += gap
        text = texts[k % len(texts)]
        s.put("due", text, f"say {spoken(text, s.pick)}", "due")


def reminders(s: Stream, noise) -> None:
    """One session with reminders: set, changed, due, cancelled, and the talk around them."""
    p = s.pick
    rules: dict[str, float] = {}
    for _ in range(p.random.choice([1, 1, 1, 2, 2, 3])):
        if p.maybe(0.5):
            noise(s)
        if p.maybe(0.15):
            s.hear(lead(p) + p.of(UNFINISHED), pause=0.9)
            s.wait(0.5, 4)
            noise(s)
        told, repeats = ask(s, set(rules))
        rules[told] = repeats
        if p.maybe(0.18):
            s.wait(0.5, 5)
            when = f"every {period(p)}" if repeats else f"after {duration(p)}"
            heard = when.split(" ", 1)[1] if p.maybe(0.6) else when.replace("after", "in")
            s.hear(p.of(CHANGES).format(t=heard), [(f"call {when}: {told}".lower(), "change")])
        if p.maybe(0.4):
            noise(s)
        if p.maybe(0.75):
            fire(s, told, p.random.randint(1, 4) if repeats else 1, noise, p.random.uniform(1.5, 30))
            if not repeats:
                rules.pop(told)
    if p.maybe(0.35):
        s.hear(p.of(NO_REQUESTS))
    if rules:
        cancel(s, rules)
    elif p.maybe(0.3):
        s.hear(
            p.of(["okay thanks", "thank you", "great", "perfect thanks", "okay", "got it", "cool", "done"])
        )
    noise(s)


def cancel(s: Stream, rules: dict[str, float]) -> None:
    p = s.pick
    named = [rule for rule in rules if " / " not in rule and rule.split()[-1] not in ("up", "over")]
    if len(rules) > 1 and named:
        rule = p.random.choice(named)
        nouns = [w for w in rule.split() if w not in _NOUN_STOPS]
        back = f" {rule} ".replace(" your ", " my ").strip()
        s.hear(p.of(STOP_ONE).format(w=nouns[-1], a=back), [(f"call cancel: {rule}", "cancel")])
        rules.pop(rule)
        if p.maybe(0.4):
            s.wait(1, 10)
            s.hear(stop_words(p, alone=len(rules) == 1), [("call cancel: all", "cancel")])
    elif p.maybe(0.75):
        s.hear(stop_words(p, alone=len(rules) == 1), [("call cancel: all", "cancel")])


def stop_words(p: Pick, alone: bool) -> str:
    """Words that end everything. With a single rule "stop" and "enough" are complete as they are said."""
    phrase = p.of(STOP_ALL)
    for word in ("stop", "enough"):
        if alone and f" {word} " in f" {phrase} ":
            return " ".join(f"{w}@0" if w == word else w for w in phrase.split())
    return phrase
