"""The responses with one license key, which are encoded once for as long as the key is the same."""

from datetime import datetime
from http import HTTPStatus

from ..domain import key_changes
from ..domain.instants import FIRST_INSTANT, Moment
from ..domain.models import LicenseKey, Status
from ..http.messages import Response, json_response
from .responses import key_response

_OK = int(HTTPStatus.OK)
_MAX_KEPT = 1000


class KeyResponses:
    """Encodes license keys, and keeps the responses with the keys that they show."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[LicenseKey, Status, Response]] = {}

    def response(self, key: LicenseKey, moment: Moment) -> Response:
        """Return the response with a key at a moment. Its status is all that depends on it."""
        now = _instant(key, moment)
        status = key_changes.status(key, now)
        kept = self._kept.get(key.id)
        if kept is not None and kept[0] is key and kept[1] is status:
            return kept[2]
        response = json_response(_OK, key_response(key, now))
        if len(self._kept) >= _MAX_KEPT:
            self._kept.clear()
        self._kept[key.id] = (key, status, response)
        return response


def encode_key(key: LicenseKey, moment: Moment) -> Response:
    """Return the response with a key at a moment."""
    return json_response(_OK, key_response(key, _instant(key, moment)))


def _instant(key: LicenseKey, moment: Moment) -> datetime:
    # Without an expiry, the status is the same at every instant.
    return FIRST_INSTANT if key.expires_at is None else moment.instant()
