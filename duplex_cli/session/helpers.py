"""Makes a session's help from its profile: built-in tools, MCP servers, the background mind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from duplex_cli.background.builtin import builtin_tools
from duplex_cli.background.offer import MOST_OFFERS, Offer, Tool, offering_task
from duplex_cli.background.workbench import Workbench
from duplex_cli.errors import UserError
from duplex_cli.profile import Profile
from duplex_cli.session.help import Help, Helper


@dataclass(frozen=True, slots=True)
class Hired:
    """The help of one session and what the interaction model is told of it."""

    help: Help | None
    offers: tuple[Offer, ...]
    task: str
    """The profile's task with the tools and the background model named in the trained form."""


def hire(profile: Profile, session: str, mind: Helper | None = None) -> Hired:
    """Start what the profile names. Raises UserError for a server that does not answer."""
    tools: list[Tool] = []
    servers = None
    if profile.work.builtin:
        paths = [Path(path) for path in profile.work.paths]
        tools += builtin_tools(profile.work.builtin, paths, session, profile.work.timeout_s)
    if profile.tools:
        from duplex_cli.background.servers import Servers  # loads a web stack: only where it is wanted

        servers = Servers(profile.tools)
        tools += servers.tools
    names = [tool.offer.name for tool in tools]
    twice = next((name for name in names if names.count(name) > 1), None)
    try:
        if twice:
            raise UserError(f"two tools are called {twice}; leave one out with `only` of its server")
        if len(tools) > MOST_OFFERS:
            raise UserError(
                f"{len(tools)} tools are more than the model can choose among ({MOST_OFFERS}); "
                "name those you need in `only` of their server"
            )
    except UserError:
        if servers is not None:
            servers.close()
        raise
    offers = tuple(tool.offer for tool in tools)
    help_ = Help(Workbench(tools), mind, servers) if tools or mind is not None else None
    return Hired(help_, offers, offering_task(profile.task, offers, mind is not None))
