"""The share of faults detected by requests sent, as a picture."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mutants.scoring.score import Scores
from mutants.scoring.stock import OPTIONS, Setting

_WIDTH, _HEIGHT = 860, 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 20, 90
_MOST_REQUESTS = 1500
_TITLES: dict[Setting, str] = {
    "stock": "Schemathesis, few examples",
    "best": "Schemathesis, many examples and hooks",
}
# Distinguishable on light and dark pages, by people with any kind of color vision.
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")


def picture(scores: Scores) -> str:
    """Draw the curves of both profiles and of Schemathesis.

    Returns:
        An SVG image, the same for the same scores.
    """
    curves = {
        "full": [each.full.requests for each in scores.faults],
        "live, 100 requests a night": [each.live_requests for each in scores.faults],
    }
    for setting in OPTIONS if scores.compared else ():
        found = [scores.detection(each, setting) for each in scores.compared]
        curves[_TITLES[setting]] = found
    image = Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {_WIDTH} {_HEIGHT}"},
        role="img",
    )
    SubElement(image, "title").text = "Percent of the faults detected by requests sent"
    SubElement(image, "rect", width="100%", height="100%", fill="white")
    group = SubElement(image, "g", {"font-family": "sans-serif", "font-size": "13"})
    _draw_axes(group)
    for number, (name, detections) in enumerate(curves.items()):
        points = " ".join(f"{_x(x):g},{_y(y):g}" for x, y in _steps(detections))
        color = _COLORS[number]
        style = {"fill": "none", "stroke": color, "stroke-width": "2"}
        SubElement(group, "polyline", style, points=points)
        x, y = _LEFT + 380 * (number % 2), _HEIGHT - 30 + 20 * (number // 2)
        SubElement(group, "rect", x=f"{x}", y=f"{y - 10}", width="18", height="10", fill=color)
        _write(group, x + 26, y, name)
    indent(image)
    return tostring(image, encoding="unicode") + "\n"


def _draw_axes(group: Element) -> None:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for percent in range(0, 101, 20):
        y = f"{_y(percent):g}"
        SubElement(group, "line", x1=f"{_LEFT}", x2=f"{right}", y1=y, y2=y, stroke="#ddd")
        _write(group, _LEFT - 8, _y(percent) + 4, f"{percent} %", "end")
    for requests in range(0, _MOST_REQUESTS + 1, 250):
        _write(group, _x(requests), bottom + 18, f"{requests}", "middle")
    _write(group, (_LEFT + right) / 2, bottom + 38, "requests", "middle")


def _write(group: Element, x: float, y: float, text: str, anchor: str = "start") -> None:
    SubElement(group, "text", {"text-anchor": anchor}, x=f"{x:g}", y=f"{y:g}").text = text


def _steps(detections: Sequence[int | None]) -> Iterator[tuple[int, float]]:
    """Yield the points of a curve: requests, percent of the faults detected by then."""
    percent = 0.0
    yield 0, percent
    found = sorted(each for each in detections if each is not None and each <= _MOST_REQUESTS)
    for number, requests in enumerate(found, start=1):
        yield requests, percent
        percent = round(100 * number / len(detections), 2)
        yield requests, percent
    yield _MOST_REQUESTS, percent


def _x(requests: float) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * requests / _MOST_REQUESTS, 1)


def _y(percent: float) -> float:
    return round(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * percent / 100, 1)
