"""Renders a verdict as one self-contained HTML page without scripts."""

import base64
import hashlib
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..judge.verdict import Timing
from .duration import duration
from .plot import plot

_FOLDER = Path(__file__).parent


def render(document: dict[str, Any], timings: Sequence[Timing]) -> str:
    """Render the verdict document as an HTML page.

    Args:
        document: The verdict document with secrets masked.
        timings: The response time of each exchange.
    """
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["duration"] = duration
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = document["rules"]
    return environment.get_template("page.html").render(
        document=document,
        # The content security policy allows this style by its hash, so it must not be escaped.
        style=Markup(style),  # noqa: S704 - a file of this package
        style_digest=digest,
        areas=[(area, list(each)) for area, each in groupby(rules, key=_area)],
        violated=[each for each in rules if each["status"] == "violated"],
        counts={
            status: sum(each["status"] == status for each in rules)
            for status in ("holds", "violated", "skipped")
        },
        plot=plot(timings),
    )


def _area(rule: dict[str, Any]) -> str:
    return str(rule["id"].partition(".")[0])
