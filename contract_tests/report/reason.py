"""Explains the status of a rule in one line with secrets masked."""

from ..judge.ledger import Entry
from .redaction import Redactor

_LONGEST_REASON = 300


def why(entry: Entry, redactor: Redactor) -> str:
    """Explain in one line why a rule is skipped or violated. Empty if the rule holds."""
    if entry.status == "skipped":
        return redactor.text(entry.why_skipped, _LONGEST_REASON)
    if not entry.broken:
        return ""
    evidence = entry.broken[0]
    expected = redactor.text(evidence.finding.expected, _LONGEST_REASON)
    seen = redactor.text(evidence.finding.seen, _LONGEST_REASON)
    text = f"expected {expected}, saw {seen}"
    if evidence.exchange is not None:
        target = redactor.text(evidence.exchange.url.raw_path.decode("ascii"), _LONGEST_REASON)
        text = f"{evidence.exchange.method} {target}: {text}"
    return " ".join(text.split())
