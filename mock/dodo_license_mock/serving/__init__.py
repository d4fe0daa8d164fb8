"""Serving: the mock over TCP, as an ASGI application and as an in-process httpx transport."""
