"""Pages of lists: what is asked for, and what is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`first` items after the cursor in the list's own order; cursors are opaque and stay good under inserts."""

    items: Sequence[T]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class PageRequest:
    """1 <= first <= 100. A cursor that is not one raises `InvalidInput` with the path ("after",)."""

    first: int
    after: str | None = None
