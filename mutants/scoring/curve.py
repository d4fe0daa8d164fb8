"""The share of faults detected by requests sent, as a picture."""

from collections.abc import Sequence

from pygal import XY, Config  # type: ignore[import-untyped]
from pygal.style import CleanStyle  # type: ignore[import-untyped]

from mutants.scoring.score import Scores
from mutants.scoring.stock import OPTIONS

_TITLES = {"stock": "Schemathesis, stock", "best": "Schemathesis, best settings"}


def picture(scores: Scores) -> str:
    """Draw the curves of both profiles and of Schemathesis as an SVG image.

    Returns:
        The image, the same for the same scores.
    """
    config = Config()
    config.js = []
    config.no_prefix = True
    config.disable_xml_declaration = True
    config.show_dots = False
    config.legend_at_bottom = True
    config.logarithmic = False
    chart = XY(
        config,
        style=CleanStyle,
        title="Faults detected by requests sent",
        x_title="requests",
        y_title="percent of the faults",
        range=(0, 100),
        xrange=(0, 2000),
        width=900,
        height=520,
    )
    faults, compared = scores.faults, scores.compared
    chart.add("full", _steps([each.full.requests for each in faults]))
    chart.add("live, 100 requests a night", _steps([each.live_requests for each in faults]))
    for setting in OPTIONS if compared else ():
        found = [scores.detection(each, setting) for each in compared]
        chart.add(_TITLES[setting], _steps(found))
    image: str = chart.render(is_unicode=True)
    return image + "\n"


def _steps(detections: Sequence[int | None]) -> list[tuple[float, float]]:
    """The points of a curve: after so many requests, so many percent are detected."""
    found = sorted(each for each in detections if each is not None)
    points = [(0.0, 0.0)]
    for number, requests in enumerate(found, start=1):
        points.append((float(requests), round(100 * number / len(detections), 2)))
    return points
