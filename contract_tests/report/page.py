"""The verdict as one HTML page that needs nothing else and runs nothing."""

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
    """Write the document of a verdict as an HTML page.

    Args:
        document: The document, free of secrets already.
        timings: How long each exchange took.
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
        # The policy lets this one style in, so its text has to stay as it is.
        style=Markup(style),  # noqa: S704 - a file of this folder
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
