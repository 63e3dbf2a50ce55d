"""A client as a partner would write it: HTTP for queries and mutations, graphql-transport-ws for what is live."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

LOGIN = "mutation($input: LoginInput!) { login(input: $input) { ... on AuthTokens { accessToken } } }"


@dataclass(frozen=True, slots=True)
class Client:
    """`ask` answers with the one root field's value; `raw` with everything."""

    url: str
    http: httpx.AsyncClient
    token: str | None = None
    # Of the page that it is on, where it is a browser.
    origin: str | None = None

    async def signed_in(self, email: str, password: str = "usher-demo") -> Self:
        tokens = await self.ask(LOGIN, {"input": {"email": email, "password": password}})
        return type(self)(self.url, self.http, tokens["accessToken"])

    @property
    def _on_its_page(self) -> dict[str, str]:
        return {"Origin": self.origin} if self.origin else {}

    async def raw(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        headers = self._on_its_page | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        body = {"query": document, "variables": dict(variables or {})}
        answer = await self.http.post(f"{self.url}/graphql", json=body, headers=headers)
        read: dict[str, Any] = answer.json()
        return read

    async def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> Any:
        answer = await self.raw(document, variables)
        assert "errors" not in answer, answer["errors"]
        (value,) = answer["data"].values()
        return value

    @asynccontextmanager
    async def watch(self, document: str, variables: Mapping[str, Any]) -> AsyncIterator["Watch"]:
        address = self.url.replace("http://", "ws://") + "/graphql"
        protocols = [Subprotocol("graphql-transport-ws")]
        async with connect(address, subprotocols=protocols, additional_headers=self._on_its_page) as socket:
            payload = {"Authorization": f"Bearer {self.token}"} if self.token else None
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
            message = {"id": "1", "type": "subscribe", "payload": {"query": document, "variables": dict(variables)}}
            await socket.send(json.dumps(message))
            yield Watch(socket)


@dataclass(frozen=True, slots=True)
class Watch:
    socket: ClientConnection

    async def message(self, within: float = 5) -> dict[str, Any]:
        async with asyncio.timeout(within):
            read: dict[str, Any] = json.loads(await self.socket.recv())
        return read

    async def next(self, within: float = 5) -> Any:
        """The root field's value of the next event."""
        message = await self.message(within)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (value,) = message["payload"]["data"].values()
        return value
