"""What an importer has to say about a file, grouped for people: what, how often, where first."""

SHOWN = 5


class Findings:
    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._shown: dict[str, list[str]] = {}

    def add(self, what: str, where: str) -> None:
        self._counts[what] = self._counts.get(what, 0) + 1
        shown = self._shown.setdefault(what, [])
        if len(shown) < SHOWN:
            shown.append(where)

    def lines(self) -> tuple[str, ...]:
        """One line for each kind of finding, in the order they were first met."""
        return tuple(self._line(what, count) for what, count in self._counts.items())

    def _line(self, what: str, count: int) -> str:
        more = count - len(self._shown[what])
        places = ", ".join(self._shown[what])
        return f"{what} ({count}): {places}" + (f" and {more} more" if more else "")
