"""What a mutant is, and the shapes in which most of them are written.

A mutant is a function whose name is its id and whose docstring says what it does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Body, Key, Request, Response, change_keys


@dataclass(frozen=True)
class Mutant:
    """A server that differs from the one behind it in one way.

    Attributes:
        id: Area and name.
        area: The part of the API that it is about.
        statement: What it does, in one sentence.
        behaviour: How it responds.
        seed: What the mock behind it holds, None for the usual keys.
    """

    id: str
    area: str
    statement: str
    behaviour: Behaviour
    seed: dict[str, Any] | None = None


class Area:
    """The mutants of one part of the API."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._mutants: list[Mutant] = []

    def __iter__(self) -> Iterator[Mutant]:
        return iter(self._mutants)

    def add(self, name: str, statement: str, behaviour: Behaviour) -> None:
        """Add a mutant by its name and what it does."""
        self._mutants.append(Mutant(f"{self.name}-{name}", self.name, statement, behaviour))

    def answers(self, behaviour: Behaviour) -> Behaviour:
        """Add a mutant that answers any request on its own."""
        self._add(behaviour, behaviour)
        return behaviour

    def reads_request(self, change: Callable[[Request], Request]) -> Callable[[Request], Request]:
        """Add a mutant that takes a request for another one."""

        async def behaviour(request: Request, upstream: Upstream) -> Response:
            return await upstream(change(request))

        self._add(change, behaviour)
        return change

    def reads_patch(self, change: Callable[[Body, Key], Any]) -> Callable[[Body, Key], Any]:
        """Add a mutant that takes the object in a PATCH of a known key for another body."""

        async def behaviour(request: Request, upstream: Upstream) -> Response:
            if request.updates_key and isinstance(request.json, dict):
                key = await upstream.key(request.key_id)
                if key is not None:
                    return await upstream(request.with_json(change(request.json, key)))
            return await upstream(request)

        self._add(change, behaviour)
        return change

    def answers_patch(
        self, change: Callable[[Body, Key, Key], Key]
    ) -> Callable[[Body, Key, Key], Key]:
        """Add a mutant that keeps another key than asked for: body, key before, key after.

        The difference is shown from then on, not in the answer alone.
        """

        async def behaviour(request: Request, upstream: Upstream) -> Response:
            before = await upstream.key(request.key_id) if request.updates_key else None
            response = await upstream(request)
            if before is None or not response.ok:
                return response
            after = response.json
            kept = change(request.fields, before, after)
            upstream.pretend(
                request.key_id,
                {name: value for name, value in kept.items() if after.get(name) != value},
            )
            return upstream.shown(request, response)

        self._add(change, behaviour)
        return change

    def shows_keys(self, change: Callable[[Key], Key | None]) -> Callable[[Key], Key | None]:
        """Add a mutant that shows every license key in another way."""

        async def behaviour(request: Request, upstream: Upstream) -> Response:
            return change_keys(request, await upstream(request), change)

        self._add(change, behaviour)
        return change

    def shows_response(
        self, change: Callable[[Request, Response], Response]
    ) -> Callable[[Request, Response], Response]:
        """Add a mutant that answers in another way than the server."""

        async def behaviour(request: Request, upstream: Upstream) -> Response:
            return change(request, await upstream(request))

        self._add(change, behaviour)
        return change

    def holds(self, make_seed: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        """Add a mutant that is the server as it is with other keys."""

        async def behaviour(request: Request, upstream: Upstream) -> Response:
            return await upstream(request)

        self._add(make_seed, behaviour, make_seed())
        return make_seed

    def _add(
        self, named: Callable[..., Any], behaviour: Behaviour, seed: dict[str, Any] | None = None
    ) -> None:
        name = named.__name__.replace("_", "-")
        statement = (named.__doc__ or "").strip()
        self._mutants.append(Mutant(f"{self.name}-{name}", self.name, statement, behaviour, seed))
