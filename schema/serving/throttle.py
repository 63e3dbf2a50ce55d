"""What a caller may ask for in a while: every operation costs what its document says, and gives back what it did not deliver."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import GraphQLError

from domain.clients import Grant
from domain.ids import ClientId
from domain.limits import Limits, Rate
from domain.viewers import Viewer
from schema.serving.cost import Price
from schema.serving.errors import refusal
from schema.serving.requests import RequestRefused

# Until it has run it is not known what a new document asks for, only that it has to be validated.
NEW_DOCUMENT = 20
# Below it, counting what was delivered is not worth its time.
WORTH_COUNTING = 50
# How many seconds fill a bucket.
FILLED_IN = 20
TELL = "cost"
UNLIMITED = Rate(1e12, 1e12)


@dataclass(frozen=True, slots=True)
class Rates:
    """Cost per second: of an account or a partner's client, and of an address whose callers are not signed in; 0 is no limit."""

    account: float = 1_000
    address: float = 10_000


class OperationRefused(Exception):
    """Before any of it is executed. `more` goes beside the code."""

    def __init__(
        self, status: int, code: str, message: str, more: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.more, self.headers = status, code, message, more, headers

    def over_http(self) -> RequestRefused:
        return RequestRefused(self.status, self.code, self.message, self.headers, self.more)

    def as_error(self) -> GraphQLError:
        return refusal(self.code, self.message, **self.more)


class Throttled(OperationRefused):
    """In so many milliseconds there is enough again."""

    def __init__(self, retry_after_ms: int) -> None:
        self.retry_after_ms = retry_after_ms
        message = "Too much was asked for in too short a time: try again a little later."
        headers = {"Retry-After": str(math.ceil(retry_after_ms / 1_000))}
        super().__init__(429, "THROTTLED", message, {"retryAfterMs": retry_after_ms}, headers)


class Used(Protocol):
    """What partners' clients ask for. Never waits."""

    def count(self, client_id: ClientId, cost: int, *, requests: int = 1, throttled: int = 0) -> None: ...


class Bill:
    """Of one operation that may run. `told`: the client wants to know, or always does."""

    __slots__ = ("_bucket", "_limits", "_owed", "_rate", "available", "counted", "price", "requested", "told")

    def __init__(self, limits: Limits, bucket: str, rate: Rate, price: Price | None) -> None:
        self._limits, self._bucket, self._rate = limits, bucket, rate
        self.price, self.requested = price, _requested(price)
        self.available, self.told, self._owed = 0.0, False, 0
        # Told of what it costs more or less in the end.
        self.counted: Callable[[int], None] | None = None

    def take(self) -> float:
        """Seconds to wait, 0 where it was had."""
        self.available, retry_after = self._limits.spend(self._bucket, self.requested, self._rate)
        return retry_after

    def add(self, price: Price | None) -> None:
        """A new document's price, once it is known; None for one that was no good. It is owed until it is paid."""
        if price is not None:
            self.price = price
            self.requested += price.cost
            self._owed = price.cost

    def settle(self, data: Mapping[str, object] | None) -> dict[str, object] | None:
        """Gives back what was not delivered. What the client is told, if it is."""
        back = self._undelivered(data)
        self.pay(back)
        return self.as_told(self.requested - back) if self.told else None

    def pay(self, less: int = 0) -> None:
        """In one step: a bucket forgives what is owed beyond its depth, and would give it back all the same."""
        due, self._owed = self._owed - less, 0
        if due:
            self._charge(due)

    def _undelivered(self, data: Mapping[str, object] | None) -> int:
        if self.price is None or not self.price.refundable or self.price.cost < WORTH_COUNTING:
            return 0
        return max(self.price.cost - max(delivered(data), 1), 0)

    def _charge(self, cost: int) -> None:
        self.available = self._limits.charge(self._bucket, cost, self._rate)
        if self.counted is not None:
            self.counted(cost)

    def as_told(self, actual: int) -> dict[str, object]:
        available, restored = math.floor(max(self.available, 0)), round(self._rate.per_second)
        return {TELL: {"requested": self.requested, "actual": actual, "available": available, "restoreRate": restored}}


class Throttle:
    def __init__(self, limits: Limits, rates: Rates, used: Used | None = None) -> None:
        self._limits, self._used = limits, used
        self._account, self._address = _rate(rates.account), _rate(rates.address)

    def admit(
        self, viewer: Viewer | None, address: str, price: Price | None, extensions: Mapping[str, Any] | None = None
    ) -> Bill | None:
        """`price` None: the document is new here. None for who has no limit. Raises `Throttled`."""
        if viewer is None:
            rate, bucket = self._address, "cost:" + address
        else:
            rate, bucket = self._account, "cost:" + viewer.user_id.hex
        if viewer is not None and viewer.grant is not None:
            return self._admit_partner(viewer.grant, Bill(self._limits, bucket, rate or UNLIMITED, price))
        if rate is None:
            return None
        bill = Bill(self._limits, bucket, rate, price)
        _take(bill)
        bill.told = extensions is not None and extensions.get(TELL) is True
        return bill

    def _admit_partner(self, grant: Grant, bill: Bill) -> Bill:
        """What it uses is counted, and it is always told, though not its widgets."""
        count = self._used.count if self._used is not None else None
        try:
            _take(bill)
        except Throttled:
            if count is not None:
                count(grant.client_id, 0, throttled=1)
            raise
        if count is not None:
            count(grant.client_id, bill.requested)
            bill.counted = lambda cost: count(grant.client_id, cost, requests=0)
        bill.told = grant.widget is None
        return bill


def _take(bill: Bill) -> None:
    retry_after = bill.take()
    if retry_after:
        raise Throttled(math.ceil(retry_after * 1_000))


def delivered(data: Mapping[str, object] | None) -> int:
    """How many objects. Lists are of one kind, so that values are not looked at one by one."""
    count, waiting = 0, [data or {}]
    while waiting:
        for each in waiting.pop().values():
            objects = [each] if type(each) is dict else _objects(each) if type(each) is list else ()
            count += len(objects)
            waiting += objects
    return count


def _objects(items: list[Any]) -> list[dict[str, object]]:
    if items and items[0] is not None and type(items[0]) not in (dict, list):
        return []
    return [one for each in items for one in (_objects(each) if type(each) is list else (each,)) if type(one) is dict]


def _requested(price: Price | None) -> int:
    return NEW_DOCUMENT if price is None else price.cost


def _rate(per_second: float) -> Rate | None:
    return Rate(per_second, per_second * FILLED_IN) if per_second else None
