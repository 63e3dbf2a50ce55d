"""What the demo's cinema in Berlin shows: four films on two screens, every day for a week."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.events import EventCategory
from domain.plans import PlannedEvent, PlannedSession, PlannedVenue
from resolvers.demo import cinema
from resolvers.demo.houses import House, day_after

HOUSE = House(PlannedVenue("Lichtspiele Nordlicht", "Berlin", "DE", 52.4983, 13.4066), "Europe/Berlin", "EUR")
DAYS = range(7)
PRICES = HOUSE.seats({cinema.STANDARD: "11.50", cinema.COMFORT: "14.00", cinema.LOVE_SEAT: "16.50"})


@dataclass(frozen=True, slots=True)
class Film:
    """`showings` are the screen and the time of every day's, `minutes` with trailers."""

    slug: str
    title: str
    description: str
    minutes: int
    showings: tuple[tuple[int, str], ...]
    minimum_age: int | None = None


FILMS = (
    Film(
        "the-quiet-orbit",
        "The Quiet Orbit",
        "The last technician of an abandoned space station hears somebody knock. From outside. Slow, beautiful and far too close "
        "to home: the surprise of the festivals, shot on film in a disused gasometer.\n\nIn English with German subtitles.",
        134,
        ((1, "16:30"), (1, "19:30"), (2, "22:45")),
    ),
    Film(
        "salt-and-cinnamon",
        "Salt and Cinnamon",
        "Two rival bakers inherit the same shop, the same oven and the same recipe with one line missing. A comedy for the hungry: "
        "eat before, or be sorry.\n\nIn Italian with German subtitles.",
        118,
        ((2, "15:00"), (2, "17:30"), (2, "20:00")),
    ),
    Film(
        "otto-and-the-paper-fox",
        "Otto and the Paper Fox",
        "Otto folds a fox out of his worst school report, and it gets up and leaves. Hand-drawn, warm and just scary enough; for "
        "children from six years and whoever brings them.\n\nIn German.",
        92,
        ((1, "14:00"),),
    ),
    Film(
        "red-harvest-moon",
        "Red Harvest Moon",
        "A village has kept one promise for three hundred years, and tonight it breaks it. Not for the faint-hearted, and by law "
        "only for adults: tickets need a date of birth.\n\nIn English with German subtitles. From 18.",
        111,
        ((1, "22:15"),),
        minimum_age=18,
    ),
)


def on_screen(today: date, screens: Mapping[int, str]) -> tuple[PlannedEvent, ...]:
    """`screens` are the seat maps' hashes by screen."""
    return tuple(
        PlannedEvent(
            slug=film.slug,
            title=film.title,
            description=film.description,
            category=EventCategory.MOVIE,
            sessions=tuple(_showings(film, today, screens)),
            minimum_age=film.minimum_age,
        )
        for film in FILMS
    )


def _showings(film: Film, today: date, screens: Mapping[int, str]) -> Iterator[PlannedSession]:
    for days in DAYS:
        for screen, clock in film.showings:
            yield HOUSE.session(HOUSE.at(day_after(today, days), clock), film.minutes, PRICES, screens[screen])
