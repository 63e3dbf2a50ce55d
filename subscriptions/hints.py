"""Hints on the wire: that a session has a new version and, as a courtesy, what changed."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from domain.changes import AvailabilityDelta
from domain.ids import SessionId, TicketTypeId
from domain.seats import SeatStatus

FORMAT = 1


def write_hint(delta: AvailabilityDelta) -> str:
    return orjson.dumps(
        {
            "format": FORMAT,
            "session": str(delta.session_id),
            "previous": delta.previous_version,
            "version": delta.version,
            "counts": [delta.available, delta.held, delta.sold],
            "changes": delta.changes,
            "places": {str(type_id): left for type_id, left in delta.general_admission.items()},
            "committed": delta.committed_at,
        },
        option=orjson.OPT_NON_STR_KEYS,
    ).decode()


def read_hint(message: str) -> tuple[SessionId, AvailabilityDelta | None] | None:
    """Whose hint it is; without the delta where another release wrote it in another format; None for anything else."""
    try:
        hint: dict[str, Any] = orjson.loads(message)
        session_id = SessionId(UUID(hint["session"]))
        return session_id, _delta(session_id, hint) if hint["format"] == FORMAT else None
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _delta(session_id: SessionId, hint: dict[str, Any]) -> AvailabilityDelta:
    available, held, sold = hint["counts"]
    previous, version, committed = int(hint["previous"]), int(hint["version"]), hint.get("committed")
    if not previous < version:
        raise ValueError("leads backwards")
    return AvailabilityDelta(
        session_id=session_id,
        previous_version=previous,
        version=version,
        available=available,
        held=held,
        sold=sold,
        changes={SeatStatus(status): tuple(labels) for status, labels in hint["changes"].items()},
        general_admission={TicketTypeId(UUID(type_id)): left for type_id, left in hint["places"].items()},
        committed_at=None if committed is None else datetime.fromisoformat(committed).astimezone(UTC),
    )
