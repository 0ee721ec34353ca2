"""A small MCP server for tests: over stdio, or with --http on a free port, whose address it prints."""

from __future__ import annotations

import asyncio
import os
import socket
import sys

from mcp.server.mcpserver import MCPServer

server = MCPServer("sky")


@server.tool()
def weather(city: str) -> str:
    """The weather in a city."""
    return f"{os.environ.get('DUPLEX_TEST_WORD', 'sun')} in {city}"


@server.tool()
def set_level(level: int) -> str:
    """Set a level."""
    return f"level {level}"


@server.tool()
async def wait(seconds: float) -> str:
    """Answer after so many seconds."""
    await asyncio.sleep(seconds)
    return "waited"


if __name__ == "__main__":
    if "--http" in sys.argv:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        print(f"http://127.0.0.1:{port}/mcp", flush=True)
        server.run("streamable-http", port=port)
    else:
        server.run()
