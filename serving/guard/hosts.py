"""Names under which the service may be asked: a page of elsewhere that points its own name here is refused."""

from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from serving.guard.paths import PROBES
from serving.problems import problem


def name_of(host: str) -> str:
    """The name in a header `Host`, without its port.

    >>> name_of("Vigia.example:3000"), name_of("[::1]:3000"), name_of("localhost")
    ('vigia.example', '[::1]', 'localhost')
    """
    bare = host[: host.find("]") + 1] if host.startswith("[") else host.split(":")[0]
    return bare.lower().removesuffix(".")


class KnownHosts:
    """Refuses other names; probes are answered by any, because who watches asks by the address of the machine."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["path"] not in PROBES:
            found = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            if len(found) != 1 or name_of(found[0]) not in self.names:
                answer = problem(421, "host: not a name of this service; its setting `serving.hosts` lists them")
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)
