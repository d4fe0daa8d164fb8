"""A local stand-in for the part of GitHub that the workflows use.

It checks every request and every response against GitHub's published API description, of which
api.github.com.json is an excerpt.
"""

import io
import itertools
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs

from specification import load

DESCRIPTION = Path(__file__).with_name("api.github.com.json")
REPOSITORY = "acme/licenses"
TOKEN = "token-of-the-workflow"
ROOT = f"/repos/{REPOSITORY}"


@dataclass
class Run:
    """A workflow run and its artifacts: name to zip archive."""

    id: int
    branch: str = "main"
    event: str = "schedule"
    repository: str = REPOSITORY
    artifacts: dict[str, bytes] = field(default_factory=dict)


class Description:
    """Checks requests and responses against the published description."""

    def __init__(self) -> None:
        self._document = load(str(DESCRIPTION)).content
        self._components = _without_required(self._document["components"])
        self._validators: dict[int, jsonschema_rs.Validator] = {}

    def problem(self, method: str, path: str, query: dict[str, str], body: Any) -> str | None:
        """What is wrong with a request, None if nothing is."""
        operation = self._operation(method, path)
        if operation is None:
            return f"{method} {path} is not documented"
        parameters = [self._resolved(each) for each in operation["parameters"]]
        documented = {each["name"]: each for each in parameters if each["in"] == "query"}
        for name in query:
            if name not in documented:
                return f"{method} {path} has no parameter {name}"
        if body is None:
            return None
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        unknown = set(body) - set(schema["properties"])
        return f"unknown fields {unknown}" if unknown else self._mismatch(schema, body)

    def response_problem(self, method: str, path: str, status: int, body: Any) -> str | None:
        """What is wrong with a response, None if nothing is. The stand-in may omit fields."""
        operation = self._operation(method, path)
        assert operation is not None
        if str(status) not in operation["responses"]:
            return f"{method} {path} does not return {status}"
        response = self._resolved(operation["responses"][str(status)])
        if "content" not in response:
            return None
        return self._mismatch(response["content"]["application/json"]["schema"], body)

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for template, item in self._document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                found: dict[str, Any] | None = item.get(method.lower())
                return found
        return None

    def _resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in value:
            _, _, kind, name = value["$ref"].split("/")
            value = self._document["components"][kind][name]
        return value

    def _mismatch(self, schema: dict[str, Any], value: Any) -> str | None:
        validator = self._validators.get(id(schema))
        if validator is None:
            rooted = {**_without_required(schema), "components": self._components}
            validator = self._validators[id(schema)] = jsonschema_rs.validator_for(rooted)
        error = next(validator.iter_errors(value), None)
        return None if error is None else error.message


def _without_required(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_required(each)
            for name, each in value.items()
            if name != "required" or not isinstance(each, list)
        }
    return [_without_required(each) for each in value] if isinstance(value, list) else value


class GitHubStandIn:
    """The state of the stand-in.

    Attributes:
        url: The base URL of its API.
        storage_url: Where the archives of artifacts are.
        runs: The workflow runs, the newest first.
        issues: The issues, the oldest first.
        comments: Number of an issue to the comments on it.
        problems: What the published description does not allow.
        fail_with: A status that every request gets, None for none.
    """

    def __init__(self) -> None:
        self.url = self.storage_url = ""
        self.runs: list[Run] = []
        self.issues: list[dict[str, Any]] = []
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.problems: list[str] = []
        self.fail_with: int | None = None
        self._ids = itertools.count(1)
        self._artifacts: dict[int, tuple[Run, str]] = {}
        self.description = Description()

    @property
    def open_issues(self) -> dict[str, dict[str, Any]]:
        """The open issues by title."""
        return {each["title"]: each for each in self.issues if each["state"] == "open"}

    def start_run(self, **settings: Any) -> Run:
        """Start a workflow run."""
        run = Run(next(self._ids), **settings)
        self.runs.insert(0, run)
        return run

    def upload(self, run: Run, name: str, files: dict[str, bytes]) -> None:
        """Store an artifact as actions/upload-artifact does with `overwrite`."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for file, content in files.items():
                archive.writestr(file, content)
        run.artifacts[name] = buffer.getvalue()

    def respond(
        self, method: str, path: str, query: dict[str, str], body: Any
    ) -> tuple[int, Any, dict[str, str]]:
        """Return the status, the JSON body and the headers."""
        rest = path.removeprefix(ROOT)
        if match := re.fullmatch(r"/actions/workflows/([^/]+)/runs", rest):
            chosen = [each for each in self.runs if each.branch == query.get("branch")]
            found = [self._run(each) for each in _page(chosen, query)]
            return 200, {"total_count": len(chosen), "workflow_runs": found}, {}
        if match := re.fullmatch(r"/actions/runs/(\d+)/artifacts", rest):
            run = next(each for each in self.runs if each.id == int(match[1]))
            listed = [self._artifact(run, name) for name in run.artifacts]
            return 200, {"total_count": len(listed), "artifacts": _page(listed, query)}, {}
        if match := re.fullmatch(r"/actions/artifacts/(\d+)/zip", rest):
            return 302, None, {"Location": f"{self.storage_url}/storage/{match[1]}"}
        if rest == "/issues" and method == "GET":
            labels = set(filter(None, query.get("labels", "").split(",")))
            chosen_issues = [
                each
                for each in self.issues
                if each["state"] == query.get("state", "open")
                and labels <= {label["name"] for label in each["labels"]}
            ]
            return 200, _page(chosen_issues, query), {}
        if rest == "/issues":
            labels_of = [{"name": each} for each in body.get("labels", [])]
            issue = {"number": next(self._ids), "state": "open", **body, "labels": labels_of}
            self.issues.append(issue)
            return 201, issue, {}
        if match := re.fullmatch(r"/issues/comments/(\d+)", rest):
            comment = next(
                each
                for listed in self.comments.values()
                for each in listed
                if each["id"] == int(match[1])
            )
            comment |= body
            return 200, comment, {}
        if match := re.fullmatch(r"/issues/(\d+)/comments", rest):
            comments = self.comments.setdefault(int(match[1]), [])
            if method == "GET":
                return 200, _page(comments, query), {}
            user = {"login": "github-actions[bot]", "type": "Bot"}
            comments.append({"id": next(self._ids), "user": user, **body})
            return 201, comments[-1], {}
        match = re.fullmatch(r"/issues/(\d+)", rest)
        assert match
        issue = next(each for each in self.issues if each["number"] == int(match[1]))
        issue |= body
        return 200, issue, {}

    def archive(self, artifact_id: int) -> bytes:
        """The archive of an artifact."""
        run, name = self._artifacts[artifact_id]
        return run.artifacts[name]

    def _run(self, run: Run) -> dict[str, Any]:
        return {
            "id": run.id,
            "event": run.event,
            "head_branch": run.branch,
            "head_repository": {"full_name": run.repository},
        }

    def _artifact(self, run: Run, name: str) -> dict[str, Any]:
        number = next(self._ids)
        self._artifacts[number] = (run, name)
        return {"id": number, "name": name, "expired": False}


def _page(items: list[Any], query: dict[str, str]) -> list[Any]:
    size, page = int(query.get("per_page", "30")), int(query.get("page", "1"))
    return items[size * (page - 1) : size * page]


@contextmanager
def serve() -> Iterator[GitHubStandIn]:
    """Serve a stand-in on a free port."""
    stand_in = GitHubStandIn()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Log nothing."""

        def do_GET(self) -> None:
            self._respond("GET")

        def do_POST(self) -> None:
            self._respond("POST")

        def do_PATCH(self) -> None:
            self._respond("PATCH")

        def _respond(self, method: str) -> None:
            parts = urlsplit(self.path)
            if parts.path.startswith("/storage/"):
                if "Authorization" in self.headers:  # as the storage of GitHub
                    self._send(400, b"", {})
                    return
                content = stand_in.archive(int(parts.path.rpartition("/")[2]))
                self._send(200, content, {"Content-Type": "application/zip"})
                return
            length = int(self.headers.get("Content-Length", "0"))
            body = json.loads(self.rfile.read(length)) if length else None
            query = dict(parse_qsl(parts.query))
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self._send(401, b"{}", {})
                return
            if stand_in.fail_with is not None:
                self._send(stand_in.fail_with, b"{}", {})
                return
            problem = stand_in.description.problem(method, parts.path, query, body)
            if problem is not None:
                stand_in.problems.append(problem)
                self._send(422, json.dumps({"message": problem}).encode(), {})
                return
            status, content_json, headers = stand_in.respond(method, parts.path, query, body)
            problem = stand_in.description.response_problem(
                method, parts.path, status, content_json
            )
            if problem is not None:
                stand_in.problems.append(problem)
            self._send(status, json.dumps(content_json).encode(), headers)

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    stand_in.storage_url = f"http://localhost:{server.server_port}"  # another origin
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
