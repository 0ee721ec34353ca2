"""MCP servers as tools: the official client, in one thread with its event loop, beside the tick.

A server's tools are called by their schema; their descriptions and annotations come from the server and are
material: the level of a tool is the profile's word alone. What a server answers is text for a result.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from typing import Any

import mcp_types
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from duplex_cli.background.offer import Failed, Offer, Tool, plain_name
from duplex_cli.errors import UserError
from duplex_cli.paths import runtime_dir
from duplex_cli.profile import ToolServer

CONNECT_S = 20.0
"""A server has so long to start and list its tools: an interpreter with its packages takes some seconds."""

LOOK_S = 0.1
"""How often a waiting call looks whether it was cancelled, seconds."""

STOP_S = 3.0


class Servers:
    """Connections to the servers of a profile. `tools` are theirs, in the profile's order."""

    def __init__(self, named: Mapping[str, ToolServer]) -> None:
        """Connect to all. Raises UserError naming the server that does not answer."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="duplex-mcp", daemon=True)
        self._thread.start()
        self._closing: list[tuple[asyncio.Event, Future[None]]] = []
        self._logs = contextlib.ExitStack()
        self.tools: list[Tool] = []
        try:
            for name, server in named.items():
                self.tools += self._open(name, server)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End all connections and the programs started for them."""
        for leave, _ in self._closing:
            self._loop.call_soon_threadsafe(leave.set)
        for _, done in self._closing:
            with contextlib.suppress(Exception):  # a server that fails while it is left has been left
                done.result(STOP_S)
        self._closing = []
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_S)
        self._logs.close()

    def _open(self, name: str, server: ToolServer) -> list[Tool]:
        opened: Future[tuple[Client, list[mcp_types.Tool]]] = Future()
        leave = asyncio.Event()
        # One task enters and leaves the client: its cancel scopes belong to the task that made them.
        done = self._submit(self._serve(self._client(name, server), opened, leave))
        self._closing.append((leave, done))
        try:
            client, listed = opened.result(CONNECT_S)
        except TooLate:
            raise UserError(
                f"tools.{name}: no answer within {CONNECT_S:g} s; check its command or url"
            ) from None
        except Exception as error:
            raise UserError(f"tools.{name}: {_why(error)}; check its command or url") from error
        known = {tool.name for tool in listed}
        if missing := set(server.only) - known:
            raise UserError(
                f"tools.{name}: it has no tool {sorted(missing)[0]}; it has {', '.join(sorted(known))}"
            )
        return [
            self._tool(client, tool, server) for tool in listed if not server.only or tool.name in server.only
        ]

    def _client(self, name: str, server: ToolServer) -> Client:
        if server.url:
            return Client(server.url, read_timeout_seconds=server.timeout_s + STOP_S)
        environment = {key: os.environ[key] for key in server.env if key in os.environ}
        parameters = StdioServerParameters(
            command=server.command[0], args=list(server.command[1:]), env=environment or None
        )
        # What a server prints would break the terminal view: it goes to a file.
        log = self._logs.enter_context((runtime_dir() / f"tools-{name}.log").open("w", encoding="utf-8"))
        return Client(stdio_client(parameters, errlog=log), read_timeout_seconds=server.timeout_s + STOP_S)

    @staticmethod
    async def _serve(
        client: Client, opened: Future[tuple[Client, list[mcp_types.Tool]]], leave: asyncio.Event
    ) -> None:
        try:
            async with client:
                listed = await client.list_tools()
                opened.set_result((client, list(listed.tools)))
                await leave.wait()
        except BaseException as error:
            if opened.done():
                raise
            opened.set_exception(error)

    def _tool(self, client: Client, tool: mcp_types.Tool, server: ToolServer) -> Tool:
        def run(arguments: dict[str, Any], stop: threading.Event) -> str:
            pending = self._submit(client.call_tool(tool.name, arguments))
            while not stop.is_set():
                try:
                    return _text(pending.result(LOOK_S))
                except TooLate:
                    if pending.done():
                        raise Failed("no answer in time") from None
            pending.cancel()
            return ""

        offer = Offer(
            name=plain_name(tool.name),
            schema=dict(tool.input_schema),
            level=server.levels.get(tool.name, server.level),
            about=(tool.description or "").strip().split("\n")[0][:200],
        )
        return Tool(offer, run, server.timeout_s)

    def _submit(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


def _text(result: mcp_types.CallToolResult) -> str:
    """The text parts of an answer. Raises Failed where the server says that it is an error."""
    parts = [part.text for part in result.content if isinstance(part, mcp_types.TextContent)]
    text = "\n".join(parts).strip()
    if result.is_error:
        raise Failed(text[:200] or "it failed")
    return text or "done"


def _why(error: BaseException) -> str:
    """One line of what went wrong, from inside a group of exceptions where there is one."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return " ".join(str(error).split())[:160] or type(error).__name__
