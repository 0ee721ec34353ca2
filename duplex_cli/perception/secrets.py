"""Masks what looks like a secret in a line of text: keys, tokens, passwords, card numbers.

Meant to err on the safe side: a harmless long word masked costs nothing, a key that is read aloud or kept in
a journal does. Formats are those that the issuers document; lengths are not insisted on, because a reader of
pictures loses or doubles signs, and because a key is dangerous half typed, too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

MASK = "[masked]"
"""Stands for a secret. It is an expression in most languages, so that a masked line of code still parses."""

_PREFIXED = re.compile(
    r"""(?x)
    (?<![A-Za-z0-9])(?:
      (?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{6,}            # Amazon
    | gh[pousr]_\w{6,} | github_pat_\w{6,}                     # GitHub
    | gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[\w-]{6,}          # GitLab
    | xox[abeoprs]-[\w-]{6,} | xapp-[\w-]{6,}                  # Slack
    | AIza[\w-]{6,} | ya29\.[\w-]{6,} | GOCSPX-[\w-]{6,}       # Google
    | (?:sk|rk|pk)_(?:live|test)_\w{6,} | whsec_\w{6,}         # Stripe
    | sk-(?:ant-|proj-|or-)?[\w-]{12,}                         # OpenAI, Anthropic, OpenRouter
    | (?:hf|npm|gsk|r8|nvapi|lin_api|secret|ntn|pul|dckr_pat|dop_v1|doo_v1|dor_v1|shpat|shpss|shpca|shppa|xai
       |phc|phx|pplx|figd|glsa|glc|sbp|tskey-auth|tskey-api|rnd|vercel|fo1|ddog|sntrys|sntryu|cfut)[_-][\w-]{10,}
    | pypi-[\w-]{10,} | SG\.[\w.-]{10,}                        # PyPI, SendGrid
    | key-[0-9a-f]{16,} | (?:AC|SK)[0-9a-f]{24,}               # Mailgun, Twilio
    | sq0(?:atp|csp|idb)-[\w-]{10,} | EAA[A-Za-z0-9]{16,}      # Square, Facebook
    | eyJ[\w-]{6,}(?:\.[\w-]*)*                                # JSON Web Tokens
    | AGE-SECRET-KEY-\w{6,} | PMAK-[\w-]{10,} | HRKU-[\w-]{10,} | NRAK-\w{10,}
    | A3-[A-Z0-9]{6}-[\w-]{10,} | ops_eyJ[\w-]{6,}             # 1Password
    | \d{8,10}:A[\w-]{30,}                                     # Telegram bots
    | \$(?:2[abxy]|5|6|y|argon2(?:id|i|d))\$\S{10,}            # password hashes of crypt(3)
    | (?:[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{20,})                 # Discord bots
    )"""
)

_WORD = (
    r"pass(?:word|wd|phrase|code|wort)?|pwd|pw|contraseña|kennwort|secret|token|api[ _-]?key|access[ _-]?key"
    r"|secret[ _-]?key|private[ _-]?key|account[ _-]?key|shared[ _-]?access[ _-]?key|client[ _-]?secret"
    r"|auth[ _-]?key|auth[ _-]?token|encryption[ _-]?key|signing[ _-]?key|license[ _-]?key|recovery[ _-]?key"
    r"|credentials?|bearer|session[ _-]?id|sessionid|connection[ _-]?string|seed[ _-]?phrase"
    r"|recovery[ _-]?phrase|mnemonic|otp|cvv|cvc|pin"
)
_CODE_VALUE = (
    r"(?:None|null|undefined|nil|true|false|True|False|str|int|bytes|bool|float|string|number|String|Optional"
    r"|SecretStr|any|Any|self|this|await|new|not|lambda|function)\b(?![-@#$%!])"
)
_NAMED = re.compile(
    rf"""(?xi)
    (?P<name>(?<![A-Za-z])(?:[\w.-]*[_.-]|\w+(?=password|passwd|passphrase|token|secret))?(?P<word>{_WORD})
      (?:[_-]?(?:value|string|id|text|hash|prod|production|dev|staging|test|old|new|main|default|key|\d+))?["'\])]{{0,2}}
      \s*(?::=|=>|[:=]|\bis\b)\s*(?:(?:bearer|basic|token)\s+)?)
    (?P<value>"(?![),;\]}}])(?:[^"\\]|\\.)+"? | '(?:[^'\\]|\\.)+'? | `[^`]+`?
      | (?!{_CODE_VALUE}|[\s"'`(){{}}\[\]<>=$,;:])[^\s"'`,;<>]+)"""
)
_PHRASE = re.compile(
    r"(?i)\b((?:seed|recovery|secret|backup)[ _-]?phrase|mnemonic|(?:recovery|backup) codes?)\b"
    r"(\s*[:=]?\s*)(\S.*)"
)
_CALL = re.compile(r"[A-Za-z_][\w.]*[(\[{]|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|[A-Za-z_]\w*\)+:?$")
"""A value that is code and not a secret itself: a call, an attribute, the last argument of a call."""

_HEADER = re.compile(
    r"(?i)\b(authorization|proxy-authorization|x-[\w-]*(?:key|token)|(?:set-)?cookie)(\s*:\s*)(.+)"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)(\s+)([\w.~+/=-]{8,})")
_OPTION = re.compile(
    r"(?i)(?<!\w)(--?(?:password|passwd|passphrase|pass|token|secret|api-?key|access-key|auth)[ =]+)"
    r"""("[^"]*"?|'[^']*'?|[^\s"'-]\S*)"""
)
_SHORT_OPTION = re.compile(
    r"""(?x)(\b(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|7z|zip|unzip|redis-cli|smbclient|ldapsearch
    |docker\ login)\b.*?\s-(?:p|a|w|P)\s?)("[^"]*"?|'[^']*'?|[^\s-]\S*)"""
)
_USER_PASS = re.compile(r"""(?i)(\bcurl\b.*?\s(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']+:)([^\s"']+)""")
_URL = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]*:)([^\s/@]+)(?=@)")
_QUERY = re.compile(
    r"(?i)([?&](?:\w*(?:key|token|secret|signature|password|passwd|sig|auth|code)|sv|se)=)([^&\s\"']+)"
)
_ELEMENT = re.compile(rf"(?i)(<(?:[\w.:-]*[_.:-])?(?:{_WORD})\b[^>]*>\s*)([^<\s][^<]*)")
_HOOK = re.compile(
    r"(?i)((?:hooks\.slack\.com/(?:services|workflows)|discord(?:app)?\.com/api/webhooks"
    r"|[\w-]+\.webhook\.office\.com|api\.telegram\.org)/)(\S+)"
)
_NETRC = re.compile(r"(?i)(\bmachine\s+\S+\s+login\s+\S+\s+password\s+|^\s*password\s+)(\S+)$")
_PEM = re.compile(r"(?i)-{3,5}\s?(?:begin|end)[ \w]*(?:private|secret|pgp message|encrypted)[ \w]*.*")
_ONE_TIME = re.compile(
    r"(?i)(\b(?:verification|security|login|one[- ]time|sign[- ]in|confirmation|2fa|auth\w*)\s+"
    r"(?:pass)?codes?\b\D{0,20}"
    r"|\bcode is\s+|\bG-)(\d[\d -]{2,10}\d)"
)
_CARD = re.compile(
    r"(?<![\w.])(?:[3-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5})(?!\w)"
)
"""Not held to its check digit (ISO/IEC 7812-1): one misread digit would let the rest through."""
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_SOCIAL = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
_CHUNK = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_HEX = re.compile(r"(?<![A-Za-z0-9])(?:[0-9a-fA-F]{32,}|0x[0-9a-fA-F]{32,})(?![A-Za-z0-9])")

RANDOM_BITS = 3.3
"""Entropy of the signs of a random-looking piece of 20 signs and more, bits a sign. detect-secrets takes 4.5
for base64 and 3.0 for hexadecimal; lower here, since digits, capitals and small letters must all be there."""


IBAN_DIGITS = 10
"""Digits in an account number (ISO 13616) at least; a constant of letters has fewer."""

SHORTEST_NUMBER = 3
"""Digits: the code on the back of a card has three; what has fewer is a count."""


def mask(text: str) -> str:
    """`text` with everything in it that looks like a secret replaced by MASK. Idempotent."""
    if len(text) < 4:
        return text
    if _PEM.search(text):
        return _PEM.sub(MASK, text)
    text = _PREFIXED.sub(MASK, text)
    text = _HEADER.sub(rf"\1\2{MASK}", text)
    text = _PHRASE.sub(rf"\1\2{MASK}", text)
    for pattern in (_OPTION, _SHORT_OPTION, _USER_PASS, _URL, _QUERY, _ELEMENT, _HOOK, _NETRC, _ONE_TIME):
        text = pattern.sub(rf"\1{MASK}", text)
    text = _NAMED.sub(_value, text)
    text = _BEARER.sub(rf"\1\2{MASK}", text)
    text = _CARD.sub(MASK, text)
    text = _IBAN.sub(lambda m: MASK if sum(map(str.isdecimal, m[0])) >= IBAN_DIGITS else m[0], text)
    text = _SOCIAL.sub(MASK, text)
    text = _HEX.sub(MASK, text)
    return _CHUNK.sub(lambda m: MASK if _random(m[0]) else m[0], text)


def _value(match: re.Match[str]) -> str:
    value = match["value"]
    bare = value.rstrip(")").casefold()
    if value.startswith(MASK) or _CALL.match(value) or bare == match["word"].casefold():
        return match[0]
    if bare.isdecimal() and len(bare) < SHORTEST_NUMBER:
        return match[0]
    quote = value[0] if value[0] in "\"'`" else ""
    end = quote if quote and value.endswith(quote) and len(value) > 1 else ""
    return f"{match['name']}{quote}{MASK}{end}"


def _random(piece: str) -> bool:
    """Whether a long piece looks drawn by lot: capitals, small letters and digits, well mixed."""
    classes = (str.isupper, str.islower, str.isdecimal)
    if not all(any(kind(sign) for sign in piece) for kind in classes):
        return False
    runs = sum(_kind(a) != _kind(b) for a, b in pairwise(piece))
    counts = Counter(piece)
    bits = -sum(n / len(piece) * math.log2(n / len(piece)) for n in counts.values())
    # Names made of words (parseHttp2Response) seldom change their kind of sign; random ones at every other.
    return bits >= RANDOM_BITS and runs >= 0.35 * len(piece)


def _kind(sign: str) -> int:
    return 0 if sign.isdecimal() else 1 if sign.isupper() else 2 if sign.islower() else 3
