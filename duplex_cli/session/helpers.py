"""Makes a session's help from its profile: built-in tools, MCP servers, the background mind."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from duplex_cli.background.engines import ThinkingEngine, UrlEngine
from duplex_cli.background.mind import Thoughts, mind_tool
from duplex_cli.background.minutes import Minutes
from duplex_cli.background.offer import MOST_OFFERS, Offer, Tool, offering_task
from duplex_cli.errors import UserError
from duplex_cli.profile import Profile
from duplex_cli.session.help import Closing, Help
from duplex_cli.session.thinking import LocalEngine
from duplex_cli.session.tool_host import BuiltinTools


@dataclass(frozen=True, slots=True)
class Hired:
    """The help of one session and what the interaction model is told of it."""

    help: Help | None
    offers: tuple[Offer, ...]
    task: str
    """The profile's task with the tools and the background model named in the trained form."""


def hire(profile: Profile, session: str, model: Path | None, note: Callable[[str], None]) -> Hired:
    """Start what the profile names; `model` is the background model's file where it runs here.

    `note` is told of restarts. Raises UserError for a server that does not answer.
    """
    closing: list[Closing] = []
    try:
        tools = _tools(profile, session, closing)
        offers = tuple(tool.offer for tool in tools)
        engine = _engine(profile, model, note)
    except UserError:
        for started in closing:
            started.close()
        raise
    task = offering_task(profile.task, offers, engine is not None)
    if not tools and engine is None:
        return Hired(None, (), task)
    minutes, thoughts = Minutes(profile.task), Thoughts()
    if engine is not None:
        closing.append(engine)
        tools.append(mind_tool(engine, minutes, profile.background, thoughts))
    return Hired(Help(tools, minutes, thoughts, closing), offers, task)


def _tools(profile: Profile, session: str, closing: list[Closing]) -> list[Tool]:
    tools: list[Tool] = []
    if profile.work.builtin:
        paths = [Path(path) for path in profile.work.paths]
        builtin = BuiltinTools(profile.work.builtin, paths, session, profile.work.timeout_s)
        closing.append(builtin)
        tools += builtin.tools
    if profile.tools:
        from duplex_cli.background.servers import Servers  # loads a web stack: only where it is wanted

        servers = Servers(profile.tools)
        closing.append(servers)
        tools += servers.tools
    names = [tool.offer.name for tool in tools]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UserError(f"two tools are called {twice}; leave one out with `only` of its server")
    if len(tools) > MOST_OFFERS:
        raise UserError(
            f"{len(tools)} tools are more than the model can choose among ({MOST_OFFERS}); "
            "name those you need in `only` of their server"
        )
    return tools


def _engine(profile: Profile, model: Path | None, note: Callable[[str], None]) -> ThinkingEngine | None:
    settings = profile.background
    if settings.url:
        return UrlEngine(settings.url, settings.name, settings.key_variable)
    if not settings.model:
        return None
    if model is None:
        raise ValueError("the background model's file was not found out")
    threads = max(1, (os.cpu_count() or 2) // 2)
    return LocalEngine(model, settings.context, threads, note)
