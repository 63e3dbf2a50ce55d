"""What watchers of a session saw: maps built from what came over sockets, and what in them cannot be true."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.believed import Look
from tests.faults.history import Answer, History, Sighting, Terms, statuses

SNAPSHOT = "AvailabilitySnapshot"


@dataclass(slots=True)
class SeenMap:
    """What a browser would show."""

    version: int = -1
    taken: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[int, int, int] = (0, 0, 0)
    standing: int = 0

    def take(self, update: Answer) -> str:
        """What is wrong with it, if anything."""
        fault = ""
        if update["__typename"] == SNAPSHOT:
            known = statuses(update["seats"])
        else:
            if update["previousVersion"] != self.version:
                fault = f"a delta from {update['previousVersion']} came to who was at {self.version}"
            known = {**self.taken, **statuses(update["changes"])}
        if update["version"] < self.version:
            fault = f"version {update['version']} came after {self.version}"
        self.taken = {label: status for label, status in known.items() if status != "AVAILABLE"}
        self.version = update["version"]
        self.counts = update["available"], update["held"], update["sold"]
        self.standing = next((one["available"] for one in update["generalAdmission"]), self.standing)
        return fault

    def miscounted(self, terms: Terms) -> str:
        """Counts are those of the map, and all of them together are all there is."""
        available, held, sold = self.counts
        away = len(self.taken) + terms.standing - self.standing
        all_there_is = terms.seats + terms.standing
        if held + sold == away and available + held + sold == all_there_is:
            return ""
        return f"version {self.version} counts {self.counts}, and shows {away} taken of {all_there_is}"


def played(sighting: Sighting) -> Iterator[tuple[SeenMap, str]]:
    """The same map, after each update."""
    seen = SeenMap()
    for update in sighting.updates:
        fault = seen.take(update.answer)
        yield seen, fault


def versions_follow_each_other(look: Look) -> Iterator[str]:
    for at, sighting in enumerate(look.history.sightings):
        yield from (f"watcher {at}: {fault}" for _seen, fault in played(sighting) if fault)


def counts_are_those_of_the_map(look: Look) -> Iterator[str]:
    for at, sighting in enumerate(look.history.sightings):
        yield from (f"watcher {at}: {wrong}" for seen, _fault in played(sighting) if (wrong := seen.miscounted(look.history.terms)))


def a_version_is_one_map(look: Look) -> Iterator[str]:
    """Whoever names the same version shows the same seats, at whichever server."""
    known: dict[int, Mapping[str, str]] = {}
    for at, sighting in enumerate(look.history.sightings):
        for seen, _fault in played(sighting):
            other = known.setdefault(seen.version, seen.taken)
            if other != seen.taken:
                differing = sorted(other.items() ^ seen.taken.items())
                yield f"watcher {at} at version {seen.version} differs from another: {differing}"


def last_maps(history: History) -> Sequence[SeenMap]:
    return [_last(sighting) for sighting in history.sightings]


def _last(sighting: Sighting) -> SeenMap:
    seen = SeenMap()
    for update in sighting.updates:
        seen.take(update.answer)
    return seen


maps: Sequence[Callable[[Look], Iterator[str]]] = (
    versions_follow_each_other,
    counts_are_those_of_the_map,
    a_version_is_one_map,
)
