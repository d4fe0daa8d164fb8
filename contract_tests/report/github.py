"""Renders a verdict as workflow commands of GitHub Actions: one annotation for each violation."""

import secrets
from collections.abc import Iterator
from typing import Any


def render(document: dict[str, Any], text: str) -> str:
    """Render text for the log of a job, and the annotations.

    Args:
        document: The verdict document.
        text: The verdict as text. Workflow commands in it have no effect.
    """
    token = secrets.token_hex(16)
    lines = [f"::stop-commands::{token}", text, f"::{token}::", *_annotations(document)]
    return "\n".join(lines)


def command(name: str, title: str, message: str) -> str:
    """Render one workflow command: `error`, `warning` or `notice`."""
    escaped = _escaped(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{name} title={escaped}::{_escaped(message)}"


def _annotations(document: dict[str, Any]) -> Iterator[str]:
    for rule in document["rules"]:
        if rule["fails"]:
            yield command("error", rule["id"], _message(rule))
        elif rule["status"] == "violated":
            yield command("warning", rule["id"], _message(rule))
    if document["not_restored"]:
        yield command("error", "License keys not restored", ", ".join(document["not_restored"]))
    elif document["verdict"] == "inconclusive":
        yield command("error", "Inconclusive", document["reason"])


def _message(rule: dict[str, Any]) -> str:
    known = rule["known"]
    if known is None:
        return f"{rule['statement']} {rule['why']}"
    if known["state"] == "holds again":
        return "The rule holds again: remove it from the known violations."
    return f"{rule['statement']} {rule['why']} (known until {known['until']}: {known['reason']})"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
