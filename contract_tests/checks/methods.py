"""Judges the response to a method that a path does not support."""

from ..judge.ledger import Ledger
from ..transport.exchange import Exchange

RULE = "method.not-allowed-405"


def judge_not_allowed(ledger: Ledger, exchange: Exchange) -> None:
    """Record whether a method is rejected with 405, and not listed among the allowed ones."""
    allowed = {each.strip() for each in exchange.headers.get("allow", "").split(",")}
    holds = exchange.status == 405 and exchange.method not in allowed
    ledger.judge(RULE, exchange, holds, f"405, and {exchange.method} not in Allow")
