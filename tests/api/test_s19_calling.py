"""Usher takes no address to fetch anything from; here, whatever hosts are named to it, it calls none of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import jwt
import pytest

from tests.api.account_documents import ASK_RESET, CHANGE_EMAIL, ME, REGISTER
from tests.api.conftest import PASSWORD, House

HOSTS = ["usher-canary.net", "metadata.google.com", "127.0.0.1.nip.io"]
NAMED_FIRST = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
ADDRESSED = ("socket.connect", "socket.sendto", "socket.sendmsg")
listeners: list[set[object]] = []


def heard(event: str, arguments: tuple[Any, ...]) -> None:
    if listeners and event in NAMED_FIRST:
        listeners[-1].add(arguments[0])
    elif listeners and event in ADDRESSED and isinstance(arguments[1], tuple):
        listeners[-1].add(arguments[1][0])


@pytest.fixture(scope="session")
def hook() -> None:
    # There is no way to take it away again.
    sys.addaudithook(heard)


@contextmanager
def hosts_called() -> Iterator[set[object]]:
    """By this process, which is server and client."""
    listeners.append(set())
    try:
        yield listeners[-1]
    finally:
        listeners.pop()


@pytest.mark.parametrize("host", HOSTS)
async def test_s19_whatever_host_is_named_nobody_is_called_there(house: House, hook: None, host: str) -> None:
    url, email = f"https://{host}/keys.json", f"someone@{host}"
    named = {"jku": url, "x5u": url, "kid": url}
    token = jwt.encode({"sub": "x", "iss": url}, "k" * 32, "HS256", headers=named)
    headers = {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-For": host, "Origin": f"https://{host}", "Referer": url}
    with hosts_called() as called:
        async with httpx.AsyncClient() as http:
            forged = {**headers, "Authorization": f"Bearer {token}"}
            assert (await http.post(f"{house.url}/graphql", json={"query": ME}, headers=forged)).status_code == 401
            asked = await http.post(f"{house.url}/graphql", json={"query": "{ __typename }"}, headers=headers)
            assert asked.json() == {"data": {"__typename": "Query"}}
        registered = await house.nobody.ask(REGISTER, {"input": {"email": email, "password": "seven-lemon-trees"}})
        assert registered["__typename"] == "RegistrationReceived"
        assert (await house.nobody.ask(ASK_RESET, {"email": email}))["__typename"] == "LinkMailed"
        changed = await house.fan.ask(CHANGE_EMAIL, {"input": {"email": f"other@{host}", "password": PASSWORD}})
        assert changed["__typename"] == "LinkMailed"
    assert called == {"127.0.0.1"}
