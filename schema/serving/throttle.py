"""What a caller may ask for in a while: every operation costs what its document says, and gives back what it did not deliver."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

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


@dataclass(frozen=True, slots=True)
class Rates:
    """Cost per second: of an account or a partner's client, and of an address whose callers are not signed in; 0 is no limit."""

    account: float = 1_000
    address: float = 10_000


class Throttled(Exception):
    """In so many milliseconds there is enough again."""

    def __init__(self, retry_after_ms: int) -> None:
        super().__init__(retry_after_ms)
        self.retry_after_ms = retry_after_ms
        self.message = "Too much was asked for in too short a time: try again a little later."

    def over_http(self) -> RequestRefused:
        seconds = math.ceil(self.retry_after_ms / 1_000)
        more = {"retryAfterMs": self.retry_after_ms}
        return RequestRefused(429, "THROTTLED", self.message, {"Retry-After": str(seconds)}, more)

    def as_error(self) -> GraphQLError:
        return refusal("THROTTLED", self.message, retryAfterMs=self.retry_after_ms)


class Bill:
    """Of one operation that may run. `told`: the client wants to know, or always does."""

    __slots__ = ("_bucket", "_limits", "_rate", "available", "price", "requested", "told")

    def __init__(self, limits: Limits, bucket: str, rate: Rate, price: Price | None) -> None:
        self._limits, self._bucket, self._rate = limits, bucket, rate
        self.price, self.requested = price, _requested(price)
        self.available, self.told = 0.0, False

    def take(self) -> float:
        """Seconds to wait, 0 where it was had."""
        self.available, retry_after = self._limits.spend(self._bucket, self.requested, self._rate)
        return retry_after

    def add(self, price: Price | None) -> None:
        """A new document's price, once it is known; None for one that was no good."""
        if price is not None:
            self.price = price
            self.requested += price.cost
            self.available = self._limits.charge(self._bucket, price.cost, self._rate)

    def settle(self, data: Mapping[str, object] | None) -> dict[str, object] | None:
        """Gives back what was not delivered. What the client is told, if it is."""
        actual = self.requested
        if self.price is not None and self.price.refundable and self.price.cost >= WORTH_COUNTING:
            back = max(self.price.cost - max(delivered(data), 1), 0)
            if back:
                actual -= back
                self.available = self._limits.charge(self._bucket, -back, self._rate)
        return self.as_told(actual) if self.told else None

    def as_told(self, actual: int) -> dict[str, object]:
        available, restored = math.floor(max(self.available, 0)), round(self._rate.per_second)
        return {TELL: {"requested": self.requested, "actual": actual, "available": available, "restoreRate": restored}}


class Throttle:
    def __init__(self, limits: Limits, rates: Rates) -> None:
        self._limits = limits
        self._account, self._address = _rate(rates.account), _rate(rates.address)

    def admit(
        self, viewer: Viewer | None, address: str, price: Price | None, extensions: Mapping[str, Any] | None = None
    ) -> Bill | None:
        """`price` None: the document is new here. None for who has no limit. Raises `Throttled`."""
        if viewer is None:
            rate, bucket = self._address, "cost:" + address
        else:
            rate, bucket = self._account, "cost:" + viewer.user_id.hex
        if rate is None:
            return None
        bill = Bill(self._limits, bucket, rate, price)
        retry_after = bill.take()
        if retry_after:
            raise Throttled(math.ceil(retry_after * 1_000))
        bill.told = extensions is not None and extensions.get(TELL) is True
        return bill


def delivered(value: object) -> int:
    """How many objects, the root not being one. Lists are of one kind."""
    if isinstance(value, Mapping):
        return sum(_objects(each) for each in value.values() if isinstance(each, dict | list))
    return 0


def _objects(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + delivered(value)
    if isinstance(value, list):
        first = next((each for each in value if each is not None), None)
        return sum(map(_objects, value)) if isinstance(first, dict | list) else 0
    return 0


def _requested(price: Price | None) -> int:
    return NEW_DOCUMENT if price is None else price.cost


def _rate(per_second: float) -> Rate | None:
    return Rate(per_second, per_second * FILLED_IN) if per_second else None
