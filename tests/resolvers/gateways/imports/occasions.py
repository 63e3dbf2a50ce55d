"""Small schema.org events of our own, as dictionaries."""

from typing import Any

import orjson

from domain.plans import PlannedEvent, PlannedSession
from resolvers.gateways.imports.schema_org import ImportedEvents, read_events

Json = dict[str, Any]
BERLIN = "Europe/Berlin"


def an_event(**changes: Any) -> Json:
    """Complete: nothing has to be assumed for it in Berlin."""
    event: Json = {"@type": "MusicEvent", "name": "Elektra", "startDate": "2026-06-01T19:30", "endDate": "2026-06-01T21:30"}
    return event | {"offers": an_offer(), "location": "Opera"} | changes


def an_occasion(start: str = "2026-06-01T19:30", **changes: Any) -> Json:
    return {"@type": "MusicEvent", "startDate": start, "duration": "PT2H"} | changes


def an_offer(**changes: Any) -> Json:
    return {"@type": "Offer", "price": "25.00", "priceCurrency": "EUR", "inventoryLevel": 80} | changes


def raw(document: object) -> bytes:
    return orjson.dumps(document)


def reading(*events: Json) -> ImportedEvents:
    return read_events(raw(list(events)), default_timezone=BERLIN)


def the_event(**changes: Any) -> PlannedEvent:
    (event,) = reading(an_event(**changes)).events
    return event


def the_session(**changes: Any) -> PlannedSession:
    (session,) = the_event(**changes).sessions
    return session
