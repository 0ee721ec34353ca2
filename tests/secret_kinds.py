"""Lines as they stand on screens, each with a secret of one kind: (kind, line, the secret in it).

All are drawn by lot from a fixed seed; none was ever valid.
"""

from __future__ import annotations

import random
import string

BASE62 = string.ascii_letters + string.digits


def _lot(rng: random.Random, length: int, signs: str = BASE62) -> str:
    return "".join(rng.choices(signs, k=length))


def _card(rng: random.Random, prefix: str, length: int) -> str:
    digits = [int(d) for d in prefix + _lot(rng, length - len(prefix) - 1, string.digits)]
    doubled = [d * 2 - 9 * (d > 4) if n % 2 == 0 else d for n, d in enumerate(reversed(digits))]
    return "".join(map(str, digits)) + str(-sum(doubled) % 10)


def planted(seed: int = 5) -> list[tuple[str, str, str]]:
    """One line for each kind."""
    rng = random.Random(seed)
    upper, lower, hexa = string.ascii_uppercase + string.digits, string.ascii_lowercase, "0123456789abcdef"
    kinds: list[tuple[str, str, str]] = []

    def add(kind: str, line: str, secret: str) -> None:
        kinds.append((kind, line.replace("@@", secret), secret))

    add("aws id", "aws_access_key_id = @@", "AKIA" + _lot(rng, 16, upper))
    add("aws session id", 'id: "@@"', "ASIA" + _lot(rng, 16, upper))
    add("aws secret", "AWS_SECRET_ACCESS_KEY=@@", _lot(rng, 40))
    add("github token", "git clone https://x:@@@github.com/a/b", "ghp_" + _lot(rng, 36))
    add("github app", "export GH=@@", "ghs_" + _lot(rng, 36))
    add("github fine", 'gh = "@@"', "github_pat_" + _lot(rng, 22) + "_" + _lot(rng, 59))
    add("gitlab", "echo @@ | glab auth login", "glpat-" + _lot(rng, 20))
    add("slack bot", 'client = WebClient("@@")', f"xoxb-{_lot(rng, 11, string.digits)}-{_lot(rng, 24)}")
    add(
        "slack hook",
        "https://hooks.slack.com/services/@@",
        f"T{_lot(rng, 8, upper)}/B{_lot(rng, 8, upper)}/{_lot(rng, 24)}",
    )
    add("google api", "maps?k=@@", "AIza" + _lot(rng, 35))
    add("google oauth", "ya: @@", "ya29." + _lot(rng, 60))
    add("google client", 'client_secret: "@@"', "GOCSPX-" + _lot(rng, 28))
    add("stripe live", "stripe.api_key = '@@'", "sk_live_" + _lot(rng, 24))
    add("stripe hook", "endpoint @@", "whsec_" + _lot(rng, 32))
    add("openai", 'OpenAI("@@")', "sk-proj-" + _lot(rng, 48))
    add("anthropic", "x-api-key: @@", "sk-ant-api03-" + _lot(rng, 60))
    add("hugging face", "huggingface-cli login --token @@", "hf_" + _lot(rng, 34))
    add("npm", "//registry.npmjs.org/:_authToken=@@", "npm_" + _lot(rng, 36))
    add("pypi", "password = @@", "pypi-AgEIcHlwaS5vcmc" + _lot(rng, 60))
    add("sendgrid", "SENDGRID=@@", f"SG.{_lot(rng, 22)}.{_lot(rng, 43)}")
    add("twilio", "twilio sid @@", "SK" + _lot(rng, 32, hexa))
    add("mailgun", "mailgun @@", "key-" + _lot(rng, 32, hexa))
    add("square", "square @@", "sq0atp-" + _lot(rng, 22))
    add("shopify", "shop: @@", "shpat_" + _lot(rng, 32, hexa))
    add("digitalocean", "doctl auth init -t @@", "dop_v1_" + _lot(rng, 64, hexa))
    add("telegram", "https://api.telegram.org/bot@@/getMe", f"{_lot(rng, 9, '123456789')}:AA{_lot(rng, 33)}")
    add(
        "discord hook",
        "https://discord.com/api/webhooks/@@",
        f"{_lot(rng, 18, string.digits)}/{_lot(rng, 60)}",
    )
    add("jwt", "Cookie: jwt=@@", f"eyJ{_lot(rng, 30)}.eyJ{_lot(rng, 40)}.{_lot(rng, 43)}")
    add("bearer", "Authorization: Bearer @@", _lot(rng, 30))
    add("basic auth", 'curl -H "Authorization: Basic @@"', _lot(rng, 24))
    add("cookie", "Set-Cookie: session=@@; Path=/", _lot(rng, 26, lower))
    add("pem body", "@@", _lot(rng, 64))
    add("openssh body", "b3BlbnNzaC1rZXktdjE@@", _lot(rng, 50))
    add("age key", "age: @@", "AGE-SECRET-KEY-1" + _lot(rng, 58, upper))
    add("wireguard", "PrivateKey = @@=", _lot(rng, 43))
    add("password assigned", 'password = "@@"', _lot(rng, 9, lower))
    add("password in json", '  "db_password": "@@",', "!" + _lot(rng, 8))
    add("password in yaml", "  admin_password: @@", _lot(rng, 10, lower))
    add("password in xml", "<password>@@</password>", _lot(rng, 10, lower))
    add("password in env", "PGPASSWORD=@@ psql -h db", _lot(rng, 10, lower))
    add("password said", "your password is @@", _lot(rng, 8, lower) + "7")
    add("mysql option", "mysql -u root -p@@ shop", _lot(rng, 10, lower))
    add("long option", "backup --password @@ --all", _lot(rng, 10, lower))
    add("curl user", "curl -u bob:@@ https://example.org", _lot(rng, 10, lower))
    add("url password", "postgres://bob:@@@db.example.org/shop", _lot(rng, 10, lower))
    add("netrc", "machine example.org login bob password @@", _lot(rng, 10, lower))
    add("query token", "https://example.org/file?access_token=@@&x=1", _lot(rng, 18, lower))
    add("azure storage", "AccountName=shop;AccountKey=@@==", _lot(rng, 86))
    add("connection string", "Server=db;User=sa;Pwd=@@;", _lot(rng, 10, lower))
    add("seed phrase", "seed phrase: @@", "ripple canyon velvet orbit pencil siren")
    add("one-time code", "Your verification code is @@", _lot(rng, 6, "123456789"))
    add("totp", "otpauth://totp/x?secret=@@&issuer=y", _lot(rng, 32, string.ascii_uppercase))
    add("visa", "card @@ 09/29", _card(rng, "4", 16))
    add("mastercard spaced", "@@", " ".join(_card(rng, "53", 16)[n : n + 4] for n in (0, 4, 8, 12)))
    add("amex", "amex @@", _card(rng, "37", 15))
    add("cvv", "CVV: @@", _lot(rng, 3, "123456789"))
    add("iban", "IBAN @@", "DE89370400440532013000")
    add("social security", "SSN @@", "536-22-8417")
    add("bcrypt", "bob:@@", "$2y$10$" + _lot(rng, 53))
    add("sha512 crypt", "root:@@:19000:0", "$6$" + _lot(rng, 8) + "$" + _lot(rng, 86))
    add("hex key", "key @@", _lot(rng, 64, hexa))
    return kinds


HARMLESS = [
    "def login(user: str, password: str) -> bool:",
    "tokens = line.split()",
    "for token in tokens:",
    "password = getpass.getpass()",
    "self.password = password",
    'print("Enter password:")',
    "max_tokens: 512",
    "token_count = 5",
    "passed = 3 == 3",
    'return f"{name}: {value}"',
    "from duplex_cli.perception.screen_text import LineReader",
    "test_the_display_dies_and_the_source_lives_again",
    "parseHttp2ResponseHeadersFromStream(connection)",
    "total = sum(price * count for price, count in rows)",
    "2026-11-30 21:53:57 INFO started in 1234567 ms",
    "https://example.org/a/long/path/to/a/page.html?page=2",
    'api_key=os.environ["KEY"]',
    "const token = await getToken();",
    "/home/bob/projects/duplex/perception/text_lines.py",
    "SELECT id, name FROM users WHERE id = 42;",
    "call +1 555 0100 or +49 30 901820",
]
"""Lines that must be left alone."""
