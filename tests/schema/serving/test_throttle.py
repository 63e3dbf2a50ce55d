"""Who asks for too much in too short a time is told when to come again; everybody else notices nothing."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from graphql import parse

from domain.limits import Rate
from domain.viewers import Viewer
from schema.serving.cost import MUTATION, Price, Prices
from schema.serving.throttle import NEW_DOCUMENT, Rates, Throttle, Throttled, delivered
from subscriptions.buckets import Buckets
from subscriptions.limits import LocalLimits
from tests.schema.serving.toy import toy_schema
from tests.schema.serving.wire import ToyServer, read_token, toy_server, wire

ITEMS = "query($first: Int) { items(first: $first) { nodes { id } } }"
# 20 in a bucket for each of these, and nothing comes back while a test runs.
RATES = Rates(account=50, address=30)


class Clock:
    now = 0.0


@pytest.fixture
async def clock() -> Clock:
    return Clock()


@pytest.fixture
async def strict(clock: Clock) -> AsyncIterator[ToyServer]:
    """Of an account 1,000, of an address 600, and time goes on only when a test says so."""
    limits = LocalLimits(Buckets(clock=lambda: clock.now))
    async with toy_server(trusted_proxies=("127.0.0.1",), throttle=Throttle(limits, RATES)) as server:
        yield server


async def ask(
    server: ToyServer, query: str, variables: Mapping[str, Any] | None = None, *, tell: bool = True, **headers: str
) -> httpx.Response:
    body = {"query": query, "variables": variables, "extensions": {"cost": True} if tell else None}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=20) as client:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return await client.post("/graphql", json=body, headers={"Accept": "application/json", **named})


async def test_a_client_that_asks_is_told_what_it_cost_and_what_is_left(strict: ToyServer) -> None:
    first = (await ask(strict, ITEMS, {"first": 100})).json()
    assert first["data"]["items"]["nodes"] == [{"id": 0}, {"id": 1}, {"id": 2}]
    # One page and a hundred items were asked for, and three came.
    assert first["extensions"] == {
        "cost": {
            "requested": NEW_DOCUMENT + 101,
            "actual": NEW_DOCUMENT + 4,
            "available": 600 - NEW_DOCUMENT - 4,
            "restoreRate": 30,
        }
    }
    again = (await ask(strict, ITEMS, {"first": 100})).json()
    assert again["extensions"]["cost"] == {"requested": 101, "actual": 4, "available": 572, "restoreRate": 30}


async def test_who_does_not_ask_is_told_nothing(strict: ToyServer) -> None:
    for _ in range(2):
        assert "extensions" not in (await ask(strict, ITEMS, {"first": 100}, tell=False)).json()


async def test_s26_over_it_the_answer_is_429_with_a_code_and_when_to_come_again(strict: ToyServer, clock: Clock) -> None:
    assert (await ask(strict, ITEMS, {"first": 570})).status_code == 200
    strict.toys.contexts.clear()
    refused = await ask(strict, ITEMS, {"first": 600})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    [error] = refused.json()["errors"]
    assert error["extensions"] == {"code": "THROTTLED", "retryAfterMs": 834}
    assert strict.toys.contexts == []
    assert (await ask(strict, "{ hello }")).status_code == 200
    clock.now += 0.835 + 25 / 30
    assert (await ask(strict, ITEMS, {"first": 599})).status_code == 200


async def test_s26_headers_give_nobody_another_bucket(strict: ToyServer) -> None:
    statuses = [
        (await ask(strict, f"query Q{n} {{ hello }}", X_Forwarded_For=f"198.51.100.{n}, 203.0.113.7")).status_code
        for n in range(40)
    ]
    assert statuses == [200] * 28 + [429] * 12
    assert (await ask(strict, "{ hello }", X_Forwarded_For="203.0.113.8")).status_code == 200


async def test_s26_addresses_of_one_64_share_a_bucket(strict: ToyServer) -> None:
    statuses = [
        (await ask(strict, f"query Q{n} {{ hello }}", X_Forwarded_For=f"2001:db8:1:2::{n:x}")).status_code for n in range(1, 41)
    ]
    assert statuses.count(429) == 12
    assert (await ask(strict, "{ hello }", X_Forwarded_For="2001:db8:1:3::1")).status_code == 200


async def test_an_account_has_a_bucket_of_its_own_wherever_it_is(strict: ToyServer) -> None:
    assert (await ask(strict, ITEMS, {"first": 570}, X_Forwarded_For="203.0.113.7")).status_code == 200
    told = await ask(strict, ITEMS, {"first": 900}, Authorization="Bearer good", X_Forwarded_For="203.0.113.7")
    assert told.json()["extensions"]["cost"]["available"] == 1_000 - 4
    told = await ask(strict, "{ hello }", Authorization="Bearer good", X_Forwarded_For="203.0.113.8")
    assert told.json()["extensions"]["cost"]["available"] == 1_000 - 4 - NEW_DOCUMENT - 1


async def test_documents_that_are_no_good_cost_too_because_they_are_validated(strict: ToyServer) -> None:
    statuses = [(await ask(strict, f"{{ nothing{n} }}")).json()["errors"][0]["extensions"]["code"] for n in range(32)]
    assert statuses == ["GRAPHQL_VALIDATION_FAILED"] * 30 + ["THROTTLED"] * 2


@pytest.mark.parametrize("first", [5_000, 2**31, 2**64, 1e300])
async def test_s15_what_nobody_may_ask_for_is_no_matter_of_when(strict: ToyServer, first: float) -> None:
    for _ in range(2):
        refused = await ask(strict, ITEMS, {"first": first}, Authorization="Bearer good")
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (200, "DOCUMENT_TOO_COSTLY")
        told = await ask(strict, ITEMS, {"first": 3}, Authorization="Bearer good")
    # Each is paid for as a new document is, and a page of three costs four.
    assert told.json()["extensions"]["cost"]["available"] == 1_000 - 2 * NEW_DOCUMENT - 2 * 4


async def test_s26_who_asks_for_more_than_there_is_gets_no_fuller_bucket_by_it(strict: ToyServer) -> None:
    spent = 0
    for number in range(20):
        query = f"query Q{number}($first: Int) {{ items(first: $first) {{ nodes {{ id }} }} }}"
        told = (await ask(strict, query, {"first": 4_000})).json()["extensions"]["cost"]
        spent += NEW_DOCUMENT + 4
        assert (told["actual"], told["available"]) == (NEW_DOCUMENT + 4, 600 - spent)


async def test_a_mutation_costs_more_than_its_answer_and_nothing_comes_back(strict: ToyServer) -> None:
    await ask(strict, "mutation { blow }")
    told = (await ask(strict, "mutation { blow }")).json()["extensions"]["cost"]
    assert (told["requested"], told["actual"]) == (MUTATION, MUTATION)


async def test_a_mutation_that_is_refused_is_not_executed(strict: ToyServer) -> None:
    await ask(strict, "mutation { blow }")
    while (await ask(strict, "mutation { blow }")).status_code == 200:
        pass
    blown = strict.toys.blown
    assert blown == 1 + (600 - NEW_DOCUMENT - MUTATION) // MUTATION
    assert (await ask(strict, "mutation { blow }")).status_code == 429
    assert strict.toys.blown == blown


async def test_s13_over_a_websocket_the_same_bucket_is_emptied_and_the_refusal_is_the_operations(strict: ToyServer) -> None:
    async with wire(strict) as socket:
        await socket.start()
        await ask(strict, ITEMS, {"first": 570}, X_Forwarded_For="127.0.0.1")
        await socket.ask("1", ITEMS, variables={"first": 600})
        assert await socket.hear() == {
            "id": "1",
            "type": "error",
            "payload": [
                {
                    "message": "Too much was asked for in too short a time: try again a little later.",
                    "extensions": {"code": "THROTTLED", "retryAfterMs": 834},
                }
            ],
        }
        await socket.ask("1", "{ hello }")
        assert await socket.hear() == {"id": "1", "type": "next", "payload": {"data": {"hello": "hello world"}}}


@pytest.mark.parametrize("query", ["subscription { seats { version } }", "subscription { count(to: 1) }"])
async def test_s16_subscriptions_cost_when_they_begin(strict: ToyServer, query: str) -> None:
    async with wire(strict) as socket:
        await socket.start()
        heard = []
        for number in range(700):
            await socket.ask(str(number), query)
            while True:
                message: Any = await socket.hear()
                if message["id"] == str(number):
                    break
            heard.append(message["type"])
            await socket.say({"type": "complete", "id": str(number)})
            if message["type"] == "error":
                break
        # The first one's document was new.
        assert heard == ["next"] * 580 + ["error"]
        assert message["payload"][0]["extensions"]["code"] == "THROTTLED"


async def test_a_stream_over_http_is_refused_as_a_request() -> None:
    # Enough for one new document.
    throttle = Throttle(LocalLimits(Buckets(clock=lambda: 0.0)), Rates(address=1.5))
    async with toy_server(trusted_proxies=("127.0.0.1",), throttle=throttle) as poor:
        assert (await ask(poor, "{ hello }")).status_code == 200
        refused = await ask(poor, "subscription { count(to: 1) }", Accept="text/event-stream")
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (429, "THROTTLED")


async def test_refusals_are_counted_by_who_was_refused(strict: ToyServer) -> None:
    await ask(strict, ITEMS, {"first": 570})
    await ask(strict, ITEMS, {"first": 600})
    await ask(strict, ITEMS, {"first": 1_000}, Authorization="Bearer good")
    counted = strict.endpoint.live.metrics.registry.get_sample_value
    assert counted("usher_throttled_total", {"caller": "address"}) == 1
    assert counted("usher_throttled_total", {"caller": "account"}) == 1


def test_no_limit_is_no_bill() -> None:
    viewer: Viewer | None = read_token("good")
    limits = LocalLimits()
    assert Throttle(limits, Rates(0, 30)).admit(viewer, "a", Price(10**9, True)) is None
    with pytest.raises(Throttled):
        Throttle(limits, Rates(0, 30)).admit(None, "a", Price(10**9, True))
    assert len(limits.buckets) == 1


def test_what_is_owed_for_a_new_document_is_paid_before_anything_else() -> None:
    limits = LocalLimits(Buckets(clock=lambda: 0.0))
    throttle = Throttle(limits, Rates(address=10))
    bill = throttle.admit(None, "a", None)
    assert bill is not None
    bill.add(Price(300, refundable=True))
    bill.pay()
    assert limits.charge("cost:a", 0, Rate(10, 200)) == -120
    with pytest.raises(Throttled) as refused:
        throttle.admit(None, "a", Price(1, refundable=True))
    assert refused.value.retry_after_ms == 12_100


@pytest.mark.parametrize(
    ("data", "objects"),
    [
        (None, 0),
        ({"hello": "world"}, 0),
        ({"event": {"id": "1", "venue": {"id": "2"}}}, 2),
        ({"events": {"nodes": [{"id": 1}, None, {"id": 2, "tags": ["a"] * 1_000}]}}, 3),
        ({"rows": [[{"id": 1}], []]}, 1),
        ({"labels": [None, "A-1"]}, 0),
    ],
)
def test_objects_are_counted_and_what_is_in_lists_of_values_is_not(data: Mapping[str, object] | None, objects: int) -> None:
    assert delivered(data) == objects


def test_costs_are_remembered_by_the_variables_that_decide_them_and_nothing_else_is() -> None:
    document = "query($first: Int, $name: String!) { hello(name: $name) items(first: $first) { nodes { id } } }"
    prices = Prices(toy_schema()._schema, parse(document))
    asked: list[Mapping[str, object]] = [{"first": n, "name": str(n)} for n in range(1, 1_000)]
    assert [prices.cost(None, one) for one in asked] == [1 + n for n in range(1, 1_000)]
    assert [prices.cost(None, one) for one in asked] == [1 + n for n in range(1, 1_000)]
    assert prices.cost(None, {"first": True}) == 2
    assert prices.cost(None, {"first": [1]}) == prices.cost(None, {}) == 21
    assert len(prices._known) <= 64
