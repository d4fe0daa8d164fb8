"""Records the exchanges with the API as a HAR file, without secrets."""

from datetime import datetime
from pathlib import Path

from dodo_license_recording import HarWriter, Message, Recorded

from ..http.messages import Request, Response


class Recording:
    """A HAR file of every exchange with the API.

    Args:
        path: The file to create. An existing file is replaced.

    Raises:
        OSError: The file cannot be created.
    """

    def __init__(self, path: Path) -> None:
        self._writer = HarWriter(path, complete=True)

    def record(
        self, request: Request, response: Response, started: datetime, seconds: float
    ) -> None:
        """Append an exchange.

        Args:
            request: The request.
            response: The response to it.
            started: The time of the mock's clock.
            seconds: How long the response took.
        """
        headers = [("host", _text(request.host))] if request.host else []
        if request.authorization is not None:
            headers.append(("authorization", _text(request.authorization)))
        if request.content_type is not None:
            headers.append(("content-type", _text(request.content_type)))
        query = f"?{_text(request.query)}" if request.query else ""
        host = _text(request.host) or "mock.invalid"
        self._writer.write(
            Recorded(
                started=started.timestamp(),
                seconds=seconds,
                method=request.method,
                url=f"http://{host}{request.path}{query}",
                request=Message(tuple(headers), request.body or b""),
                status=0 if response.reset else response.status,
                response=Message(
                    tuple((_text(name), _text(value)) for name, value in response.headers),
                    response.body,
                ),
                problem="the connection was reset" if response.reset else None,
            )
        )

    def note_change(self) -> None:
        """Note that the state or the clock was changed without an exchange."""
        self._writer.skip()

    def close(self) -> None:
        """Close the file."""
        self._writer.close()


def _text(data: bytes) -> str:
    return data.decode("latin-1")
