"""What the demo sells without seats: a club, a football match, a conference, a jazz bar and a festival."""

from dataclasses import replace
from datetime import date

from domain.events import EventCategory
from domain.plans import PlannedEvent, PlannedVenue
from resolvers.demo.houses import House, day_after, saturday

CLUB = House(PlannedVenue("Klub Podloubí", "Prague", "CZ", 50.0835, 14.4341), "Europe/Prague", "CZK")
STADIUM = House(PlannedVenue("Estádio do Farol", "Lisbon", "PT", 38.7436, -9.1602), "Europe/Lisbon", "EUR")
DOCKS = House(PlannedVenue("Tidewater Hall", "London", "GB", 51.5076, 0.0244), "Europe/London", "GBP")
BAR = House(PlannedVenue("Bar Amaoto", "Tokyo", "JP", 35.6617, 139.6677), "Asia/Tokyo", "JPY")
PIER = House(PlannedVenue("Pier 88½", "New York", "US", 40.7290, -74.0121), "America/New_York", "USD")


def without_seats(today: date) -> tuple[PlannedEvent, ...]:
    return _club(today), _match(today), _conference(today), _jazz(today), _festival(today)


def _club(today: date) -> PlannedEvent:
    tickets = (CLUB.places("Early bird", "290", 150), CLUB.places("Entry", "420", 450))
    nights = [CLUB.at(day_after(saturday(today, week), -1), "23:00") for week in range(4)]
    return PlannedEvent(
        slug="low-tide",
        title="Low Tide: house and disco until five",
        description=(
            "Every Friday, two floors under the arcades: Marek Vlna and guests play house and disco off vinyl, on a sound system "
            "that was built for this cellar. Standing, dancing, and a cloakroom that takes cards."
        ),
        category=EventCategory.CONCERT,
        sessions=[CLUB.session(night, 360, tickets) for night in nights],
    )


def _match(today: date) -> PlannedEvent:
    tickets = (
        STADIUM.places("North stand", "18.00", 3_000),
        STADIUM.places("South stand", "18.00", 3_000),
        STADIUM.places("East stand", "32.00", 2_200),
        STADIUM.places("Family stand", "12.00", 800),
    )
    match = STADIUM.session(STADIUM.at(saturday(today, 2), "18:30"), 120, tickets)
    return PlannedEvent(
        slug="almirante-uniao-da-ponte",
        title="Harbour Cup semi-final: Almirante v União da Ponte",
        description=(
            "The oldest quarrel of the river, for the eighty-first time, and this time for a place in the final. Free seating in "
            "every stand; gates open ninety minutes before kick-off. At most four tickets a buyer."
        ),
        category=EventCategory.SPORT,
        sessions=[replace(match, ticket_limit=4)],
    )


def _conference(today: date) -> PlannedEvent:
    passes = (DOCKS.places("Standard pass", "349.00", 380), DOCKS.places("Student pass", "79.00", 60))
    workshops = (DOCKS.places("Workshop place", "220.00", 120),)
    return PlannedEvent(
        slug="backpressure",
        title="Backpressure: the conference about systems under load",
        description=(
            "One day of talks on queues, clocks, locks and what they do at four in the morning, and one day of workshops to try "
            "it. Lunch and recordings included; no sponsored talks."
        ),
        category=EventCategory.CONFERENCE,
        sessions=[
            DOCKS.session(DOCKS.at(day_after(today, 45), "09:00"), 540, passes),
            DOCKS.session(DOCKS.at(day_after(today, 46), "09:30"), 450, workshops),
        ],
    )


def _jazz(today: date) -> PlannedEvent:
    tickets = (BAR.places("Table", "7500", 40), BAR.places("Bar, standing", "4800", 60))
    sets = [BAR.at(day_after(today, days), clock) for days in (5, 6) for clock in ("18:30", "21:00")]
    return PlannedEvent(
        slug="mika-hoshino-trio",
        title="Mika Hoshino Trio: Blue Rain",
        description=(
            "Piano, bass, brushes, and the sound of the rain on the tin roof that gave the bar its name. Two sets a night, each "
            "sold on its own; one drink is included."
        ),
        category=EventCategory.CONCERT,
        sessions=[BAR.session(start, 80, tickets) for start in sets],
    )


def _festival(today: date) -> PlannedEvent:
    tickets = (PIER.places("Day ticket", "38.00", 2_500), PIER.places("Child, 4 to 12", "15.00", 700))
    days = [PIER.at(day_after(saturday(today, 6), day), "13:00") for day in (0, 1)]
    return PlannedEvent(
        slug="hudson-lantern-festival",
        title="Hudson Lantern Festival",
        description=(
            "An afternoon of paper workshops, food from eleven kitchens and river music, and at dusk four thousand lanterns on the "
            "water. Rain or shine, on the pier; children under four come in free."
        ),
        category=EventCategory.OTHER,
        sessions=[PIER.session(day, 540, tickets) for day in days],
    )
