"""The demo's coach: 49 seats, with a door and stairs in the middle."""

from collections.abc import Iterator

from domain.seats import Category, Row, Seat, SeatMap, Section, Shape

FRONT, STANDARD = "Front", "Standard"
CATEGORIES = (Category(FRONT, "#B45309"), Category(STANDARD, "#0F766E"))
COLUMNS = {"A": 0.0, "B": 25.0, "C": 75.0, "D": 100.0}
BACK_ROW = {"A": 0.0, "B": 25.0, "C": 50.0, "D": 75.0, "E": 100.0}
FRONT_ROWS = range(1, 4)
DOOR_ROWS = (7, 8)
ROWS = 13
ROW_DEPTH = 34.0
# Beside the middle door, whose lift takes a wheelchair.
WHEELCHAIR_PLACE = (9, "D")
BODY, INK, DOOR = "#7B8494", "#6B7280", "#9CA3AF"
LEFT, RIGHT, NOSE, TAIL = -26.0, 126.0, -110.0, ROW_DEPTH * (ROWS - 1) + 24


def coach() -> SeatMap:
    rows = tuple(_row(number) for number in range(1, ROWS + 1))
    return SeatMap("Coach, 49 seats", CATEGORIES, (Section("Coach", rows),), tuple(_shapes()))


def _row(number: int) -> Row:
    columns = BACK_ROW if number == ROWS else COLUMNS
    category = FRONT if number in FRONT_ROWS else STANDARD
    return Row(
        str(number),
        tuple(
            Seat(f"{number}{letter}", f"{number}{letter}", x, _y(number), category, accessible=(number, letter) == WHEELCHAIR_PLACE)
            for letter, x in columns.items()
            if number not in DOOR_ROWS or letter in "AB"
        ),
    )


def _y(row: int) -> float:
    return ROW_DEPTH * (row - 1)


def _shapes() -> Iterator[Shape]:
    length, width = TAIL - NOSE, RIGHT - LEFT
    yield Shape("rectangle", LEFT, NOSE, 3, length, color=BODY)
    yield Shape("rectangle", RIGHT - 3, NOSE, 3, length, color=BODY)
    yield Shape("rectangle", LEFT, TAIL - 3, width, 3, color=BODY)
    nose = ((LEFT, NOSE), (LEFT + 14, NOSE - 16), (RIGHT - 14, NOSE - 16), (RIGHT, NOSE))
    yield Shape("polygon", LEFT, NOSE, points=nose, color=BODY)
    yield Shape("circle", 12, -72, 30, 30, color=BODY)
    yield Shape("text", 12, -44, height=11, text="Driver", color=INK)
    yield Shape("rectangle", RIGHT - 5, -98, 7, 52, color=DOOR)
    yield Shape("text", 98, -72, height=11, text="Door", color=INK)
    middle = (_y(DOOR_ROWS[0]) + _y(DOOR_ROWS[1])) / 2
    yield Shape("rectangle", RIGHT - 5, middle - 26, 7, 52, color=DOOR)
    yield Shape("text", 88, middle, height=11, text="Door, WC", color=INK)
