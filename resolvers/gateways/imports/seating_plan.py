"""Reads a seating plan in the open pretix format into a seat map."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from json import dumps

from domain.seats import Category, Row, Seat, SeatMap, Section
from resolvers.gateways.imports.findings import Findings
from resolvers.gateways.imports.plain_text import one_line
from resolvers.gateways.imports.plan_shapes import hex_color, shapes_of
from resolvers.gateways.imports.refusals import PlanRefused
from resolvers.gateways.imports.seat_labels import SeatLabels
from resolvers.gateways.imports.seating_plan_format import Plan, PlanRow, PlanSeat, Zone, parse_plan, unknown_keys
from resolvers.gateways.imports.unique_names import UniqueNames

MOST_SEATS = 100_000
LONGEST_NAME = 60
DEFAULT_COLOR = "#888888"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportedPlan:
    """`repairs` says in sentences what was changed or left out, each kind once with its count and its first places."""

    seat_map: SeatMap
    repairs: tuple[str, ...]


def read_seating_plan(raw: bytes, on_progress: Progress | None = None) -> ImportedPlan:
    """The same plan gives the same hash. `on_progress(rows done, all rows)` after each row. Raises `PlanRefused`."""
    plan = parse_plan(raw)
    _count_seats(plan)
    findings = Findings()
    for key, path in unknown_keys(plan):
        findings.add(f"key {dumps(one_line(key, 40))} is not in the format, ignored", path)
    reader = _PlanReader(plan, findings, on_progress)
    name = one_line(plan.name, LONGEST_NAME) or "Seating plan"
    sections = tuple(reader.sections())
    shapes = tuple(shape for at, zone in enumerate(plan.zones) for shape in shapes_of(zone, f"$.zones[{at}]", findings))
    seat_map = SeatMap(name, tuple(reader.categories.values()), sections, shapes)
    return ImportedPlan(seat_map, findings.lines())


def _count_seats(plan: Plan) -> None:
    seats = sum(len(row.seats) for zone in plan.zones for row in zone.rows)
    if not seats:
        raise PlanRefused("$.zones", "the plan has no seats")
    if seats > MOST_SEATS:
        raise PlanRefused("$.zones", f"the plan has {seats} seats, more than the {MOST_SEATS} allowed")


class _PlanReader:
    def __init__(self, plan: Plan, findings: Findings, on_progress: Progress | None) -> None:
        self._plan = plan
        self._findings = findings
        self._on_progress = on_progress
        self._rows_done = 0
        self._row_count = sum(len(zone.rows) for zone in plan.zones)
        self._labels = SeatLabels((seat.seat_guid for zone in plan.zones for row in zone.rows for seat in row.seats), findings)
        self.categories = _categories(plan, findings)

    def sections(self) -> Iterator[Section]:
        names = UniqueNames()
        for at, zone in enumerate(self._plan.zones):
            path = f"$.zones[{at}]"
            wanted = one_line(zone.name, LONGEST_NAME) or one_line(zone.zone_id, LONGEST_NAME) or f"Zone {at + 1}"
            name = self._distinct(names, wanted, "zone", "the plan", path)
            rows = tuple(self._rows(zone, name, path))
            if rows:
                yield Section(name, rows)
            else:
                self._findings.add("zone without seats, left out (its areas are drawn)", f"{path} {name!r}")

    def _rows(self, zone: Zone, section: str, path: str) -> Iterator[Row]:
        names = UniqueNames()
        for at, row in enumerate(zone.rows):
            where = f"{path}.rows[{at}]"
            wanted = one_line(row.row_number, LONGEST_NAME) or one_line(row.row_label or "", LONGEST_NAME) or str(at + 1)
            if row.seats:
                name = self._distinct(names, wanted, "row", "its zone", where)
                yield Row(name, tuple(self._seats(row, zone, (section, name), where)))
            else:
                self._findings.add("row without seats, left out", f"{where} {wanted!r}")
            self._rows_done += 1
            if self._on_progress:
                self._on_progress(self._rows_done, self._row_count)

    def _seats(self, row: PlanRow, zone: Zone, place: tuple[str, str], path: str) -> Iterator[Seat]:
        x, y = zone.position.x + row.position.x, zone.position.y + row.position.y
        for at, seat in enumerate(row.seats):
            where = f"{path}.seats[{at}]"
            number = self._number(seat, at, where)
            label = self._labels.label(seat.seat_guid, f"{place[0]} {place[1]}-{number}")
            category = self.categories.get(seat.category)
            if category is None:
                raise PlanRefused(
                    f"{where}.category", f"no category {dumps(one_line(seat.category, LONGEST_NAME), ensure_ascii=False)}"
                )
            yield Seat(label, number, x + seat.position.x, y + seat.position.y, category.name)

    def _number(self, seat: PlanSeat, at: int, where: str) -> str:
        number = one_line(seat.seat_number, LONGEST_NAME)
        if not number:
            self._findings.add("seat_number is empty, the place in the row is used", where)
        return number or str(at + 1)

    def _distinct(self, names: UniqueNames, wanted: str, what: str, where: str, path: str) -> str:
        name = names.take(wanted)
        if name != wanted:
            self._findings.add(f"{what} name occurs more than once in {where}, numbered", f"{path} {wanted!r} → {name!r}")
        return name


def _categories(plan: Plan, findings: Findings) -> Mapping[str, Category]:
    """By the name that the plan's seats use."""
    names = UniqueNames()
    found: dict[str, Category] = {}
    for at, one in enumerate(plan.categories):
        path = f"$.categories[{at}]"
        if one.name in found:
            findings.add("category is defined more than once, the first one counts", f"{path} {one_line(one.name, LONGEST_NAME)!r}")
            continue
        if not one.color.strip():
            findings.add(f"category has no colour, {DEFAULT_COLOR} is used", path)
        name = names.take(one_line(one.name, LONGEST_NAME) or f"Category {at + 1}")
        found[one.name] = Category(name, hex_color(one.color, DEFAULT_COLOR, findings, f"{path}.color"))
    return found
