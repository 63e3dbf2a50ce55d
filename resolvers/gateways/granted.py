"""What a partner's token grants, as it stands in the token's claims."""

from collections.abc import Mapping
from typing import Any

from domain.clients import Grant, Scope, WidgetTerms
from domain.ids import ClientId, OrganizerId, SessionId, id_of, show_id


def written(grant: Grant) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "client": show_id("client", grant.client_id),
        "organizer": show_id("organizer", grant.organizer_id),
        "scopes": sorted(grant.scopes),
        "channel": grant.channel,
        "from": list(grant.addresses),
    }
    if grant.widget is not None:
        sessions = [show_id("session", id) for id in sorted(grant.widget.session_ids)]
        claims["widget"] = {"origin": grant.widget.origin, "sessions": sessions, "seats": grant.widget.most_seats}
    return claims


def read(claims: Mapping[str, Any]) -> Grant:
    """Raises `ValueError` for what `written` does not write."""
    match claims:
        case {
            "client": str(client),
            "organizer": str(organizer),
            "scopes": list(scopes),
            "channel": str(channel),
            "from": list(whence),
        }:
            widget = _widget(claims["widget"]) if "widget" in claims else None
            client_id, organizer_id = ClientId(id_of("client", client)), OrganizerId(id_of("organizer", organizer))
            return Grant(client_id, organizer_id, frozenset(map(Scope, scopes)), channel, tuple(whence), widget)
    raise ValueError("not a grant")


def _widget(terms: object) -> WidgetTerms:
    match terms:
        case {"origin": str(origin), "sessions": list(sessions), "seats": int(most)}:
            return WidgetTerms(origin, frozenset(SessionId(id_of("session", each)) for each in sessions), most)
    raise ValueError("not a widget's terms")
