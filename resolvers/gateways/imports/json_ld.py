"""A JSON-LD document as nodes that know where they stand in it, with references by @id followed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from resolvers.gateways.imports.plain_text import one_line, without_markup
from resolvers.gateways.imports.refusals import EventsRefused, sized

_PREFIX = re.compile(r"^(?:schema:|https?://schema\.org/)")

Fields = Mapping[str, object]
Graph = Mapping[str, "Node"]


def bare(name: str) -> str:
    """A schema.org term without its prefix."""
    return _PREFIX.sub("", name)


@dataclass(frozen=True, slots=True)
class Value:
    """A single JSON value: of a list its first, of a JSON-LD value object what it holds."""

    path: str
    raw: object

    @property
    def text(self) -> str:
        """Raises `EventsRefused` for what is neither text nor a number."""
        if isinstance(self.raw, bool) or not isinstance(self.raw, str | int | float):
            raise EventsRefused(self.path, "text is expected here")
        return str(self.raw).strip()

    def line(self, longest: int) -> str:
        return one_line(without_markup(self.text, longest), longest)


@dataclass(frozen=True, slots=True)
class Node:
    path: str
    fields: Fields
    graph: Graph = field(default_factory=dict, repr=False, compare=False)

    @property
    def id(self) -> str | None:
        named = self.fields.get("@id")
        return named if isinstance(named, str) else None

    @property
    def types(self) -> frozenset[str]:
        return frozenset(bare(one) for _, one in _each(self.path, self.fields.get("@type")) if isinstance(one, str))

    def value(self, *names: str) -> Value | None:
        """The first of the properties that is there; null, empty text and empty lists are not there."""
        for name in names:
            for path, one in _each(f"{self.path}.{name}", self.fields.get(name)):
                raw = one["@value"] if isinstance(one, dict) and "@value" in one else one
                if raw is not None and raw != "":
                    return Value(path, raw)
        return None

    def line(self, longest: int, *names: str) -> str | None:
        found = self.value(*names)
        return found.line(longest) or None if found else None

    def nodes(self, *names: str) -> list["Node"]:
        """The objects among the values of the properties, references replaced by what they refer to."""
        values = [one for name in names for one in _each(f"{self.path}.{name}", self.fields.get(name))]
        return [self._resolved(node_of(path, one, self.graph)) for path, one in values if isinstance(one, dict)]

    def _resolved(self, node: "Node") -> "Node":
        refers = node.id is not None and set(node.fields) <= {"@id", "@type"}
        return self.graph.get(node.id or "", node) if refers else node


def node_of(path: str, raw: Mapping[str, object], graph: Graph) -> Node:
    return Node(path, {bare(name): value for name, value in raw.items()}, graph)


def read_nodes(raw: bytes) -> list[Node]:
    """The top-level objects: one, an array of them, or those of an @graph. Raises `EventsRefused`."""
    graph: dict[str, Node] = {}
    nodes = [node_of(path, one, graph) for path, one in _top_level("$", _parsed(raw))]
    graph.update((node.id, node) for node in nodes if node.id is not None)
    return nodes


def _parsed(raw: bytes) -> object:
    try:
        return orjson.loads(sized(raw, EventsRefused))
    except orjson.JSONDecodeError as wrong:
        raise EventsRefused("$", f"invalid JSON at line {wrong.lineno} column {wrong.colno}: {wrong.msg}") from wrong


def _top_level(path: str, document: object) -> Iterator[tuple[str, Fields]]:
    for where, one in _objects(path, document):
        if "@graph" in one:
            yield from _objects(f"{where}.@graph", one["@graph"])
        else:
            yield where, one


def _objects(path: str, value: object) -> Iterator[tuple[str, Fields]]:
    for where, one in _each(path, value):
        if not isinstance(one, dict):
            raise EventsRefused(where, "an object is expected here")
        yield where, one


def _each(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, list):
        yield from ((f"{path}[{at}]", one) for at, one in enumerate(value))
    elif value is not None:
        yield path, value
