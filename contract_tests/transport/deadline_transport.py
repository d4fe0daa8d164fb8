"""HTTP over TCP with a deadline for the whole response, headers included."""

import threading
import time
from typing import Any

import httpcore
import httpx


class DeadlineTransport(httpx.HTTPTransport):
    """Sends requests over TCP; each response must be complete within a number of seconds.

    A timeout of httpx starts again with every byte. This deadline covers the whole response, in
    the thread that sent the request.

    Args:
        seconds: From sending a request to the last byte of its response.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._deadline = _Deadline()
        # httpx offers no other way to choose the network.
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=_Network(self._deadline)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the response body must be read in the same thread."""
        self._deadline.at = time.monotonic() + self._seconds
        return super().handle_request(request)


class _Deadline(threading.local):
    at = float("inf")

    def cap(self, timeout: float | None) -> float:
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the response took too long")
        return left if timeout is None else min(left, timeout)


class _Network(httpcore.SyncBackend):
    def __init__(self, deadline: _Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(*args, **kwargs), self._deadline)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.cap(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(*args, **kwargs), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
