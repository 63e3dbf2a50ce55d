"""What the demo's theatre in Warsaw plays: drama, a comedy, a family musical and two concerts."""

from dataclasses import replace
from datetime import date

from domain.events import EventCategory
from domain.plans import PlannedEvent, PlannedTicketType, PlannedVenue
from resolvers.demo import theatre
from resolvers.demo.houses import House, day_after, saturday

HOUSE = House(PlannedVenue("Teatr Srebrny Most", "Warsaw", "PL", 52.2394, 21.0292), "Europe/Warsaw", "PLN")


def _prices(premium: str, stalls: str, first: str, second: str, box: str) -> tuple[PlannedTicketType, ...]:
    """Wheelchair places and their companions' seats cost what the cheapest seats do."""
    categories = (theatre.PREMIUM, theatre.STALLS, theatre.FIRST, theatre.SECOND, theatre.BOX, theatre.WHEELCHAIR)
    return HOUSE.seats(dict(zip(categories, (premium, stalls, first, second, box, second), strict=True)))


PLAY = _prices("180.00", "140.00", "110.00", "70.00", "160.00")
MUSICAL = _prices("120.00", "95.00", "80.00", "50.00", "110.00")
CONCERT = _prices("340.00", "260.00", "190.00", "120.00", "290.00")


def on_stage(today: date, hall: str) -> tuple[PlannedEvent, ...]:
    return (_drama(today, hall), _comedy(today, hall), _tour(today, hall), _orchestra(today, hall), _family(today, hall))


def _drama(today: date, hall: str) -> PlannedEvent:
    nights = [HOUSE.at(day_after(today, days), "19:00") for days in (0, 1, 2, 3)]
    return PlannedEvent(
        slug="the-cartographers-daughter",
        title="The Cartographer's Daughter",
        description=(
            "A mapmaker has drawn every coast of the Baltic but never left his room. When he dies, his daughter finds one island "
            "that nobody else has ever seen, and sets sail for it. A new play in two acts by Halina Brzoza, with live cello.\n\n"
            "In Polish with English surtitles. Two hours and a half with one interval."
        ),
        category=EventCategory.THEATRE,
        sessions=[HOUSE.session(night, 150, PLAY, hall) for night in nights],
    )


def _comedy(today: date, hall: str) -> PlannedEvent:
    nights = [HOUSE.at(day_after(today, days), "19:30") for days in (9, 10, 16, 17)]
    return PlannedEvent(
        slug="last-tram-to-praga",
        title="Last Tram to Praga",
        description=(
            "Half past midnight, a tram stuck on the bridge, and eleven strangers who each have a very good reason not to be seen "
            "together. A comedy of doors, except that there are only two and neither opens.\n\n"
            "In Polish with English surtitles. An hour and fifty minutes without interval."
        ),
        category=EventCategory.THEATRE,
        sessions=[HOUSE.session(night, 110, PLAY, hall) for night in nights],
    )


def _tour(today: date, hall: str) -> PlannedEvent:
    nights = [HOUSE.at(day_after(today, days), "20:00") for days in (12, 13)]
    return PlannedEvent(
        slug="aurelia-voss-paper-satellites",
        title="Aurelia Voss: Paper Satellites",
        description=(
            "Two nights only: Aurelia Voss brings her fourth record to the stage with a nine-piece band, three harmoniums and the "
            "folding sky that has been selling out halls since spring. Support by Kasia Wrona."
        ),
        category=EventCategory.CONCERT,
        sessions=[replace(HOUSE.session(night, 135, CONCERT, hall), ticket_limit=6) for night in nights],
    )


def _orchestra(today: date, hall: str) -> PlannedEvent:
    """Its sale opens on the third day from today, at ten in the morning."""
    evening = HOUSE.session(HOUSE.at(day_after(today, 60), "18:00"), 120, CONCERT, hall)
    return PlannedEvent(
        slug="four-rivers-orchestra",
        title="Four Rivers Orchestra: Music for Broad Water",
        description=(
            "The Four Rivers Orchestra under Emilia Sarnowska plays a programme about water: Smetana's Vltava, three sea "
            "interludes, and the first performance of Delta by Jun Okabe for orchestra and ship's bell.\n\n"
            "Tickets go on sale this week."
        ),
        category=EventCategory.CONCERT,
        sessions=[replace(evening, sale_opens_at=HOUSE.at(day_after(today, 3), "10:00"))],
    )


def _family(today: date, hall: str) -> PlannedEvent:
    noons = [HOUSE.at(day_after(saturday(today, week), day), "12:00") for week in (4, 5) for day in (0, 1)]
    return PlannedEvent(
        slug="the-clock-that-ran-away",
        title="The Clock That Ran Away",
        description=(
            "Every clock in town strikes twelve, except the one on the town hall, which has packed its bag. A musical for "
            "everybody from five years up, with puppets, a brass band and a great deal of running.\n\n"
            "Ninety minutes with one interval."
        ),
        category=EventCategory.THEATRE,
        sessions=[HOUSE.session(noon, 90, MUSICAL, hall) for noon in noons],
    )
