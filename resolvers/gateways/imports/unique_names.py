"""Names that must differ: the first one keeps its name, later ones get a number."""

from collections.abc import Iterable


class UniqueNames:
    """`pattern` makes the n-th of a name, e.g. "{} ({})" makes "A (2)". The same names in the same order get the same results."""

    def __init__(self, pattern: str = "{} ({})", reserved: Iterable[str] = ()) -> None:
        self._pattern = pattern
        self._taken = set(reserved)
        self._last: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def take(self, wanted: str) -> str:
        name = wanted
        number = self._last.get(wanted, 1)
        while name in self._taken:
            number += 1
            name = self._pattern.format(wanted, number)
        self._last[wanted] = number
        self._taken.add(name)
        return name
