"""Secrets are planted in a run, and looked for in all that it prints and writes."""

import html
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import pytest
from dodo_license_mock import LicenseMock
from hypothesis import given
from hypothesis import strategies as st

from contract_tests import report
from contract_tests.report.encodings import ENCODERS
from contract_tests.report.redaction import DROPPED, MASK, SECRET_FIELDS, Redactor
from contract_tests.report.terminal import show
from mutants.server.messages import Request, Response
from tests.contract_suite.runs import run_rewritten

TOKEN = 'tok/plantedtoken+%20"quoted"\'\\end'
LICENSE_KEYS = ('lk plantedkeyone/"ü"\\', "LK-PLANTEDKEYTWO+=&<tag>", "plantedkeythree-0000-1111")
CUSTOMERS = ("cus_plantedcustomerone/ä", "cus_plantedcustomertwo")
LATE = "cus_plantedlatecomer0001"
NEVER_PARSED = "plantednever-parsed-0001"
SECRETS = (TOKEN, *LICENSE_KEYS, *CUSTOMERS, LATE)
# What is left of a secret in any encoding, and in most of its parts.
CORES = (
    "plantedtoken",
    "plantedkeyone",
    "plantedkeytwo",
    "plantedkeythree",
    "plantedcustomerone",
    "plantedcustomertwo",
    "plantedlatecomer",
    "plantednever",
)
LATE_FROM = 250
SEED = {
    "license_keys": [
        {
            "key": LICENSE_KEYS[0],
            "customer_id": CUSTOMERS[0],
            "activations_limit": 5,
            "instances": [{}, {}],
        },
        {"key": LICENSE_KEYS[1], "customer_id": CUSTOMERS[1], "subscription_id": "sub_1"},
        {"key": LICENSE_KEYS[2], "customer_id": CUSTOMERS[0]},
    ],
    "customers": [
        {"customer_id": each, "name": "Ada", "email": "ada@example.com"} for each in CUSTOMERS
    ],
}


def encodings(secret: str) -> Iterator[str]:
    yield secret
    yield secret.upper()
    yield quote(secret)
    yield quote(secret, safe="").lower()
    yield quote_plus(secret)
    yield html.escape(secret)
    yield repr(secret)
    yield json.dumps(secret)
    yield json.dumps(json.dumps({"key": secret}))
    yield json.dumps(secret).replace("/", "\\/")
    yield json.dumps(secret, ensure_ascii=False)
    yield quote(json.dumps(html.escape(secret)))
    yield quote(quote(secret))


class Blabber:
    """Tells every secret in every encoding, wherever a server may."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, request: Request, response: Response) -> Response:
        self.calls += 1
        gossip = " ".join(each for secret in SECRETS for each in encodings(secret))
        said = request.authorization or ""
        content = json.loads(response.body) if response.body else {}
        if response.status >= 400:
            content = {
                "code": f"{content.get('code')} {gossip}" if self.calls % 3 else 7,
                "message": f"{said} {gossip} at /usr/src/app/main.rs:1",
            }
        elif "id" in content and self.calls % 4 == 0:
            content["status"] = gossip
            content["created_at"] = f"{said} {gossip}"
        elif "items" in content and self.calls > LATE_FROM:
            content["items"] = [{**each, "customer_id": LATE} for each in content["items"]]
        body = json.dumps(content, ensure_ascii=self.calls % 2 == 0).encode()
        if "items" in content and self.calls % 5 == 0:
            body = json.dumps({"items": [{"id": "lic_1", "key": NEVER_PARSED}]}).encode()[:-12]
        elif response.status >= 400 and self.calls % 7 == 0:
            body = f"<h1>{said} {gossip}</h1>".encode()
        headers = (*response.headers, (b"x-debug", quote(f"{said} {gossip}").encode()))
        return Response(response.status, body, headers)


@pytest.mark.slow
def test_no_secret_is_printed_or_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blabber = Blabber()
    outcome = run_rewritten(blabber, LicenseMock(token=TOKEN, seed=SEED), "full")
    assert blabber.calls > LATE_FROM
    show(outcome.verdict, outcome.redactor, sys.stdout)
    report.prepare(tmp_path)
    report.write(tmp_path, outcome.verdict, outcome.redactor)
    printed = capfd.readouterr()
    texts = {each.name: each.read_text() for each in tmp_path.rglob("*") if each.is_file()}
    assert set(texts) == {"verdict.json", "junit.xml", "report.html"}
    texts |= {"stdout": printed.out, "stderr": printed.err}
    leaks = [(name, core) for name, text in texts.items() for core in CORES if core in text.lower()]
    assert leaks == []
    # It all was there to be masked, from every layer.
    broken = {entry.rule.id for entry in outcome.verdict.violated}
    assert {"response.body-conforms", "error.no-internals", "schema.fuzzing"} <= broken
    raw = "".join(each.finding.seen for entry in outcome.verdict.violated for each in entry.broken)
    assert "plantedkeyone" in raw
    assert texts["verdict.json"].count(MASK) > 100


@pytest.mark.parametrize("secret", SECRETS)
def test_every_encoding_is_masked(secret: str) -> None:
    redactor = Redactor(secret)
    for each in encodings(secret):
        assert "planted" not in redactor.text(f"before {each} after").lower()


@given(st.text(min_size=6), st.text(), st.text())
def test_known_value_is_masked_in_any_text(secret: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.learn({"items": [{"customer": {"email": secret}}]})
    assert redactor.masked(f"{before}{secret}{after}").count(secret) <= MASK.count(secret)


@pytest.mark.parametrize("field", sorted(SECRET_FIELDS - {"metadata", "customer"}))
def test_member_is_masked_even_where_its_value_is_unknown(field: str) -> None:
    redactor = Redactor()
    value = 'un"known'
    document = json.dumps({"id": "lic_1", field: value})
    for text in (document, json.dumps(document), json.dumps(json.dumps(document))):
        assert "known" not in redactor.text(text).replace(MASK, "")
        assert "known" not in redactor.body(text.encode()).replace(MASK, "")
    assert redactor.text(document[:-4]) == f'{{"id": "lic_1", "{field}": "{MASK}'
    assert "known" not in redactor.text(f"{{'{field}': 'unknown'}}")


def test_body_is_masked_before_it_is_cut() -> None:
    redactor = Redactor("planted-token")
    body = b"x" * 1995 + b"planted-token" + b"y" * 3000
    assert "pla" not in redactor.body(body)
    body = b"planted-token" * 8000
    assert "pla" not in redactor.body(body, 200_000)


def test_secret_cut_by_its_writer_is_masked() -> None:
    redactor = Redactor("tok/planted-0123456789")
    shown = redactor.text('"tok/planted-01 ..." is no date, nor is tok%2Fplanted…, tok is')
    assert shown == f'"{MASK}…" is no date, nor is {MASK}…, tok is'


def test_numbers_that_are_secrets_are_masked() -> None:
    redactor = Redactor()
    redactor.learn({"customer_id": 123456789})
    assert "123456789" not in redactor.text("no customer 123456789")
    assert "123456789" not in redactor.body(b'{"id": 123456789, "customer_id": 123456789}')


def test_headers_that_hold_secrets_are_masked() -> None:
    headers = httpx.Headers(
        {"Authorization": "Token abc", "Set-Cookie": "a=b", "x-echo": "Bearer abcdef", "via": "x"}
    )
    assert dict(Redactor().headers(headers)) == {
        "authorization": MASK,
        "set-cookie": MASK,
        "x-echo": f"Bearer {MASK}",
        "via": "x",
    }


def test_deep_values_are_learned_and_masked_without_recursion() -> None:
    redactor = Redactor()
    deep: object = {"key": "planted-deep-key"}
    for _ in range(50_000):
        deep = [deep]
    redactor.learn(deep)
    assert redactor.text("planted-deep-key") == MASK
    body = b"[" * 900 + b'{"key": "planted-other-key"}' + b"]" * 900
    assert "planted" not in redactor.body(body, 100_000)


# Upper case destroys what base64 says, so nobody can decode it.
LOSSY = "upper case"
LETTERS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=12, max_size=40)


@given(
    LETTERS,
    st.sampled_from(sorted(ENCODERS)),
    st.sampled_from(sorted(set(ENCODERS) - {LOSSY})),
    st.text(max_size=40),
)
def test_encoding_of_an_encoding_is_masked(secret: str, inner: str, outer: str, more: str) -> None:
    encoded = ENCODERS[outer](ENCODERS[inner](secret))
    redactor = Redactor(secret)
    for text in (
        redactor.text(f'{more} "{encoded}" {more}'),
        redactor.body(encoded.encode()),
        redactor.body(json.dumps({"message": encoded}).encode()),
    ):
        assert encoded not in text
        assert MASK in text or text == DROPPED or '"[redacted' in text


def test_text_without_a_secret_is_kept() -> None:
    redactor = Redactor("sk_test_0123456789abcdef")
    redactor.learn({"key": "AAAA-BBBB-CCCC-DDDD", "email": "ada@example.com"})
    text = '{"id": "lic_1", "created_at": "2026-01-01T00:00:00Z", "name": "a b c d e f g h i"}'
    assert redactor.text(text) == text


@pytest.mark.parametrize("unit", ["a", "a ", '"a", ', "\\", "%25", "&amp;", "0f", "\\u0061", "a."])
def test_long_text_is_masked(unit: str) -> None:
    """A pattern that backtracks would not end."""
    Redactor("sk_test_0123456789abcdef").text(unit * (100_000 // len(unit)))
