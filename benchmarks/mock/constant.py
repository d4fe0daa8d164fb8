"""A server that returns a constant for whatever it receives: the limit of Python with uvloop."""

import asyncio
import sys
from typing import cast

import uvloop

BODY = b"x" * 440
RESPONSE = (
    b"HTTP/1.1 200 OK\r\ndate: Thu, 26 Nov 2026 12:00:00 GMT\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\n\r\n%b" % (len(BODY), BODY)
)


class Constant(asyncio.Protocol):
    """One connection, in which each piece of data is taken for a request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, _: bytes) -> None:
        """Respond."""
        self._transport.write(RESPONSE)


async def serve(port: int) -> None:
    """Serve on a port of the loopback interface until interrupted."""
    server = await asyncio.get_running_loop().create_server(Constant, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
