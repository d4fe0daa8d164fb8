"""A small client for the part of GitHub's REST API that the workflows use.

The operations are those of https://github.com/github/rest-api-description.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

_PAGE = 100
_SECONDS = 30.0
_LARGEST_DOWNLOAD = 50_000_000


class GitHubError(Exception):
    """GitHub rejects a request or cannot be reached. The message is one sentence."""


class GitHub:
    """Sends requests about one repository.

    Args:
        repository: `owner/name`.
        token: A token of the workflow.
        api_url: The base URL of the API.
    """

    def __init__(self, repository: str, token: str, api_url: str) -> None:
        self.repository = repository
        self._client = httpx.Client(
            base_url=f"{api_url}/repos/{repository}",
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "X-GitHub-Api-Version": "2022-11-28",
            },
            timeout=_SECONDS,
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "GitHub":
        """Use the variables of GitHub Actions, and the token in GITHUB_TOKEN.

        Raises:
            GitHubError: A variable is missing.
        """
        try:
            return cls(
                environment["GITHUB_REPOSITORY"],
                environment["GITHUB_TOKEN"],
                environment["GITHUB_API_URL"],
            )
        except KeyError as error:
            raise GitHubError(f"the variable {error.args[0]} is missing") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a request and return the JSON of the response.

        Raises:
            GitHubError: The status is not 2xx, or no response came.
        """
        return self._request(method, path, json=body).json()

    def items(self, path: str, key: str | None = None, **query: str) -> Iterator[dict[str, Any]]:
        """Yield the items of every page of a list.

        Args:
            path: The path of the list.
            key: The member of the response that contains the items, None if it is the response.
            query: The parameters.

        Raises:
            GitHubError: The status is not 2xx, or no response came.
        """
        page = 1
        while True:
            parameters = {**query, "per_page": str(_PAGE), "page": str(page)}
            content = self._request("GET", path, params=parameters).json()
            found = content if key is None else content[key]
            yield from found
            if len(found) < _PAGE:
                return
            page += 1

    def archive(self, artifact_id: int) -> bytes:
        """Download the zip archive of an artifact.

        Raises:
            GitHubError: The status is not 2xx, no response came, or the archive is too large.
        """
        path = f"/actions/artifacts/{artifact_id}/zip"
        # httpx drops the token when the redirect leads to another host, as the storage requires.
        content = self._request("GET", path, follow_redirects=True).content
        if len(content) > _LARGEST_DOWNLOAD:
            raise GitHubError(f"artifact {artifact_id} is larger than {_LARGEST_DOWNLOAD:,} bytes")
        return content

    def _request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **arguments)
        except httpx.HTTPError as error:
            raise GitHubError(f"{method} {path} failed: {type(error).__name__}") from error
        if not response.is_success:
            raise GitHubError(f"{method} {path} returned {response.status_code}")
        return response
