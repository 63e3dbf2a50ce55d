"""Connections: pages of a list that stay right while it grows."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Generic, Self, TypeVar

import strawberry
from strawberry import Private

from domain.errors import InvalidInput
from domain.repositories import Page, PageRequest

T = TypeVar("T")
D = TypeVar("D")
MOST = 100
USUAL = 20
First = Annotated[int | None, strawberry.argument(description=f"How many items, 1 to {MOST}.")]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor in the list's order.")]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there is more before this page.")
    start_cursor: str | None = strawberry.field(description="The first item's cursor; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The last item's cursor: pass it as `after` for the next page.")

    @classmethod
    def of(cls, page: Page[D]) -> "PageInfo":
        return cls(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        )


@strawberry.type(description="An item of a list, with where it stands.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Opaque; stays good while the list grows.")
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The page's items with their cursors.")
    nodes: list[T] = strawberry.field(description="The page's items alone.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in its list.")
    count: Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="How many items the whole list has; counted only where it is asked for.")
    async def total_count(self) -> int:
        return await self.count()

    @classmethod
    def of(cls, page: Page[D], made: Callable[[D], T], count: Callable[[], Awaitable[int]]) -> Self:
        nodes = [made(item) for item in page.items]
        edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(page.cursors, nodes, strict=True)]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page), count=count)


def page_request(first: int | None, after: str | None) -> PageRequest:
    """Raises `InvalidInput`."""
    size = USUAL if first is None else first
    if not 1 <= size <= MOST:
        raise InvalidInput(("first",), f"first is between 1 and {MOST}.")
    return PageRequest(size, after)
