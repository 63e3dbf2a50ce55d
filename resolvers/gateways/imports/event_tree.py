"""Which nodes of a document are events, and which of them are the occasions of others."""

from collections.abc import Iterator, Sequence

from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.json_ld import Node
from resolvers.gateways.imports.plain_text import one_line
from resolvers.gateways.imports.refusals import EventsRefused

DEEPEST = 5
TRIPS = {"Trip", "BusTrip", "TrainTrip", "BoatTrip", "Flight", "TouristTrip"}
OTHER_EVENTS = {"Festival", "MusicFestival", "EventSeries", "CourseInstance", "Hackathon"}


def is_event(node: Node) -> bool:
    return any(one.endswith("Event") or one in TRIPS or one in OTHER_EVENTS for one in node.types)


class EventTree:
    """Parents and their occasions, whether the parent names them (subEvent) or they name their parent (superEvent)."""

    def __init__(self, nodes: Sequence[Node], findings: Findings) -> None:
        self._events = [node for node in nodes if is_event(node)]
        for node in nodes:
            if not is_event(node):
                types = one_line(", ".join(sorted(node.types)), 60) or "without @type"
                findings.add("not an event, left out", f"{node.path} {types}")
        self._by_parent: dict[str, list[Node]] = {}
        ids = {node.id for node in self._events if node.id}
        for node in self._events:
            for parent in node.nodes("superEvent"):
                if parent.id in ids and parent.id != node.id:
                    self._by_parent.setdefault(str(parent.id), []).append(node)
        named = [sub for node in self._events for sub in node.nodes("subEvent")]
        below = [*named, *(node for children in self._by_parent.values() for node in children)]
        self._below = {node.path for node in below} | {node.id for node in named if node.id}

    def top(self) -> list[Node]:
        return [node for node in self._events if node.path not in self._below and node.id not in self._below]

    def occasions(self, event: Node) -> Iterator[tuple[Node, ...]]:
        """For each dated occasion the way down to it: the event itself first, the occasion last."""
        yield from self._down((event,))

    def _down(self, way: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
        if len(way) > DEEPEST:
            raise EventsRefused(way[0].path, f"subEvents are nested more than {DEEPEST} deep")
        children: dict[str, Node] = {}
        for node in (*way[-1].nodes("subEvent"), *self._by_parent.get(way[-1].id or "", ())):
            children.setdefault(node.id or node.path, node)
        if not children:
            yield way
        for child in children.values():
            yield from self._down((*way, child))
