"""The verdict as Markdown and as annotations of GitHub Actions."""

import io
import re

import pytest
from markdown_it import MarkdownIt

from contract_tests.report import github, markdown
from contract_tests.report.document import document
from contract_tests.report.terminal import show
from mutants.server.messages import Request, Response, error
from tests.contract_suite.runs import Outcome, run_rewritten

HOSTILE = "`x` ``` @team #1 <img src=x> | [a](b) **c**"


def hostile(_: Request, response: Response) -> Response:
    return (
        error(404, f"{HOSTILE}\n::error title=forged::forged")
        if response.status == 404
        else (response)
    )


@pytest.fixture(scope="module", name="outcome")
def outcome_fixture() -> Outcome:
    return run_rewritten(hostile)


def shown(outcome: Outcome, style: str) -> str:
    stream = io.StringIO()
    show(outcome.verdict, outcome.redactor, stream, style)  # type: ignore[arg-type]
    return stream.getvalue()


def test_markdown_has_the_verdict_the_areas_and_the_evidence(outcome: Outcome) -> None:
    text = shown(outcome, "markdown")
    assert text.startswith("## ❌ Violates\n")
    assert re.search(r"^\| get \| \d+ \| 1 \| 0 \|$", text, re.MULTILINE)
    assert "- expected: `NOT_FOUND or LICENSE_KEY_NOT_FOUND`" in text
    assert "```sh\ncurl -i " in text


def test_a_server_cannot_format_the_markdown(outcome: Outcome) -> None:
    tokens = MarkdownIt("js-default").parse(shown(outcome, "markdown"))
    inline = [each for token in tokens for each in token.children or ()]
    kinds = {each.type for each in inline if each.type not in ("text", "softbreak", "code_inline")}
    assert kinds <= {"strong_open", "strong_close"}
    assert not any("@team" in each.content for each in inline if each.type == "text")


def test_plain_text_stays_as_it_is() -> None:
    _, inline, _ = MarkdownIt("commonmark").parse(markdown.plain(HOSTILE))
    assert [each.type for each in inline.children or ()] == ["text"] * len(inline.children or ())
    assert "".join(each.content for each in inline.children or ()) == HOSTILE


def test_code_stays_as_it_is() -> None:
    for text in ("a", "`", "a``b", "`a`"):
        (_, inline, _) = MarkdownIt("commonmark").parse(f"- {markdown.code(text)}")[2:5]
        children = inline.children or []
        assert [(each.type, each.content) for each in children] == [("code_inline", text)]


def commands(text: str) -> list[str]:
    """The workflow commands that a runner acts on: not those between stop and resume."""
    found, token = [], None
    for line in map(str.strip, text.splitlines()):
        if token is not None:
            token = None if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.startswith("::"):
            found.append(line)
    return found


def test_github_gets_one_annotation_for_each_violation(outcome: Outcome) -> None:
    found = commands(shown(outcome, "github"))
    rules = [each.rule.id for each in outcome.verdict.violated]
    assert [re.findall(r"^::error title=([^:]+)::", each) for each in found] == [
        [rule] for rule in rules
    ]


def test_github_is_told_what_was_not_restored(outcome: Outcome) -> None:
    content = document(outcome.verdict, outcome.redactor) | {"not_restored": ["lic_1", "lic_2"]}
    last = commands(github.render(content, "text"))[-1]
    assert last == "::error title=License keys not restored::lic_1, lic_2"


def test_a_message_cannot_end_its_command() -> None:
    line = github.command("error", "a:b,c\n", "50%\n::error::forged")
    assert line == "::error title=a%3Ab%2Cc%0A::50%25%0A::error::forged"
