"""Texts that are nearly an id or a token."""


def altered(text: str) -> str:
    """Return the text with another last character."""
    return text[:-1] + ("y" if text[-1] != "y" else "z")
