"""The page of the mock: static files that are loaded from nowhere else."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path

from ..http.messages import Request, Response

_FOLDER = Path(__file__).with_name("page_files")
_TYPES = {
    ".html": b"text/html; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
}
_CONTENT_SECURITY_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
    b" base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_files() -> dict[str, Callable[[Request], Response]]:
    """Return what responds with each file of the page, by its path below `/_mock/`."""
    files: dict[str, Callable[[Request], Response]] = {
        f"page/{file.name}": partial(_respond, file) for file in _FOLDER.iterdir()
    }
    return files | {"": files["page/index.html"]}


def _respond(file: Path, _: Request) -> Response:
    headers = (
        (b"content-type", _TYPES[file.suffix]),
        (b"content-security-policy", _CONTENT_SECURITY_POLICY),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-cache"),
    )
    return Response(HTTPStatus.OK, file.read_bytes(), headers)
