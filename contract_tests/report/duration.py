"""Durations for people."""


def duration(seconds: float) -> str:
    """Seconds in words that suit their size."""
    if seconds >= 1:
        return f"{seconds:.3g} s"
    if seconds >= 0.001:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds * 1e6:.3g} µs"
