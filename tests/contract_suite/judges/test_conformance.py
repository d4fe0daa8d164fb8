"""Every exchange against the contract, case by case."""

from typing import Any

import httpx
import pytest

from contract_tests.contract.specification import Specification
from contract_tests.judge.conformance import judge
from contract_tests.judge.ledger import Finding
from contract_tests.transport.exchange import Exchange

from .exchanges import KEY, REJECTED, exchange, held, violated

CLEAN = "an error without stack trace, path, query, address, token and license key"
STRINGS = "a JSON object with the strings code and message"
PLAIN = "UTF-8, and no member twice"
WHOLE_ERROR = ["error.code-and-message", "error.no-internals", "response.unambiguous"]
BASE = ["response.complete", "response.time", "response.no-server-error"]
TOKEN = {"authorization": "Bearer abcdefgh"}
SPECIFICATION = Specification.load()


def findings(judged: Exchange, license_keys: tuple[str, ...] = ()) -> list[Finding]:
    """What `judge` finds with a limit of two seconds."""
    return list(judge(judged, SPECIFICATION, 2, license_keys))


def seen(judged: Exchange, rule: str, license_keys: tuple[str, ...] = ()) -> tuple[str, str] | None:
    """What a rule requires and what was seen, None if it holds."""
    [finding] = [each for each in findings(judged, license_keys) if each.rule_id == rule]
    return None if finding.holds else (finding.expected, finding.seen)


def test_conforming_response_keeps_every_rule() -> None:
    found = findings(exchange())
    assert violated(found) == []
    assert held(found) == [
        *BASE,
        "response.unambiguous",
        "response.status-documented",
        "response.media-type",
        "response.body-conforms",
    ]


def test_conforming_error_keeps_every_rule() -> None:
    found = findings(exchange("PATCH", status=422, body=REJECTED))
    assert violated(found) == []
    assert held(found) == [
        *BASE,
        *WHOLE_ERROR,
        "response.status-documented",
        "response.media-type",
        "response.body-conforms",
    ]


@pytest.mark.parametrize(("method", "status"), [("GET", 0), ("GET", 200), ("POST", 200)])
def test_incomplete_response(method: str, status: int) -> None:
    found = findings(exchange(method, status=status, problem="connection reset"))
    assert violated(found) == [("response.complete", "a complete response", "connection reset")]
    assert held(found) == []


def test_reset_post_proves_nothing() -> None:
    assert findings(exchange("POST", status=0, problem="connection reset")) == []


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_throttled_and_unavailable_say_nothing_more(status: int) -> None:
    found = findings(exchange(status=status, body=b"busy", seconds=9))
    assert [*held(found), *violated(found)] == ["response.complete"]


def test_slow_response() -> None:
    assert seen(exchange(seconds=2), "response.time") is None
    assert seen(exchange(seconds=2.14), "response.time") == ("a response within 2 s", "2.1 s")
    [finding] = [
        each
        for each in judge(exchange(seconds=0.5), SPECIFICATION, 0.25)
        if each.rule_id == "response.time"
    ]
    assert (finding.holds, finding.expected) == (False, "a response within 0.25 s")


@pytest.mark.parametrize("status", [500, 501, 505, 599])
def test_server_error(status: int) -> None:
    assert seen(exchange(status=status, body=REJECTED), "response.no-server-error") == (
        "a status below 500",
        f"status {status}",
    )


def test_status_below_500_is_not_a_server_error() -> None:
    assert seen(exchange(status=499, body=REJECTED), "response.no-server-error") is None


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "CONNECT", "TRACE"])
def test_methods_without_a_body_in_their_response(method: str) -> None:
    assert held(findings(exchange(method, status=404, body=b""))) == BASE
    assert violated(findings(exchange(method, status=404, body=b""))) == []


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (b"", "an empty body"),
        (b"oops", "a body that is not a JSON object"),
        ([], "a body that is not a JSON object"),
        ({}, "an object with no members"),
        ({"message": "m"}, "an object with message"),
        ({"message": "m", "code": 5}, "an object with code, message"),
        ({"message": None, "code": "C"}, "an object with code, message"),
    ],
)
def test_shape_of_errors(body: Any, shape: str) -> None:
    expected = (STRINGS, shape)
    assert seen(exchange(status=404, body=body), "error.code-and-message") == expected
    for status in (405, 415, 406, 411, 413, 414, 417, 431):
        judged = exchange(status=status, body=body)
        assert seen(judged, "error.router-body") == expected
        assert "error.code-and-message" not in [each.rule_id for each in findings(judged)]


def test_status_from_which_a_response_is_an_error() -> None:
    assert held(findings(exchange(status=400, body=REJECTED)))[3:6] == WHOLE_ERROR
    assert not set(WHOLE_ERROR[:2]) & set(held(findings(exchange(status=399, body=REJECTED))))


@pytest.mark.parametrize(
    ("message", "leak"),
    [
        ("Traceback (most recent call last)", "Traceback (most recent"),
        ("see /usr/lib/api", "/usr/lib/api"),
        ("SELECT * FROM keys", "SELECT * FROM"),
        ("at 10.1.2.3", "10.1.2.3"),
    ],
)
def test_internals_in_errors(message: str, leak: str) -> None:
    judged = exchange(status=404, body={"code": "C", "message": message})
    assert seen(judged, "error.no-internals") == (CLEAN, f"an error with {leak!r}")


def test_internals_are_searched_in_the_first_100_000_bytes() -> None:
    leak = b" 10.1.2.3 "
    inside = b"\xff" + b"a" * (99_999 - len(leak)) + leak
    assert seen(exchange(status=404, body=inside), "error.no-internals") is not None
    assert seen(exchange(status=404, body=b"a" * 100_000 + leak), "error.no-internals") is None


SECRET = (CLEAN, "an error with a token or a license key")


def error(text: str, **request: Any) -> Exchange:
    """An error with a text in its message."""
    return exchange(status=404, body={"code": "C", "message": text}, **request)


def test_token_in_an_error() -> None:
    rule = "error.no-internals"
    assert seen(error("token abcdefgh", sent=TOKEN), rule) == SECRET
    assert seen(error("token abcdefgh"), rule) is None
    assert seen(error("token abcdefg", sent={"authorization": "Bearer abcdefg"}), rule) is None
    assert seen(error("token abcd efgh", sent={"authorization": "A B abcdefgh"}), rule) is None
    assert seen(error("token abcdefgh", sent={"authorization": "A B abcdefgh"}), rule) == SECRET


def test_license_key_in_an_error() -> None:
    rule, keys = "error.no-internals", ("UNSEEN-KEY", "TEST-KEY", "SHORTER")
    assert seen(error("key TEST-KEY"), rule, keys) == SECRET
    assert seen(error("key SHORTER"), rule, keys) is None
    assert seen(error("key OTHER-KEY"), rule, keys) is None
    # A key string that the request itself contains may be repeated.
    assert seen(error("key TEST-KEY", request_body=b"\xff TEST-KEY"), rule, keys) is None
    assert seen(error("key TEST-KEY", path="/x?key=TEST-KEY"), rule, keys) == SECRET
    assert seen(error("key TEST-KEY", path="/x/TEST%2DKEY"), rule, keys) is None
    # One secret is enough, whatever else the error contains.
    assert seen(error("/usr/lib TEST-KEY"), rule, keys) == SECRET


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"oops",
        b"[" * 100_000,
        b'{"a": {"b": 1}, "c": [{"d": 1}, {"d": 2}, [[]], 5]}',
        b'{"a":{"b":1}, "c":[{"d":1}, {"d":2}]}',
        b'{"a" : ": ", "c": "\\": \\ud83d\\ude00"}',
        b'{"text": "\\"a\\": \\"a\\":"}',
        b'{"a": "b\\u00e9"}',
        '{"a": "é"}'.encode(),
        b"[]",
        b"7",
    ],
)
def test_unambiguous_bodies(body: bytes) -> None:
    assert seen(exchange(body=body), "response.unambiguous") is None


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"a": 1, "a": 2}', "the member a twice"),
        (b'{"a":1,"b":{"c":1,"c":1},"d":1}', "the member c twice"),
        (b'[{"a":1},{"b":1,"b":1}]', "the member b twice"),
        (b'{"a":[[{"b":1,"b":1}]]}', "the member b twice"),
        (b'{"a":{"b":{"c":1,"c":1}}}', "the member c twice"),
        (b'{"a" : 1, "a" : 2}', "the member a twice"),
        (b'{"a":1,"\\u0061":2}', "the member a twice"),
        (b'{"a":1,"a":NaN}', "the member a twice"),
        (b'{"a": "\\ud83d"}', "half of a surrogate pair"),
        (b'{"a": "\\udfff"}', "half of a surrogate pair"),
    ],
)
def test_ambiguous_bodies(body: bytes, shown: str) -> None:
    assert seen(exchange(body=body), "response.unambiguous") == (PLAIN, shown)


@pytest.mark.parametrize(
    ("media_type", "shown"),
    [
        ("application/json", None),
        ("application/json; charset=utf-8", None),
        ('application/json; charset="UTF8"', None),
        ("application/json; charset=latin-1", "charset=latin-1"),
        ("application/json; CHARSET=utf-16", "charset=utf-16"),
        ("", None),
    ],
)
def test_charset(media_type: str, shown: str | None) -> None:
    expected = (PLAIN, shown) if shown else None
    assert seen(exchange(media_type=media_type), "response.unambiguous") == expected


def test_undocumented_status() -> None:
    assert seen(exchange(status=418, body=REJECTED), "response.status-documented") == (
        "one of 200, 401, 404, 405, 429, 500 for get_license_key_handler",
        "status 418",
    )
    rules = [each.rule_id for each in findings(exchange(status=418, body=REJECTED))]
    assert rules[-1] == "response.status-documented"


def test_undocumented_path_has_no_documented_status() -> None:
    rules = [each.rule_id for each in findings(exchange(path="/elsewhere"))]
    assert rules == [*BASE, "response.unambiguous"]


@pytest.mark.parametrize("status", [405, 415])
def test_body_of_the_router_has_no_schema(status: int) -> None:
    found = findings(exchange("PATCH", status=status, body=b"no", media_type="text/plain"))
    assert held(found)[-1] == "response.status-documented"
    assert [rule for rule, _, _ in violated(found)] == ["error.router-body"]


def test_response_without_a_documented_body() -> None:
    found = findings(exchange("POST", "/licenses/deactivate", body=b"", media_type=""))
    assert held(found) == [*BASE, "response.unambiguous", "response.status-documented"]
    assert violated(found) == []


@pytest.mark.parametrize(
    ("media_type", "shown"),
    [
        ("application/json; charset=utf-8", None),
        ("APPLICATION/JSON", None),
        ("application/problem+json", None),
        ("text/html", "text/html"),
        ("application/jsonp", "application/jsonp"),
        ("", "no media type"),
    ],
)
def test_media_type(media_type: str, shown: str | None) -> None:
    expected = ("application/json", shown) if shown else None
    assert seen(exchange(media_type=media_type), "response.media-type") == expected


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"oops", "a body that is not JSON in UTF-8"),
        (b'{"a": "\xff"}', "a body that is not JSON in UTF-8"),
        ({**KEY, "activations_limit": "5"}, 'activations_limit: "5" is not of type'),
        ([], "the body: [] is not of type"),
    ],
)
def test_body_against_its_schema(body: Any, shown: str) -> None:
    verdict = seen(exchange(body=body), "response.body-conforms")
    assert verdict is not None
    assert verdict[0] == "a body that fits its schema"
    assert verdict[1].startswith(shown)


def test_body_that_the_validator_cannot_follow() -> None:
    verdict = seen(exchange(body=b"[" * 300 + b"]" * 300), "response.body-conforms")
    assert verdict == ("a body that fits its schema", "a body that is nested too deeply")


def test_where_a_body_differs_from_its_schema() -> None:
    judged = exchange(path="/license_keys", body={"items": [KEY, {**KEY, "id": 5}]})
    verdict = seen(judged, "response.body-conforms")
    assert verdict is not None
    assert verdict[1].startswith("items/1/id: 5 is not of type")


ACCEPTED = {"accept": "text/html"}


@pytest.mark.parametrize(
    ("judged", "is_by_http"),
    [
        (exchange(path="/license_keys/%ff", status=400, body=REJECTED), True),
        (exchange(status=400, body=REJECTED), False),
        (exchange(status=406, body=REJECTED, sent=ACCEPTED), True),
        (exchange(status=406, body=REJECTED), True),
        (exchange(status=406, body=REJECTED, sent={"accept": "*/*"}), False),
        (exchange(status=406, body=REJECTED, sent={"accept": "application/json"}), False),
        (exchange("PATCH", status=411, body=REJECTED), False),
        (exchange("PATCH", status=413, body=REJECTED, request_body=b"a" * 10_000), False),
        (exchange("PATCH", status=413, body=REJECTED, request_body=b"a" * 10_001), True),
        (exchange(path="/license_keys/" + "a" * 986, status=414, body=REJECTED), False),
        (exchange(path="/license_keys/" + "a" * 987, status=414, body=REJECTED), True),
        (exchange(status=417, body=REJECTED), False),
        (exchange(status=417, body=REJECTED, sent={"expect": "100-continue"}), True),
        (exchange(status=431, body=REJECTED, sent={"x": "a" * 900, "y": "b" * 99}), False),
        (exchange(status=431, body=REJECTED, sent={"x": "a" * 900, "y": "b" * 100}), True),
        (exchange(status=418, body=REJECTED, sent=ACCEPTED), False),
    ],
    ids=lambda value: value if isinstance(value, bool) else f"{value.status} {value.path[:20]}",
)
def test_statuses_that_http_itself_permits(judged: Exchange, is_by_http: bool) -> None:
    rules = [each.rule_id for each in findings(judged)]
    assert ("response.status-documented" not in rules) is is_by_http


def test_length_is_required_where_it_is_missing() -> None:
    judged = exchange("PATCH", status=411, body=REJECTED)
    without = Exchange(**{**vars(judged), "request_headers": httpx.Headers()})
    assert "response.status-documented" not in [each.rule_id for each in findings(without)]


@pytest.mark.parametrize(("method", "holds"), [("PUT", True), ("PATCH", False), ("POST", False)])
def test_method_that_the_contract_does_not_have(method: str, holds: bool) -> None:
    verdict = seen(exchange(method, status=501, body=REJECTED), "response.no-server-error")
    assert (verdict is None) is holds
