"""The mock over ASGI, over TCP and as an httpx transport."""
