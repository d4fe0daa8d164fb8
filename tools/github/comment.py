"""Keeps one comment of a pull request up to date."""

from collections.abc import Mapping

from tools.github.api import GitHub

MARKER = "<!-- dodo-license-keys api-changes -->"


def keep_comment(github: GitHub, number: int, text: str | None) -> str:
    """Create or edit the comment with the marker, and return what was done.

    Args:
        github: The repository.
        number: The number of the pull request.
        text: The Markdown text, None if the pull request changes nothing. A pull request without
            changes gets no comment; an earlier comment is edited to say so.
    """
    found = next(
        (
            each
            for each in github.items(f"/issues/{number}/comments")
            if _is_own(each) and (each.get("body") or "").startswith(MARKER)
        ),
        None,
    )
    if text is None and found is None:
        return "no API changes, no comment"
    body = {"body": f"{MARKER}\n{text or 'The API does not change any more.'}"}
    if found is None:
        github.send("POST", f"/issues/{number}/comments", body)
        return "commented"
    if found["body"].strip() == body["body"].strip():
        return "the comment is up to date"
    github.send("PATCH", f"/issues/comments/{found['id']}", body)
    return "edited the comment"


def _is_own(comment: Mapping[str, object]) -> bool:
    """Whether a bot wrote a comment: nobody else's comment is edited."""
    user = comment.get("user")
    return isinstance(user, dict) and user.get("type") == "Bot"
