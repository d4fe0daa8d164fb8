"""Render a report as one HTML page, which loads nothing and runs nothing."""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tools.diff.consequences import consequences
from tools.diff.report import Report
from tools.diff.rules import page_of

FOLDER = Path(__file__).parent


def as_html(report: Report) -> str:
    """Render for a browser."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("page.html").render(
        report=report,
        consequences=consequences,
        page_of=page_of,
        # The content security policy allows this style by its hash, so it must not be escaped.
        style=Markup(style),  # noqa: S704 - a file of this package
        style_digest=digest,
    )
