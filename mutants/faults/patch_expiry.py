"""Faults in how PATCH handles `expires_at`."""

import re
from datetime import UTC, datetime, timedelta

from mutants.server.layer import Upstream, patch_pretending
from mutants.server.messages import Body, Key, Request, Response, error, without
from mutants.server.mutant import Area

EXPIRY = "expires_at"
ON_SUBSCRIPTION = "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS"

patch = Area("patch")


def instant_in(body: Body) -> datetime | None:
    """The expiry in a body where it is a time with an offset."""
    return parsed_instant(body.get(EXPIRY))


def parsed_instant(text: object) -> datetime | None:
    """A time with an offset, None for anything else."""
    try:
        instant = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None


def written(instant: datetime) -> str:
    """An instant in UTC as the API writes it."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@patch.reads_patch
def omitted_expiry_removed(body: Body, _key: Key) -> Body:
    """An omitted expiry is removed."""
    return {EXPIRY: None, **body}


@patch.reads_patch
def null_expiry_ignored(body: Body, _key: Key) -> Body:
    """A null expiry is ignored."""
    return without(body, EXPIRY) if body.get(EXPIRY, "") is None else body


@patch.reads_patch
def null_expiry_expires_now(body: Body, key: Key) -> Body:
    """A null expiry expires the key at once."""
    if body.get(EXPIRY, "") is None and not key["subscription_id"]:
        return {**body, EXPIRY: written(datetime.now(UTC))}
    return body


@patch.reads_patch
def null_expiry_refused(body: Body, _key: Key) -> Body:
    """A null expiry is rejected as a wrong type."""
    return {**body, EXPIRY: 0} if body.get(EXPIRY, "") is None else body


@patch.reads_patch
def expiry_ignored(body: Body, _key: Key) -> Body:
    """A time for the expiry is ignored."""
    return without(body, EXPIRY) if instant_in(body) else body


@patch.reads_patch
def expiry_never_moved_back(body: Body, key: Key) -> Body:
    """An expiry before the present one is ignored."""
    new, present = instant_in(body), parsed_instant(key[EXPIRY])
    return without(body, EXPIRY) if new and present and new < present else body


@patch.reads_patch
def expiry_kept_when_set(body: Body, key: Key) -> Body:
    """An expiry can be set and removed, but not replaced."""
    return without(body, EXPIRY) if instant_in(body) and key[EXPIRY] else body


@patch.reads_patch
def expiry_offset_dropped(body: Body, _key: Key) -> Body:
    """The offset of an expiry is dropped, its clock time taken for UTC."""
    instant = instant_in(body)
    return {**body, EXPIRY: written(instant.replace(tzinfo=UTC))} if instant else body


@patch.reads_patch
def expiry_offset_reversed(body: Body, _key: Key) -> Body:
    """The offset of an expiry is added where it should be subtracted."""
    instant = instant_in(body)
    offset = instant.utcoffset() if instant else None
    if instant is None or offset is None:
        return body
    return {**body, EXPIRY: written(instant.replace(tzinfo=UTC) + offset)}


@patch.reads_patch
def expiry_offset_refused(body: Body, _key: Key) -> Body:
    """An expiry that is not written with Z is rejected."""
    return {**body, EXPIRY: 0} if instant_in(body) and not body[EXPIRY].endswith("Z") else body


@patch.reads_patch
def expiry_seconds_only(body: Body, _key: Key) -> Body:
    """An expiry loses the fraction of its second."""
    instant = instant_in(body)
    return {**body, EXPIRY: written(instant.replace(microsecond=0))} if instant else body


@patch.reads_patch
def expiry_milliseconds_only(body: Body, _key: Key) -> Body:
    """An expiry keeps no more than milliseconds."""
    instant = instant_in(body)
    if instant is None:
        return body
    return {
        **body,
        EXPIRY: written(instant.replace(microsecond=instant.microsecond // 1000 * 1000)),
    }


@patch.reads_patch
def expiry_cut_to_day(body: Body, _key: Key) -> Body:
    """An expiry is stored as the beginning of its day."""
    instant = instant_in(body)
    return {**body, EXPIRY: f"{written(instant)[:10]}T00:00:00Z"} if instant else body


@patch.reads_patch
def expiry_end_of_day(body: Body, _key: Key) -> Body:
    """An expiry is stored as the end of its day."""
    instant = instant_in(body)
    return {**body, EXPIRY: f"{written(instant)[:10]}T23:59:59Z"} if instant else body


@patch.reads_patch
def expiry_day_and_month_swapped(body: Body, _key: Key) -> Body:
    """Day and month of an expiry are swapped where that gives a date."""
    instant = instant_in(body)
    if instant is None or instant.day > 12:
        return body
    return {**body, EXPIRY: written(instant.replace(day=instant.month, month=instant.day))}


@patch.reads_patch
def expiry_capped_at_2038(body: Body, _key: Key) -> Body:
    """An expiry after January 2038 is stored as the last 32-bit time."""
    instant, last = instant_in(body), datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)
    return {**body, EXPIRY: written(last)} if instant and instant > last else body


@patch.reads_patch
def expiry_past_refused(body: Body, _key: Key) -> Body:
    """A past expiry is rejected."""
    instant = instant_in(body)
    return {**body, EXPIRY: 0} if instant and instant < datetime.now(UTC) else body


@patch.reads_patch
def expiry_past_ignored(body: Body, _key: Key) -> Body:
    """A past expiry is ignored."""
    instant = instant_in(body)
    return without(body, EXPIRY) if instant and instant < datetime.now(UTC) else body


@patch.shows_keys
def expired_shown_as_active(key: Key) -> Key:
    """A key past its expiry is still shown as active."""
    return {**key, "status": "active"} if key["status"] == "expired" else key


@patch.answers
async def expired_for_good(request: Request, upstream: Upstream) -> Response:
    """A key that has expired once stays expired, whatever its expiry becomes."""
    response = await upstream(request)
    expired: set[str] = upstream.memory.setdefault("expired", set())
    if request.updates_key and response.ok:
        key = response.json
        if key["status"] == "expired":
            expired.add(key["id"])
        elif key["id"] in expired:
            status = "expired" if key["status"] == "active" else key["status"]
            upstream.pretend(key["id"], {"status": status})
    return upstream.shown(request, response)


@patch.answers
async def expiry_on_subscription_accepted(request: Request, upstream: Upstream) -> Response:
    """A key of a subscription takes an expiry."""
    instant = instant_in(request.fields) if request.updates_key else None
    key = await upstream.key(request.key_id) if instant else None
    if instant is None or key is None or not key["subscription_id"]:
        return await upstream(request)
    sent = without(request.fields, EXPIRY)
    return await patch_pretending(request, upstream, sent, {EXPIRY: written(instant)})


@patch.reads_patch
def expiry_on_subscription_ignored(body: Body, key: Key) -> Body:
    """An expiry for a key of a subscription is ignored instead of refused."""
    return without(body, EXPIRY) if instant_in(body) and key["subscription_id"] else body


@patch.shows_response
def expiry_on_subscription_422(_request: Request, response: Response) -> Response:
    """An expiry for a key of a subscription is rejected with 422."""
    return response.with_status(422) if response.code == ON_SUBSCRIPTION else response


@patch.shows_response
def expiry_on_subscription_code(_request: Request, response: Response) -> Response:
    """The code of an expiry for a key of a subscription is that of any wrong body."""
    return error(400, "INVALID_REQUEST_BODY") if response.code == ON_SUBSCRIPTION else response


@patch.answers
async def null_expiry_on_subscription_refused(request: Request, upstream: Upstream) -> Response:
    """A null expiry for a key of a subscription is rejected like any other."""
    if request.updates_key and request.fields.get(EXPIRY, "") is None:
        key = await upstream.key(request.key_id)
        if key is not None and key["subscription_id"]:
            return error(400, ON_SUBSCRIPTION)
    return await upstream(request)


@patch.reads_patch
def expiry_without_offset_accepted(body: Body, _key: Key) -> Body:
    """An expiry without an offset is read as UTC."""
    return _rewritten(body, r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?)", r"\1Z")


@patch.reads_patch
def expiry_date_accepted(body: Body, _key: Key) -> Body:
    """A date without a time is read as its midnight."""
    return _rewritten(body, r"(\d{4}-\d\d-\d\d)", r"\1T00:00:00Z")


@patch.reads_patch
def expiry_number_accepted(body: Body, _key: Key) -> Body:
    """A number is read as seconds since 1970."""
    value = body.get(EXPIRY)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**35:
        return body
    return {**body, EXPIRY: written(datetime.fromtimestamp(value, UTC))}


@patch.reads_patch
def expiry_empty_removes(body: Body, _key: Key) -> Body:
    """An empty string removes the expiry."""
    return {**body, EXPIRY: None} if body.get(EXPIRY) == "" else body


@patch.reads_patch
def expiry_no_time_removes(body: Body, _key: Key) -> Body:
    """An expiry that is not a time removes the expiry."""
    value = body.get(EXPIRY)
    return {**body, EXPIRY: None} if isinstance(value, str) and not instant_in(body) else body


@patch.reads_patch
def expiry_february_rolls_over(body: Body, _key: Key) -> Body:
    """30 February is read as a day in March."""
    match = re.fullmatch(r"(\d{4})-02-(29|30|31)(T.*)", str(body.get(EXPIRY)))
    if match is None or instant_in(body):
        return body
    day = datetime(int(match[1]), 2, 1, tzinfo=UTC) + timedelta(days=int(match[2]) - 1)
    return {**body, EXPIRY: f"{day:%Y-%m-%d}{match[3]}"}


def _rewritten(body: Body, pattern: str, replacement: str) -> Body:
    match = re.fullmatch(pattern, str(body.get(EXPIRY)))
    return {**body, EXPIRY: match.expand(replacement)} if match else body
