"""The routes under `/_mock/`, which by default accept requests from the loopback interface only."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from ..domain import instants
from ..domain.deliveries import Delivery
from ..domain.key_changes import status
from ..http.bodies import BodyReader
from ..http.errors import (
    invalid_body,
    invalid_query,
    method_not_allowed,
    unknown_path,
)
from ..http.messages import Request, Response, json_response
from ..sandbox.events import EVENTS
from ..sandbox.exports import seed_of
from ..sandbox.faults import Fault
from ..sandbox.redaction import redact_body
from ..sandbox.sandbox import Sandbox
from ..sandbox.seeds import SeedError, parse_seed
from ..sandbox.settings import Settings
from ..storage.interface import Page
from .access import Access
from .bodies import ClockBody, RateLimitBody, SnapshotBody, WebhookBody
from .page import page_files
from .records import INSTANCES, KEYS, Records, shown_key

PREFIX = "/_mock/"

_SHOWN_KEYS = 1000

Handler = Callable[[Request], Response]


class Control:
    """Responds to requests under `PREFIX`.

    Args:
        sandbox: The sandbox to control.
        access: Decides who may control it.
    """

    def __init__(self, sandbox: Sandbox, access: Access) -> None:
        self._sandbox = sandbox
        self._access = access
        self._records = Records(sandbox)
        self._clock_body = BodyReader(ClockBody)
        self._fault_body = BodyReader(Fault)
        self._rate_limit_body = BodyReader(RateLimitBody)
        self._webhook_body = BodyReader(WebhookBody)
        self._snapshot_body = BodyReader(SnapshotBody)
        self._seed_body = BodyReader(dict[str, Any])
        self._probes: dict[str, Handler] = {"health": _health, "ready": self._ready}
        self._routes: dict[str, dict[str, Handler]] = {
            **{path: {"GET": respond} for path, respond in page_files().items()},
            "state": {"GET": self._state},
            "journal": {"GET": self._request_log, "DELETE": self._clear_request_log},
            "reset": {"PUT": self._reset},
            "seed": {"GET": self._export, "PUT": self._seed},
            "snapshot": {"POST": self._save_snapshot, "PUT": self._restore_snapshot},
            "clock": {"GET": self._clock, "PUT": self._set_clock, "DELETE": self._reset_clock},
            "faults": {
                "GET": self._faults,
                "POST": self._add_fault,
                "DELETE": self._clear_faults,
            },
            "webhooks": {"GET": self._webhooks, "POST": self._send_webhook},
            "rate-limit": {"GET": self._rate_limit, "PUT": self._set_rate_limit},
        }

    def respond(self, request: Request) -> Response:
        """Return the response to a request.

        A request that changes something is a PUT, a DELETE or has a JSON body, because browsers
        prevent other sites from sending those.

        Raises:
            HttpError: The request is rejected.
        """
        probe = self._probes.get(request.path.removeprefix(PREFIX))
        if probe is not None and request.method == "GET":
            return probe(request)  # they reveal nothing, and a proxy or an orchestrator asks
        self._access.check(request)
        path = request.path.removeprefix(PREFIX)
        if path.partition("/")[0] in (KEYS, INSTANCES):
            return self._records.respond(request, path)
        handlers = self._routes.get(path)
        if handlers is None:
            raise unknown_path()
        handler = handlers.get(request.method)
        if handler is None:
            raise method_not_allowed(list(handlers))
        return handler(request)

    def _ready(self, _: Request) -> Response:
        self._sandbox.settings()  # raises if the database does not respond
        return _ok({"status": "ready"})

    def _state(self, _: Request) -> Response:
        settings = self._sandbox.settings()
        now = settings.now()
        keys = self._sandbox.keys(Page(_SHOWN_KEYS))
        return _ok(
            {
                "now": now,
                "clock_offset_seconds": settings.clock_offset.total_seconds(),
                "rate_limited": settings.rate_limited,
                "faults": _shown(settings),
                "license_keys": [shown_key(key, status(key, now)) for key in keys],
            }
        )

    def _request_log(self, request: Request) -> Response:
        after = parse_qs(request.query.decode("ascii", "replace")).get("after", ["0"])[-1]
        if not after.isascii() or not after.isdigit() or len(after) > 15:
            raise invalid_query("`after` must be the number of an entry.")
        log = self._sandbox.request_log
        entries = log.entries(int(after))
        return _ok({"last": entries[-1].number if entries else log.last(), "entries": entries})

    def _clear_request_log(self, request: Request) -> Response:
        self._sandbox.request_log.clear()
        return self._request_log(request)

    def _reset(self, request: Request) -> Response:
        self._sandbox.reset()
        return self._state(request)

    def _seed(self, request: Request) -> Response:
        document = self._seed_body.read(request)
        try:
            self._sandbox.seed(parse_seed(document))
        except SeedError as error:
            raise invalid_body(f"{error}.") from error
        return self._state(request)

    def _export(self, _: Request) -> Response:
        return _ok(seed_of(self._sandbox.state()))

    def _save_snapshot(self, request: Request) -> Response:
        name = self._snapshot_body.read(request).name
        self._sandbox.save_snapshot(name)
        return _ok({"name": name})

    def _restore_snapshot(self, request: Request) -> Response:
        if not self._sandbox.restore_saved(self._snapshot_body.read(request).name):
            raise invalid_body("No snapshot has this `name`.")
        return self._state(request)

    def _clock(self, _: Request) -> Response:
        settings = self._sandbox.settings()
        return _ok(
            {
                "now": settings.now(),
                "clock_offset_seconds": settings.clock_offset.total_seconds(),
                "frozen": settings.frozen_at is not None,
            }
        )

    def _set_clock(self, request: Request) -> Response:
        body = self._clock_body.read(request)
        if (body.now is None) == (body.advance_seconds is None) and body.frozen is None:
            raise invalid_body("The body must have `now`, `advance_seconds` or `frozen`.")
        if body.frozen is True:
            self._sandbox.clock.freeze(None)
        elif body.frozen is False:
            self._sandbox.clock.unfreeze()
        if body.now is not None:
            self._sandbox.clock.set(_instant(body.now))
        elif body.advance_seconds is not None:
            self._sandbox.clock.advance(timedelta(seconds=body.advance_seconds))
        return self._clock(request)

    def _reset_clock(self, request: Request) -> Response:
        self._sandbox.clock.reset()
        return self._clock(request)

    def _faults(self, _: Request) -> Response:
        return _ok({"faults": _shown(self._sandbox.settings())})

    def _add_fault(self, request: Request) -> Response:
        self._sandbox.add_fault(self._fault_body.read(request))
        return self._faults(request)

    def _clear_faults(self, request: Request) -> Response:
        self._sandbox.clear_faults()
        return self._faults(request)

    def _webhooks(self, _: Request) -> Response:
        webhooks = self._sandbox.webhooks
        return _ok(
            {
                "webhooks": [_shown_event(event) for event in webhooks.deliveries()],
                "types": list(EVENTS),
                "has_receiver": webhooks.has_receiver,
            }
        )

    def _send_webhook(self, request: Request) -> Response:
        body = self._webhook_body.read(request)
        if body.resend is not None:
            if not self._sandbox.webhooks.resend(body.resend):
                raise invalid_body("No event has the id in `resend`.")
            return self._webhooks(request)
        if body.type not in EVENTS:
            raise invalid_body(f"`type` must be one of {', '.join(EVENTS)}.")
        if self._sandbox.send_event(body.type, body.license_key_id, body.data) is None:
            raise invalid_body("No license key has the id in `license_key_id`.")
        return self._webhooks(request)

    def _rate_limit(self, _: Request) -> Response:
        return _ok({"enabled": self._sandbox.settings().rate_limited})

    def _set_rate_limit(self, request: Request) -> Response:
        self._sandbox.limit_rate(on=self._rate_limit_body.read(request).enabled)
        return self._rate_limit(request)


def _health(_: Request) -> Response:
    return _ok({"status": "healthy"})


def _shown_event(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "type": delivery.type,
        "body": redact_body(delivery.body),
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.next_at,
    }


def _shown(settings: Settings) -> list[Fault]:
    return [pending.fault for pending in settings.faults]


def _ok(content: object) -> Response:
    return json_response(HTTPStatus.OK, content)


def _instant(text: str) -> datetime:
    try:
        return instants.parse(text)
    except ValueError as error:
        raise invalid_body(f"`now` is {error}.") from error
