"""The page in a real browser, with hostile text in every place that a server can reach."""

import html.parser
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests import report
from contract_tests.judge.verdict import Timing
from contract_tests.report.duration import duration
from contract_tests.report.plot import plot
from mutants.server.messages import Request, Response
from tests.browser import beacon, browse, needs_browser
from tests.contract_suite.runs import Outcome, run_rewritten


@pytest.fixture(scope="module", name="beacon")
def beacon_fixture() -> Iterator[tuple[str, list[str]]]:
    with beacon() as served:
        yield served


def attacks(url: str) -> str:
    return (
        f"</pre></p></code></title></style><script>fetch('{url}/script');"
        "document.title='pwned';document.body.innerHTML='pwned'</script>"
        f'<img src="{url}/image" onerror="document.title=\'pwned\'">'
        f'"><svg onload="document.title=\'pwned\'"><iframe src="{url}/frame"></iframe>'
        f"<link rel=stylesheet href={url}/style><style>@import '{url}/import';*{{display:none}}"
        f"</style><meta http-equiv=refresh content='0;url={url}/refresh'>"
        f"<form action={url}/form><button autofocus onfocus=this.form.submit()></form>"
        "{{ 7 * 191 }} {% raw %} ${7*191} <!-- ]]> --!> \x1b]0;pwned\x07 \u202e"
    )


@pytest.fixture(scope="module", name="outcome")
def outcome_fixture(beacon: tuple[str, list[str]]) -> Outcome:
    attack = attacks(beacon[0])

    def rewrite(request: Request, response: Response) -> Response:
        headers = (*response.headers, (b"x-attack", attack.encode("latin-1", "replace")))
        if response.status >= 400:
            body = json.dumps({"code": attack, "message": attack, attack: attack}).encode()
            return Response(response.status, body, headers)
        if request.method == "PATCH":
            item = {**json.loads(response.body), "status": attack, "created_at": attack}
            return Response(response.status, json.dumps(item).encode(), headers)
        return Response(response.status, response.body, headers)

    return run_rewritten(rewrite)


@pytest.fixture(scope="module", name="page")
def page_fixture(outcome: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    report.write(folder, outcome.verdict, outcome.redactor)
    return folder / "report.html"


@pytest.mark.slow
@needs_browser
def test_hostile_text_is_shown_and_not_run(
    page: Path, beacon: tuple[str, list[str]], tmp_path: Path
) -> None:
    dom = browse(page, tmp_path, "--dump-dom")
    assert "<title>violates: " in dom
    assert "pwned';document.body.innerHTML=" in dom
    assert "&lt;script&gt;fetch(" in dom
    assert "1337" not in dom
    assert beacon[1] == []


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("width", [360, 1200])
def test_page_renders_without_overflow(page: Path, tmp_path: Path, width: int) -> None:
    """A copy of the page that may run a script tells how wide it came out."""
    text = re.sub(r"<meta http-equiv[^>]*>", "", page.read_text())
    frame = (
        f"<iframe id=f src=page.html width={width} height=800></iframe><script>f.onload=()=>"
        "{const d=f.contentDocument;document.title=`${d.documentElement.scrollWidth}/"
        "${d.querySelectorAll('article').length}/${getComputedStyle(d.body).maxWidth}`}</script>"
    )
    tmp_path.joinpath("page.html").write_text(text)
    tmp_path.joinpath("frame.html").write_text(f"<!doctype html>{frame}")
    dom = browse(tmp_path / "frame.html", tmp_path, "--allow-file-access-from-files", "--dump-dom")
    found = re.search(r"<title>(\d+)/(\d+)/(\w+)</title>", dom)
    assert found is not None
    assert int(found[1]) <= width
    assert int(found[2]) > 3
    assert found[3] == "992px"


@pytest.mark.slow
@needs_browser
def test_screenshot_of_the_strict_page_is_styled(page: Path, tmp_path: Path) -> None:
    """The policy lets the page's own style through: without it the picture would be all white."""
    picture = tmp_path / "page.png"
    browse(page, tmp_path, "--window-size=800,600", f"--screenshot={picture}")
    plain = tmp_path / "plain.html"
    plain.write_text(re.sub(r"(?s)<style>.*?</style>", "<style></style>", page.read_text()))
    unstyled = tmp_path / "plain.png"
    browse(plain, tmp_path, "--window-size=800,600", f"--screenshot={unstyled}")
    assert picture.read_bytes() != unstyled.read_bytes()


class Loads(html.parser.HTMLParser):
    """Collects elements and attributes that make a browser load or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "img", "iframe", "link", "object", "embed", "form", "base"}:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"src", "style", "action", "srcset", "xlink:href"}:
                self.found.append(f"{tag} {name}")
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")


def test_page_is_self_contained(page: Path) -> None:
    text = page.read_text()
    loads = Loads()
    loads.feed(text)
    assert loads.found == []
    assert {link.removeprefix("#") for link in loads.links} == set(loads.ids)
    assert "@import" not in text[: text.index("</style>")]
    assert "url(" not in text[: text.index("</style>")]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[1]


def test_plot_shows_every_operation_on_one_scale() -> None:
    timings = [
        Timing("get", 0.001, 200),
        Timing("get", 0.1, 404),
        Timing("list", 10.0, 0),
        *[Timing("patch", 0.01, 200)] * 100,
    ]
    shown = plot(timings)
    assert [(lane.operation, lane.requests) for lane in shown.lanes] == [
        ("get", 2),
        ("list", 1),
        ("patch", 100),
    ]
    assert [tick.label for tick in shown.ticks] == ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]
    assert [dot.kind for dot in shown.lanes[0].dots] == ["accepted", "rejected"]
    assert shown.lanes[1].dots[0].kind == "failed"
    assert len(shown.lanes[2].dots) < 10
    positions = [lane.dots[0].x for lane in shown.lanes]
    assert positions[0] < positions[2] < positions[1] < 99


def test_plot_of_nothing_and_of_no_time() -> None:
    assert plot([]).lanes == ()
    assert plot([Timing("get", 0.0, 200)]).lanes[0].median == "0 µs"


def test_durations_are_readable() -> None:
    assert [duration(each) for each in (65, 1.234, 0.0456, 0.000789)] == [
        "65 s",
        "1.23 s",
        "45.6 ms",
        "789 µs",
    ]
